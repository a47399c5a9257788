import type { DependencyGraph } from '../../../domain/dependency-graph.ts';
import type { BreakageSign, Remedy } from '../../../domain/remedy.ts';
import type { PackageRegistry, PublishedVersion } from '../../../ports/package-registry.ts';
import type { PackageSources } from '../../../ports/package-sources.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import { loadParser } from '../../javascript/module-facts.ts';
import { nodeFloor } from '../node-floor.ts';
import { dependentUses, usesIn } from './gather.ts';
import { breakageSigns } from './signs.ts';

export interface BreakageWorld {
  readonly graph: DependencyGraph;
  readonly registry: PackageRegistry;
  /** The project's own files. */
  readonly tree: SourceTree;
  /** Installed packages, to see how they use one that moves. */
  readonly sources: PackageSources;
}

/** Bumps whose contents are fetched at the same time. */
const AT_ONCE = 6;

/**
 * Signs of breakage for every remedy that changes a version, from the published contents of both
 * versions, the project's own code and the code of packages that depend on what changes.
 *
 * What the registry cannot be asked for is left out: a prediction is no proof, and the sandbox runs
 * whatever is predicted. Never throws for that.
 */
export async function changeSigns(
  remedies: readonly Remedy[],
  world: BreakageWorld,
): Promise<readonly BreakageSign[]> {
  const { graph, registry, tree, sources } = world;
  await loadParser();
  const folder = graph.file.includes('/') ? graph.file.slice(0, graph.file.lastIndexOf('/')) : '';
  const floor = await nodeFloor(tree, folder);
  const moves = remedies.filter(({ to, retires }) => to !== undefined && retires !== true);
  const own = await usesIn(tree, new Set(moves.map((move) => move.package)));
  const signs: BreakageSign[] = [];
  for (let first = 0; first < moves.length; first += AT_ONCE) {
    const batch = moves.slice(first, first + AT_ONCE).map(async (move) => {
      const { package: name, from, to = '' } = move;
      const [published, fromFiles, toFiles] = await Promise.all([
        versions(registry, name, from, to),
        contents(registry, name, from),
        contents(registry, name, to),
      ]);
      const [before, after] = published;
      if (before === undefined || after === undefined) return [];
      const dependents = await dependentUses(graph, sources, name, from);
      return breakageSigns({
        package: name,
        from: before,
        to: after,
        fromFiles,
        toFiles,
        uses: [...(own.get(name) ?? []), ...dependents],
        installed: installedPeers(graph, after),
        ...(floor === undefined ? {} : { nodeFloor: floor.version }),
      });
    });
    signs.push(...(await Promise.all(batch)).flat());
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
