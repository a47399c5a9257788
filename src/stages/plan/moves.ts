import type { RemedyKind } from '../../domain/remedy.ts';
import type { Blocked, Escape } from './blocked.ts';
import { stepCost } from './cost.ts';
import { escapesOf } from './escapes.ts';
import { type InEdge, isBundled, labelOf, type PackageGroup, sourceOf } from './graph-view.ts';
import { overrideBlocked } from './overrides.ts';
import type { Cause } from './rejection.ts';
import type { Candidate, Search } from './search.ts';
import { cheapest, costOf, joinWays, KEPT, type Step, type Way, withNearest } from './step.ts';
import { admits, fetchDependents, requirementOf } from './world.ts';

/** How far up a chain of parents the search goes. */
const MAX_DEPTH = 8;

/**
 * All the ways to lead every dependent of a package to a version (or away from the package): as far
 * as they admit it the lockfile is enough; a workspace's manifest can be changed; a package that
 * does not admit it has to be upgraded itself, and so on up to the manifests; last, an override.
 *
 * @param trail the packages below, from the vulnerable one up; empty for that one itself
 */
export async function movesTo(
  search: Search,
  group: PackageGroup,
  candidate: Candidate,
  trail: readonly PackageGroup[] = [],
): Promise<readonly Way[]> {
  const to = candidate.published.version;
  const kind: RemedyKind = trail.length === 0 ? 'lockfile-bump' : 'parent-upgrade';
  const refuse = (cause: Cause, why: string): readonly Way[] => {
    search.reject({ kind, package: group.name, to, why, cause });
    return [];
  };
  // What is done to the package itself costs no search, and must not go short because of its parents.
  if (trail.length > MAX_DEPTH || (trail.length > 0 && !search.spend()))
    return refuse('chain', 'the chain of parents is too long to follow');
  if (trail.includes(group)) return refuse('chain', 'the chain of parents leads back to itself');
  const fixed = immovable(group, search);
  if (fixed !== undefined) return refuse(fixed.cause, fixed.why);

  const reach = await reachOf(search, group, to);
  if (reach.elsewhere !== undefined) return refuse('source', reach.elsewhere);

  const base = baseStep(group, candidate, reach.workspaces, trail);
  const joined = await joinEscapes(reach.blocked, reach.admitted, async (blocked) => [
    ...(await escapesOf(search, blocked, group, to, trail, movesTo)),
    ...(trail.length === 0 ? overrideBlocked(search, blocked, group, candidate) : []),
  ]);
  return cheapest(
    joined
      .map(({ steps, needsMove }) =>
        needsMove ? joinWays([{ steps: [base] }, { steps }]) : { steps },
      )
      .filter((way) => way !== undefined),
  );
}

/**
 * All the ways to lead every dependent away from a package that has no good version: to versions of
 * theirs that do without it. None when a manifest of the project itself requires it.
 */
export async function movesAway(search: Search, group: PackageGroup): Promise<readonly Way[]> {
  const reach = await reachOf(search, group, undefined);
  if (reach.workspaces.length > 0 || reach.elsewhere !== undefined) return [];
  const joined = await joinEscapes(reach.blocked, false, (blocked) =>
    escapesOf(search, blocked, group, undefined, [], movesTo),
  );
  return cheapest(joined.filter(({ needsMove, steps }) => !needsMove && steps.length > 0));
}

/** One escape for every blocked dependent, in the cheapest few combinations. */
async function joinEscapes(
  blocked: readonly Blocked[],
  needsMove: boolean,
  escapesFor: (blocked: Blocked) => Promise<readonly Escape[]>,
): Promise<readonly Escape[]> {
  let joined: readonly Escape[] = [{ steps: [], needsMove }];
  for (const one of blocked) {
    const escapes = await escapesFor(one);
    const ordered = joined
      .flatMap((so) =>
        escapes.flatMap((escape) => {
          const both = joinWays([so, escape]);
          return both === undefined
            ? []
            : [{ ...both, needsMove: so.needsMove || escape.needsMove }];
        }),
      )
      .toSorted((a, b) => costOf(a.steps) - costOf(b.steps));
    joined = withNearest(ordered, KEPT);
  }
  return joined;
}

/** Why no remedy can name a new version for this package at all. */
export function immovable(
  group: PackageGroup,
  search: Search,
): { cause: Cause; why: string } | undefined {
  if (isBundled(group)) {
    return {
      cause: 'bundled',
      why: 'it is packed inside another package: only an upgrade of that one can change it',
    };
  }
  const source = sourceOf(group);
  if (source !== 'registry') {
    const what = source === 'workspace' ? 'a workspace' : `a ${source} reference`;
    return { cause: 'source', why: `it comes from ${what}, not from a registry` };
  }
  if (search.world.packuments.known(group.name) === undefined) {
    return { cause: 'unknown-package', why: 'the registry does not know the package' };
  }
  return undefined;
}

interface Reach {
  /** Some dependent stays with the package: it has to move. */
  readonly admitted: boolean;
  /** Workspaces whose manifest has to change. */
  readonly workspaces: readonly string[];
  readonly blocked: readonly Blocked[];
  /** Why a manifest's requirement cannot be rewritten. */
  readonly elsewhere?: string;
}

async function reachOf(
  search: Search,
  group: PackageGroup,
  to: string | undefined,
): Promise<Reach> {
  const { world } = search;
  await fetchDependents(world, group);
  const workspaces = new Set<string>();
  const blocked = new Map<string, Blocked>();
  let admitted = false;
  for (const inEdge of group.inEdges) {
    const { from, edge } = inEdge;
    const requirement = requirementOf(world, inEdge);
    if (to !== undefined && admits(world, requirement, to)) {
      admitted = true;
    } else if (from.workspace !== undefined) {
      if (requirement.kind === 'elsewhere') {
        const elsewhere = `${from.workspace.path || 'the manifest'} asks for it as ${edge.range}, which cannot be rewritten to a version`;
        return { admitted, workspaces: [], blocked: [], elsewhere };
      }
      admitted = true;
      workspaces.add(from.workspace.path);
    } else if (!isUnmetPeer(inEdge, admits(world, requirement, group.version))) {
      const parent = world.view.groups.get(from.group);
      if (parent !== undefined) {
        blocked.set(`${parent.key} ${edge.name}`, { name: edge.name, parent, range: edge.range });
      }
    }
  }
  return { admitted, workspaces: [...workspaces].toSorted(), blocked: [...blocked.values()] };
}

/** A peer requirement that was violated before is no reason to stop. */
function isUnmetPeer({ edge }: InEdge, satisfied: boolean): boolean {
  return edge.kind === 'peer' && !satisfied;
}

function baseStep(
  group: PackageGroup,
  { published, judgement }: Candidate,
  workspaces: readonly string[],
  trail: readonly PackageGroup[],
): Step {
  const own: RemedyKind = workspaces.length > 0 ? 'upgrade' : 'lockfile-bump';
  const [child] = trail;
  const step = {
    kind: trail.length === 0 ? own : 'parent-upgrade',
    package: group.name,
    from: group.version,
    to: published.version,
    workspaces,
    notes: [
      ...(child === undefined ? [] : [`for the sake of ${labelOf(child.name, child.version)}`]),
      ...judgement.notes,
    ],
  } as const;
  return { ...step, cost: stepCost(step, judgement.penalties) };
}
