import { bundledWays } from './bundled.ts';
import { isBundled, labelOf, type PackageGroup } from './graph-view.ts';
import type { Hole } from './hole.ts';
import { immovable, movesAway, movesTo } from './moves.ts';
import { overrideEverywhere } from './overrides.ts';
import { isRequired, predict } from './predict.ts';
import type { Cause } from './rejection.ts';
import { removalWays } from './removals.ts';
import type { Search } from './search.ts';
import { holding, raise, retire, unnecessary } from './standing-overrides.ts';
import { cheapest, joinWays, type Way } from './step.ts';
import { rejectTargets, targetsFor } from './targets.ts';
import type { UseOf } from './unused.ts';
import { admits, fetchDependents, requirementOf } from './world.ts';

/** One way to close a hole, with everything else it closes. */
export interface Option extends Way {
  /** Finding ids. */
  readonly closes: ReadonlySet<string>;
}

/** Options kept per hole for the choice over all. */
const KEPT_OPTIONS = 12;

/** All usable options for a hole, cheapest first; the others are left in `search.rejections`. */
export async function optionsFor(
  search: Search,
  hole: Hole,
  use: UseOf,
): Promise<readonly Option[]> {
  const { world } = search;
  if (!isRequired(world, hole.label)) {
    const why = 'nothing in the lockfile requires it; a fresh install should drop it';
    search.reject({ kind: 'lockfile-bump', package: hole.name, why, cause: 'orphan' });
    return [];
  }
  let joined: readonly Way[] = [{ steps: [] }];
  for (const group of hole.groups) {
    const ways = await groupWays(search, hole, group);
    joined = cheapest(
      joined.flatMap((one) =>
        ways.flatMap((other) => {
          const both = joinWays([one, other]);
          return both === undefined ? [] : [both];
        }),
      ),
      KEPT_OPTIONS * 2,
    );
  }
  const ways = [...joined, ...(await removalWays(search, hole, use))];
  const proved = ways.flatMap((way) => {
    const option = proveOption(search, hole, way);
    return option === undefined ? [] : [option];
  });
  const order = cheapest(proved, KEPT_OPTIONS);
  return order.flatMap((way) => proved.find((option) => option === way) ?? []);
}

/** Keeps what the policy allows and the prediction confirms. */
function proveOption(search: Search, hole: Hole, way: Way): Option | undefined {
  const last = way.steps.at(-1);
  if (last === undefined) return undefined;
  const refuse = (cause: Cause, why: string) => {
    const to = last.to === undefined ? {} : { to: last.to };
    search.reject({ kind: last.kind, package: last.package, ...to, why, cause });
    return undefined;
  };
  const barred = way.steps.find(({ kind }) => !search.world.policy.remedies.includes(kind));
  if (barred !== undefined) return refuse('policy', `the policy does not allow ${barred.kind}`);
  const { closed, introduced } = predict(search.world, way.steps);
  if (introduced.length > 0)
    return refuse('prediction', `would introduce ${introduced.join(', ')}`);
  if (!hole.findings.some(({ id }) => closed.has(id))) {
    return refuse(
      'prediction',
      `would still leave ${hole.label} or another affected version in the lockfile`,
    );
  }
  return { ...way, closes: closed };
}

async function groupWays(search: Search, hole: Hole, group: PackageGroup): Promise<readonly Way[]> {
  const { world } = search;
  const answer = await world.packuments.get(group.name);
  const fixed = immovable(group, search);
  if (fixed !== undefined) {
    const unreachable = answer.status === 'unreachable' && fixed.cause === 'unknown-package';
    const why = unreachable ? answer.message : fixed.why;
    const cause = unreachable ? 'unreachable' : fixed.cause;
    search.reject({ kind: 'lockfile-bump', package: group.name, why, cause });
    return isBundled(group) ? await bundledWays(search, group) : [];
  }
  await fetchDependents(world, group);
  const targets = await targetsFor(search, group, hole.findings);
  const standing = holding(world, group);
  if (standing !== undefined) {
    const because = await unnecessary(world, standing);
    const steps = because === undefined ? [] : [retire(standing, because)];
    return [...steps, ...targets.map((target) => raise(standing, group, target))].map((step) => ({
      steps: [step],
    }));
  }
  // Where every version that can be had still has a hole, going without it may close more.
  const dirty = targets.every(({ judgement }) => judgement.carries.size > 0);
  const ways: Way[] = dirty ? [...(await movesAway(search, group))] : [];
  for (const target of targets) {
    ways.push(
      ...(await movesTo(search, group, target)),
      ...overrideEverywhere(search, group, target),
    );
  }
  await explain(search, group, targets.length === 0);
  return ways;
}

/** Says why the cheap kinds are out, whether or not a dearer one is found. */
async function explain(search: Search, group: PackageGroup, thoroughly: boolean): Promise<void> {
  const { world } = search;
  const asks = group.inEdges.map((inEdge) => ({
    inEdge,
    requirement: requirementOf(world, inEdge),
  }));
  const byAll = (version: string) =>
    asks.every(({ requirement }) => admits(world, requirement, version));
  const higher = search.higher(group);
  if (higher.length === 0) {
    const why = `no version above ${group.version} is published`;
    search.reject({ kind: 'lockfile-bump', package: group.name, why, cause: 'none-published' });
    return;
  }
  if (higher.some(({ version }) => byAll(version))) {
    await rejectTargets(search, group, 'lockfile-bump', byAll, thoroughly);
  } else {
    const newest = higher.at(-1)?.version ?? '';
    const holders = asks
      .filter(
        ({ requirement }) => !higher.some(({ version }) => admits(world, requirement, version)),
      )
      .map(({ inEdge: { from, edge } }) => {
        const who =
          from.workspace === undefined
            ? labelOf(from.node.name, from.node.version)
            : from.workspace.path || 'the manifest';
        return `${who} asks for ${edge.range}`;
      });
    const reason =
      holders.length === 0
        ? 'the dependents agree on no version'
        : [...new Set(holders)].slice(0, 3).join(', ');
    search.reject({
      kind: 'lockfile-bump',
      cause: 'none-admitted',
      package: group.name,
      why: `no version from ${group.version} up to ${newest} satisfies every dependent: ${reason}`,
    });
  }
  const direct = asks.some(({ inEdge }) => inEdge.from.workspace !== undefined);
  const kind = direct ? 'upgrade' : 'override';
  await rejectTargets(search, group, kind, (version) => !byAll(version), thoroughly);
}
