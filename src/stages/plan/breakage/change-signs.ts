import type { DependencyGraph } from '../../../domain/dependency-graph.ts';
import type { BreakageSign, Remedy } from '../../../domain/remedy.ts';
import type { PackageRegistry, PublishedVersion } from '../../../ports/package-registry.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import { loadParser } from '../../javascript/module-facts.ts';
import { nodeFloor } from '../node-floor.ts';
import { dependentUses, ownUses } from './gather.ts';
import { breakageSigns } from './signs.ts';

/**
 * Signs of breakage for every remedy that changes a version, from the published contents of both
 * versions, the project's own code and the code of packages that depend on what changes.
 *
 * What the registry cannot be asked for is left out: a prediction is no proof, and the sandbox runs
 * whatever is predicted. Never throws for that.
 */
export async function changeSigns(input: {
  readonly remedies: readonly Remedy[];
  readonly graph: DependencyGraph;
  readonly registry: PackageRegistry;
  readonly tree: SourceTree;
}): Promise<readonly BreakageSign[]> {
  const { remedies, graph, registry, tree } = input;
  await loadParser();
  const folder = graph.file.includes('/') ? graph.file.slice(0, graph.file.lastIndexOf('/')) : '';
  const floor = await nodeFloor(tree, folder);
  const moves = remedies.filter(({ to, retires }) => to !== undefined && retires !== true);
  const own = await ownUses(tree, new Set(moves.map((move) => move.package)));
  const signs: BreakageSign[] = [];
  for (const { package: name, from, to = '' } of moves) {
    const [before, after] = await versions(registry, name, from, to);
    if (before === undefined || after === undefined) continue;
    const dependents = await dependentUses(graph, registry, name, from);
    signs.push(
      ...breakageSigns({
        package: name,
        from: before,
        to: after,
        fromFiles: await contents(registry, name, from),
        toFiles: await contents(registry, name, to),
        uses: [...(own.get(name) ?? []), ...dependents],
        installed: installedPeers(graph, after),
        ...(floor === undefined ? {} : { nodeFloor: floor.version }),
      }),
    );
  }
  return signs;
}

async function versions(
  registry: PackageRegistry,
  name: string,
  from: string,
  to: string,
): Promise<readonly (PublishedVersion | undefined)[]> {
  try {
    const published = (await registry.package(name))?.versions ?? [];
    return [from, to].map((wanted) => published.find(({ version }) => version === wanted));
  } catch {
    return [];
  }
}

async function contents(
  registry: PackageRegistry,
  name: string,
  version: string,
): Promise<ReadonlyMap<string, string>> {
  try {
    return await registry.contents(name, version);
  } catch {
    return new Map();
  }
}

function installedPeers(
  graph: DependencyGraph,
  { peerDependencies }: PublishedVersion,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { name, version } of graph.packages.values()) {
    if (name in peerDependencies) found.set(name, [...(found.get(name) ?? []), version]);
  }
  return found;
}
