import type { DependencyGraph, PackageSource } from '../../../domain/dependency-graph.ts';
import type { Problem } from '../../../domain/problem.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import { parseSemver } from '../../../versions/semver.ts';
import {
  type DraftEdge,
  type DraftPackage,
  localOrigin,
  MAX_NAME,
  toGraph,
  warning,
  withoutCredentials,
} from './graph-parts.ts';
import { mapAt, parseYaml, textAt, textPairs } from './lockfile-yaml.ts';
import { readManifest } from './manifest.ts';
import { folderOf, joinInside } from './paths.ts';
import { readImporters } from './pnpm-importers.ts';
import {
  keyOfReference,
  keyStyle,
  type PnpmKeyStyle,
  splitKey,
  withoutPeers,
} from './pnpm-keys.ts';
import { pnpmOverridesAround } from './pnpm-overrides.ts';
import type { YamlMap } from './yaml-scalars.ts';

const REGENERATE = 'pnpm install --lockfile-only --ignore-scripts';

/** pnpm-lock.yaml, versions 5.x, 6.x and 9.0 (pnpm/spec, lockfile). */
export async function readPnpmLock(
  file: string,
  text: string,
  tree: SourceTree,
): Promise<{ graph: DependencyGraph; problems: Problem[] }> {
  const lock = await parseYaml(text, file, REGENERATE);
  const formatVersion = textAt(lock, 'lockfileVersion') ?? '';
  const style = keyStyle(formatVersion);
  const problems: Problem[] = [];
  const packages = readPackages(lock, style, file, problems);
  const { workspaces, members } = await readImporters({
    file,
    lock,
    style,
    packages,
    tree,
    problems,
  });
  for (const [id, node] of members) packages.set(id, node);
  const manifest = await readManifest(
    joinInside(folderOf(file), 'package.json') ?? 'package.json',
    tree,
    problems,
  );
  return toGraph({
    manager: 'pnpm',
    file,
    formatVersion,
    workspaces,
    packages,
    overrides: await pnpmOverridesAround(file, lock, manifest, tree, problems),
    problems,
  });
}

function readPackages(
  lock: YamlMap,
  style: PnpmKeyStyle,
  file: string,
  problems: Problem[],
): Map<string, DraftPackage> {
  const described = mapAt(lock, 'packages');
  // Since 9 what a package is and what it was given stand apart.
  const placed = style === 9 ? mapAt(lock, 'snapshots') : described;
  const packages = new Map<string, DraftPackage>();
  const bundlers: string[] = [];
  let malformed = 0;
  for (const [key, value] of placed ?? []) {
    const entry: YamlMap | undefined = value instanceof Map ? value : undefined;
    const facts = style === 9 ? mapAt(described, withoutPeers(key, style)) : entry;
    const node = facts && nodeOf(key, facts, style, folderOf(file));
    if (node === undefined || entry === undefined || facts === undefined) {
      malformed += 1;
      continue;
    }
    if (hasBundle(facts)) bundlers.push(`${node.name}@${node.version}`);
    node.dependencies = edgesOfEntry(entry, mapAt(facts, 'peerDependencies'));
    packages.set(key, node);
  }
  for (const node of packages.values()) {
    for (const edge of node.dependencies) {
      const reference = edge.to ?? '';
      const key = reference.startsWith('link:')
        ? `link:${joinInside(folderOf(file), reference.slice(5)) ?? ''}`
        : keyOfReference(edge.name, reference, style);
      if (packages.has(key) || key.startsWith('link:')) edge.to = key;
      else delete edge.to;
    }
  }
  if (malformed > 0) {
    problems.push(warning(file, `${malformed} entries are malformed and were left out`));
  }
  if (bundlers.length > 0) {
    const named = bundlers.slice(0, 5).join(', ') + (bundlers.length > 5 ? ', …' : '');
    problems.push(
      warning(
        file,
        `pnpm does not list what these packages bundle, so it was not looked at: ${named}`,
      ),
    );
  }
  return packages;
}

const SECTIONS = [
  ['dependencies', 'runtime'],
  ['optionalDependencies', 'optional'],
] as const;

/** Edges with the reference in `to`, to be replaced by the key once all keys are known. */
function edgesOfEntry(entry: YamlMap, peers: YamlMap | undefined): DraftEdge[] {
  const edges: DraftEdge[] = [];
  // Resolved peers stand among the dependencies, optional ones among the optional.
  for (const [section, kind] of SECTIONS) {
    for (const [name, to] of textPairs(mapAt(entry, section))) {
      const peer = textAt(peers, name);
      edges.push({ name, range: peer ?? '', kind: peer === undefined ? kind : 'peer', to });
    }
  }
  return edges;
}

function nodeOf(
  key: string,
  facts: YamlMap,
  style: PnpmKeyStyle,
  folder: string,
): DraftPackage | undefined {
  const spelled = splitKey(key, style);
  const name = textAt(facts, 'name') ?? spelled?.name;
  if (name === undefined || name.length > MAX_NAME) return undefined;
  const resolution = mapAt(facts, 'resolution');
  const isVersion = spelled !== undefined && parseSemver(spelled.version) !== undefined;
  const source = sourceOf(resolution, isVersion);
  const integrity = textAt(resolution, 'integrity');
  const location = textAt(resolution, 'repo') ?? textAt(resolution, 'tarball');
  return {
    id: key,
    name,
    version: textAt(facts, 'version') ?? (isVersion ? spelled.version : ''),
    source,
    bundled: false,
    ...(integrity === undefined ? {} : { integrity }),
    ...((source === 'git' || source === 'url') && location !== undefined
      ? { resolved: withoutCredentials(withCommit(location, resolution)) }
      : {}),
    ...(source === 'file'
      ? localOrigin(folder, textAt(resolution, 'directory') ?? location ?? '')
      : {}),
    dependencies: [],
  };
}

/** Archives that forges make of a repository: a git dependency fetched another way. */
const FORGE_ARCHIVE =
  /^https?:\/\/(?:codeload\.github\.com\/|gitlab\.com\/.*\/archive|bitbucket\.org\/.*\/get\/)/;

function sourceOf(resolution: YamlMap | undefined, isVersion: boolean): PackageSource {
  const type = textAt(resolution, 'type');
  const tarball = textAt(resolution, 'tarball') ?? '';
  if (type === 'git' || textAt(resolution, 'repo') !== undefined) return 'git';
  if (FORGE_ARCHIVE.test(tarball) || textAt(resolution, 'gitHosted') === 'true') return 'git';
  if (type === 'directory' || tarball.startsWith('file:')) return 'file';
  return tarball !== '' && !isVersion ? 'url' : 'registry';
}

function withCommit(location: string, resolution: YamlMap | undefined): string {
  const commit = textAt(resolution, 'commit');
  return commit === undefined ? location : `${location}#${commit}`;
}

function hasBundle(facts: YamlMap): boolean {
  const bundle = facts.get('bundledDependencies') ?? facts.get('bundleDependencies');
  return bundle === 'true' || (Array.isArray(bundle) && bundle.length > 0);
}
