import type { DependencyGraph, WorkspaceNode } from '../../../domain/dependency-graph.ts';
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
  sourceOfRequirement,
  toGraph,
  warning,
  withoutCredentials,
} from './graph-parts.ts';
import { yarnResolutions } from './overrides.ts';
import { folderOf } from './paths.ts';
import { type ClassicEntry, readClassicText } from './yarn-classic-text.ts';
import { membersAround } from './yarn-members.ts';

/**
 * yarn.lock of yarn 1. It holds neither workspaces nor kinds of requirement: those come from the
 * manifests. Peers are not installed and bundled packages not listed.
 */
export async function readYarnClassicLock(
  file: string,
  text: string,
  tree: SourceTree,
): Promise<{ graph: DependencyGraph; problems: Problem[] }> {
  const problems: Problem[] = [];
  const entries = readClassicText(text, file);
  const members = await membersAround(file, tree, problems);
  const overrides = members[0] ? yarnResolutions(members[0].manifest.json) : {};
  const descriptors = new Descriptors(overrides);
  const packages = new Map<string, DraftPackage>();
  let malformed = 0;
  for (const entry of entries) {
    const node = nodeOf(entry, folderOf(file));
    if (node === undefined) {
      malformed += 1;
      continue;
    }
    packages.set(node.id, node);
    for (const pattern of entry.patterns) descriptors.add(pattern, node);
  }

  const workspaces: WorkspaceNode[] = [];
  /** Members by name: what they require of each other is linked, not locked. */
  const byName = new Map<string, DraftPackage>();
  for (const { path, manifest } of members) {
    const dependencies = edgesOf(manifest.requirements);
    workspaces.push({ path, name: manifest.name, dependencies });
    if (path === members[0]?.path || manifest.name === '') continue;
    const node: DraftPackage = {
      id: `workspace:${path}`,
      name: manifest.name,
      version: manifest.version,
      source: 'workspace',
      bundled: false,
      dependencies,
    };
    packages.set(node.id, node);
    byName.set(node.name, node);
  }
  for (const { dependencies } of [...workspaces, ...packages.values()]) {
    resolveEdges(
      dependencies,
      ({ name, range, kind }) =>
        (kind === 'peer'
          ? descriptors.satisfying(name, range)
          : (descriptors.find(name, range) ?? byName.get(name))
        )?.id,
    );
  }
  if (members.length === 0) {
    problems.push(warning(file, 'no readable package.json beside it: who needs what is unknown'));
  }
  if (malformed > 0) {
    problems.push(warning(file, `${malformed} entries are malformed and were left out`));
  }
  return toGraph({
    manager: 'yarn-classic',
    file,
    formatVersion: '1',
    workspaces,
    packages,
    overrides,
    problems,
  });
}

function nodeOf(entry: ClassicEntry, folder: string): DraftPackage | undefined {
  const pattern = entry.patterns[0] ?? '';
  const version = entry.fields.get('version');
  const written = nameOf(pattern);
  if (version === undefined || written === '' || pattern.length > MAX_NAME * 4) return undefined;
  const range = pattern.slice(written.length + 1);
  const requirement = parseNpmRequirement(range);
  const integrity = entry.fields.get('integrity');
  const resolved = entry.fields.get('resolved') ?? range;
  const source = sourceOfRequirement(range);
  const name = requirement.kind === 'alias' ? requirement.name : written;
  if (name.length > MAX_NAME) return undefined;
  return {
    id: entry.patterns.join(', '),
    name,
    version,
    source,
    bundled: false,
    ...(integrity === undefined ? {} : { integrity }),
    ...(source === 'git' || source === 'url' ? { resolved: withoutCredentials(resolved) } : {}),
    ...(source === 'file' ? localOrigin(folder, range) : {}),
    dependencies: edgesOf({
      dependencies: entry.dependencies,
      optionalDependencies: entry.optionalDependencies,
      peerDependencies: [],
      devDependencies: [],
    }),
  };
}
