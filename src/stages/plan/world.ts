import type { Policy } from '../../domain/configuration.ts';
import type { Finding } from '../../domain/finding.ts';
import type { RejectedOption } from '../../domain/remedy.ts';
import type { Ecosystem } from '../../ports/ecosystem.ts';
import type { PackageRegistry, PublishedVersion } from '../../ports/package-registry.ts';
import type { GraphView, InEdge, PackageGroup } from './graph-view.ts';
import type { KnownVulnerabilities } from './known-vulnerabilities.ts';
import type { NodeFloor } from './node-floor.ts';
import type { Packuments } from './packuments.ts';
import { type Requirement, readRequirement } from './requirement.ts';

/** All that the planning functions look at. Nothing in it changes what it answers during a plan. */
export interface World {
  readonly view: GraphView;
  readonly findings: readonly Finding[];
  readonly packuments: Packuments;
  readonly registry: PackageRegistry;
  readonly vulnerabilities: KnownVulnerabilities;
  readonly ecosystem: Ecosystem;
  readonly policy: Policy;
  readonly now: Date;
  readonly rejected: readonly RejectedOption[];
  /** Packages that no remedy may move. */
  readonly avoid: ReadonlySet<string>;
  readonly floor: NodeFloor | undefined;
  /** Remembers `satisfies`, which is asked for the same pair again and again. */
  readonly admissions: Map<string, Map<string, boolean>>;
  /** Remembers natural picks of packages the registry has answered for. */
  readonly picks: Map<Requirement, PublishedVersion | undefined>;
}

/**
 * Lockfiles that do not tell what a dependent requires, only what it got: pnpm's, and npm's first
 * format as npm 5 wrote it.
 */
function isSilent({ view: { graph } }: World): boolean {
  return graph.manager === 'pnpm' || (graph.manager === 'npm' && graph.formatVersion === '1');
}

/**
 * What a dependent asks for. Where the lockfile does not tell, the registry is asked what the
 * dependent's version really requires, as far as it was fetched before.
 */
export function requirementOf(world: World, { from, edge }: InEdge): Requirement {
  if (from.workspace === undefined && isSilent(world)) {
    const { name, version } = from.node;
    const published = world.packuments.version(name, version);
    const written = published === undefined ? undefined : requires(published, edge.name);
    if (written !== undefined) return readRequirement(edge.name, written);
    // An empty range of pnpm means that nobody knows, not that anything goes.
    if (edge.range === '') return { name: edge.name, range: 'unknown', kind: 'elsewhere' };
  }
  return readRequirement(edge.name, edge.range);
}

/** What a published version requires under a name, peers included; `undefined` when nothing. */
export function requires(published: PublishedVersion, name: string): string | undefined {
  return (
    published.optionalDependencies[name] ??
    published.dependencies[name] ??
    published.peerDependencies[name]
  );
}

export function admits(world: World, requirement: Requirement, version: string): boolean {
  if (requirement.kind === 'elsewhere') return false;
  if (requirement.kind === 'tag') {
    return (
      requirement.range === 'latest' && world.packuments.known(requirement.name)?.latest === version
    );
  }
  let known = world.admissions.get(requirement.range);
  if (known === undefined) world.admissions.set(requirement.range, (known = new Map()));
  const answer = known.get(version) ?? world.ecosystem.satisfies(version, requirement.range);
  known.set(version, answer);
  return answer;
}

/**
 * The version a package manager takes for a requirement that nothing installed satisfies: `latest`
 * where it is admitted, else the highest, preferring those that are not deprecated (the rule of
 * npm's version picking, which pnpm and Yarn share but for deprecation).
 */
export function naturalPick(world: World, requirement: Requirement): PublishedVersion | undefined {
  if (world.packuments.known(requirement.name) === undefined) return undefined;
  if (!world.picks.has(requirement)) world.picks.set(requirement, pick(world, requirement));
  return world.picks.get(requirement);
}

function pick(world: World, requirement: Requirement): PublishedVersion | undefined {
  const { packuments } = world;
  const latest = packuments.known(requirement.name)?.latest;
  if (latest !== undefined && admits(world, requirement, latest)) {
    return packuments.version(requirement.name, latest);
  }
  const admitted = packuments
    .versions(requirement.name)
    .filter(({ version }) => admits(world, requirement, version));
  return admitted.findLast(({ deprecated }) => deprecated === undefined) ?? admitted.at(-1);
}

/** Asks the registry about the dependents of a group where the lockfile does not say what they want. */
export async function fetchDependents(world: World, group: PackageGroup): Promise<void> {
  if (!isSilent(world)) return;
  const names = group.inEdges.flatMap(({ from }) =>
    from.workspace === undefined && from.node.source === 'registry' ? [from.node.name] : [],
  );
  await Promise.all([...new Set(names)].map((name) => world.packuments.get(name)));
}
