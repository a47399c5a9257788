import type {
  DependencyGraph,
  PackageSource,
  WorkspaceNode,
} from '../../../domain/dependency-graph.ts';
import type { Problem } from '../../../domain/problem.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import { parseNpmRequirement } from '../../../versions/npm-requirement.ts';
import { Descriptors, nameOf } from './descriptors.ts';
import {
  type DraftPackage,
  edgesOf,
  localOrigin,
  MAX_NAME,
  resolveEdges,
  toGraph,
  warning,
  withoutCredentials,
} from './graph-parts.ts';
import { mapAt, parseYaml, textAt, textPairs } from './lockfile-yaml.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { yarnResolutions } from './overrides.ts';
import { folderOf, joinInside } from './paths.ts';
import type { YamlMap } from './yaml-scalars.ts';

const REGENERATE = 'yarn install --mode=update-lockfile';

interface Workspace {
  readonly path: string;
  readonly node: DraftPackage;
  readonly entry: YamlMap;
  readonly manifest: Manifest | undefined;
}

/** yarn.lock of yarn 2 and later (`__metadata.version` 4 and up). */
export async function readYarnBerryLock(
  file: string,
  text: string,
  tree: SourceTree,
): Promise<{ graph: DependencyGraph; problems: Problem[] }> {
  const lock = await parseYaml(text, file, REGENERATE);
  const problems: Problem[] = [];
  const folder = folderOf(file);
  const root = await readManifest(joinInside(folder, 'package.json') ?? '', tree, problems);
  const overrides = root ? yarnResolutions(root.json) : {};
  const descriptors = new Descriptors(overrides);
  const packages = new Map<string, DraftPackage>();
  const members: { path: string; node: DraftPackage; entry: YamlMap }[] = [];
  let malformed = 0;
  for (const [key, entry] of lock) {
    if (key === '__metadata') continue;
    const node = entry instanceof Map ? nodeOf(entry, folder) : undefined;
    if (node === undefined || !(entry instanceof Map)) {
      malformed += 1;
      continue;
    }
    for (const descriptor of key.split(/ *, */)) {
      // Behind `::` yarn notes which workspace a path is relative to; requirements do not say it.
      descriptors.add(descriptor.replace(/::.*$/, ''), node);
    }
    if (node.source === 'workspace') {
      const path = joinInside(folder, node.id.slice(node.id.indexOf('@workspace:', 1) + 11));
      if (path === undefined) malformed += 1;
      else members.push({ path, node, entry });
      if (path === undefined || path === folder) continue;
    }
    packages.set(node.id, node);
  }

  const workspaces = await Promise.all(
    members.map(async ({ path, node, entry }): Promise<Workspace> => {
      const own = joinInside(path, 'package.json') ?? '';
      const manifest = path === folder ? root : await readManifest(own, tree, problems);
      return { path, node, entry, manifest };
    }),
  );
  for (const workspace of workspaces) linkWorkspace(workspace, descriptors);
  for (const node of packages.values()) {
    if (node.source === 'workspace') continue;
    resolveEdges(
      node.dependencies,
      ({ name, range, kind }) =>
        (kind === 'peer' ? descriptors.satisfying(name, range) : descriptors.find(name, range))?.id,
    );
  }
  if (malformed > 0) {
    problems.push(warning(file, `${malformed} entries are malformed and were left out`));
  }
  return toGraph({
    manager: 'yarn-berry',
    file,
    formatVersion: textAt(mapAt(lock, '__metadata'), 'version') ?? '',
    workspaces: workspaces.map(
      ({ path, node, manifest }): WorkspaceNode => ({
        path,
        name: manifest?.name || node.name,
        dependencies: node.dependencies,
      }),
    ),
    packages,
    overrides,
    problems,
  });
}

/**
 * A workspace's entry joins runtime and development requirements, so kinds and wording come from
 * its manifest, and what they were resolved by from the entry.
 */
function linkWorkspace({ node, entry, manifest }: Workspace, descriptors: Descriptors): void {
  const locked = mapAt(entry, 'dependencies');
  if (manifest !== undefined) {
    node.dependencies = edgesOf(manifest.requirements);
    node.version = manifest.version;
  }
  resolveEdges(node.dependencies, ({ name, range, kind }) => {
    const descriptor = textAt(locked, name);
    if (descriptor !== undefined) return descriptors.find(name, descriptor)?.id;
    return (kind === 'peer' ? descriptors.satisfying(name, range) : descriptors.find(name, range))
      ?.id;
  });
}

function nodeOf(entry: YamlMap, folder: string): DraftPackage | undefined {
  const resolution = textAt(entry, 'resolution');
  const version = textAt(entry, 'version');
  if (resolution === undefined || version === undefined) return undefined;
  const name = nameOf(resolution);
  if (name === '' || name.length > MAX_NAME || name === resolution) return undefined;
  const reference = resolution.slice(name.length + 1);
  const source = sourceOf(reference);
  const integrity = textAt(entry, 'checksum');
  const optional = new Set<string>();
  for (const [dependency, meta] of mapAt(entry, 'dependenciesMeta') ?? []) {
    if (meta instanceof Map && meta.get('optional') === 'true') optional.add(dependency);
  }
  const requirements = textPairs(mapAt(entry, 'dependencies'));
  return {
    id: resolution,
    name,
    // `0.0.0-use.local` is a stand-in for whatever the workspace's manifest says.
    version: source === 'workspace' ? '' : version,
    source,
    bundled: false,
    ...(integrity === undefined ? {} : { integrity }),
    ...(source === 'git' || source === 'url' ? { resolved: withoutCredentials(reference) } : {}),
    // What follows the path is a hash and the workspace it is relative to.
    ...(source === 'file' ? localOrigin(folder, reference.replace(/(?:#|::).*$/, '')) : {}),
    dependencies: edgesOf({
      dependencies: requirements.filter(([dependency]) => !optional.has(dependency)),
      optionalDependencies: requirements.filter(([dependency]) => optional.has(dependency)),
      peerDependencies: textPairs(mapAt(entry, 'peerDependencies')),
      devDependencies: [],
    }),
  };
}

function sourceOf(reference: string): PackageSource {
  if (reference.startsWith('workspace:')) return 'workspace';
  // A patch is laid over a registry package: it keeps that package's name and version.
  if (/^(?:npm|patch|virtual):/.test(reference)) return 'registry';
  if (/#(?:.*&)?commit=/.test(reference)) return 'git';
  const { kind } = parseNpmRequirement(reference);
  return kind === 'git' || kind === 'url' || kind === 'file' ? kind : 'registry';
}
