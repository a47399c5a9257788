import { stepCost } from './cost.ts';
import type { PackageGroup } from './graph-view.ts';
import { tooYoung } from './release-age.ts';
import { readRequirement } from './requirement.ts';
import type { Candidate } from './search.ts';
import { readSelector, type Selector, selects } from './selector.ts';
import type { Step } from './step.ts';
import { admits, naturalPick, requirementOf, type World } from './world.ts';

/** An override that is in the manifest now. */
export interface StandingOverride {
  /** As a remedy writes it: empty for one that holds everywhere. */
  readonly selector: string;
  readonly read: Selector;
  readonly version: string;
}

/**
 * Overrides with a plain version. Others (`$name`, `npm:`, ranges, paths, removals) are a person's
 * own arrangement and are left alone.
 */
export function standingOverrides(world: World): readonly StandingOverride[] {
  return Object.entries(world.view.graph.overrides)
    .filter(([, version]) => /^\d+\.\d+\.\d+/.test(version))
    .map(([written, version]) => {
      const read = readSelector(written);
      return { selector: written === read.name ? '' : written, read, version };
    });
}

/** The override that holds a group at its version, if one does. */
export function holding(world: World, group: PackageGroup): StandingOverride | undefined {
  return standingOverrides(world).find(
    ({ read, version }) => version === group.version && edgesUnder(group, read).length > 0,
  );
}

/** The step that lifts a standing override to a good version. */
export function raise(
  standing: StandingOverride,
  group: PackageGroup,
  { published, judgement }: Candidate,
): Step {
  const step = {
    kind: 'override',
    package: group.name,
    from: standing.version,
    to: published.version,
    workspaces: [''],
    selector: standing.selector,
    notes: [`an override in the manifest holds it at ${standing.version}`, ...judgement.notes],
  } as const;
  return { ...step, cost: stepCost(step, judgement.penalties) };
}

/** The step that takes an override away, with the reason. */
export function retire(standing: StandingOverride, because: string): Step {
  const step = {
    kind: 'override',
    package: standing.read.name,
    from: standing.version,
    workspaces: [''],
    selector: standing.selector,
    retires: true,
    notes: [because],
  } as const;
  return { ...step, cost: stepCost(step) };
}

/**
 * Why an override is no longer necessary, or `undefined` while it is or when that cannot be told.
 *
 * Only overrides of packages with known advisories are judged: a version that was forced for another
 * reason must stay. It is unnecessary when nothing falls under it any more, or when every dependent
 * under it would come to a good version by itself.
 */
export async function unnecessary(
  world: World,
  standing: StandingOverride,
): Promise<string | undefined> {
  const { name } = standing.read;
  if (world.vulnerabilities.advisories(name).length === 0) return undefined;
  const groups = world.view.byName.get(name) ?? [];
  const under = groups.flatMap((group) =>
    edgesUnder(group, standing.read).map((inEdge) => ({ group, inEdge })),
  );
  if (under.length === 0) {
    if (standing.read.range !== undefined) return undefined;
    return `nothing that the override of ${name} is for is in the lockfile any more`;
  }
  await Promise.all(
    under.map(async ({ inEdge: { from } }) =>
      from.workspace === undefined ? await world.packuments.get(from.node.name) : undefined,
    ),
  );
  if ((await world.packuments.get(name)).status !== 'known') return undefined;
  for (const { inEdge } of under) {
    const requirement = naturalRequirement(world, inEdge);
    if (requirement === undefined) return undefined;
    const pick = naturalPick(world, requirement);
    if (pick === undefined) return undefined;
    // The locked version stays when it is admitted, but a later refresh takes the natural pick.
    const settled = admits(world, requirement, standing.version) ? standing.version : pick.version;
    for (const version of [settled, pick.version]) {
      if (world.vulnerabilities.of(name, version).size > 0) return undefined;
    }
    const young = tooYoung(
      pick,
      world.packuments.known(name)?.versions ?? [],
      world.policy.cooldownDays,
      world.now,
    );
    if (settled !== standing.version && young !== undefined) return undefined;
  }
  return `every dependent that asks for ${name} now comes to a version without known vulnerabilities by itself`;
}

/**
 * What a dependent asks for without the override: lockfiles and installed manifests may show the
 * forced version, so the registry's word goes first.
 */
function naturalRequirement(world: World, inEdge: PackageGroup['inEdges'][number]) {
  const { from, edge } = inEdge;
  if (from.workspace !== undefined) return requirementOf(world, inEdge);
  const published = world.packuments.version(from.node.name, from.node.version);
  if (published === undefined) return undefined;
  const written =
    published.optionalDependencies[edge.name] ??
    published.dependencies[edge.name] ??
    published.peerDependencies[edge.name];
  return written === undefined ? undefined : readRequirement(edge.name, written);
}

function edgesUnder(
  group: PackageGroup,
  selector: Selector,
): readonly PackageGroup['inEdges'][number][] {
  return group.inEdges.filter(({ from }) =>
    selects(selector, from.workspace === undefined ? from.node : undefined, group),
  );
}
