import type { Plan } from '../../domain/change.ts';
import { composeChange, withoutRedundant } from './compose.ts';
import { type Hole, holesOf } from './hole.ts';
import type { Judgement } from './judge-version.ts';
import { openWorld, type PlanRequest } from './open-world.ts';
import { type Option, optionsFor } from './options.ts';
import { predict } from './predict.ts';
import type { Rejection } from './rejection.ts';
import { Search } from './search.ts';
import type { Question } from './selection.ts';
import { settle } from './settle.ts';
import { retire, standingOverrides, unnecessary } from './standing-overrides.ts';
import { joinWays, type Step, stepKey, type Way } from './step.ts';
import { unfixed } from './unfixed.ts';
import { type UseOf, useOf } from './unused.ts';
import type { World } from './world.ts';

export type { PlanRequest } from './open-world.ts';

/** Searches are repeated with what the others found, until nothing new comes up. */
const ROUNDS = 3;

/**
 * Chooses, over all findings of one lockfile together, the cheapest set of remedies that removes the
 * most risk; docs/guide/remedies.md tells the kinds, their order, the never-rules and the costs.
 *
 * Pure but for the registry, which is asked for each package at most once. Deterministic.
 *
 * @returns one change with all chosen remedies (none: no change), and every finding that stays
 * @throws SutureError `registry-unreachable` when not a single package can be asked for
 */
export async function plan(request: PlanRequest): Promise<Plan> {
  const world = await openWorld(request);
  const holes = holesOf(world.view, world.findings);
  await world.packuments.prefetch(holes.map(({ name }) => name));
  const { options, rejections } = await search(world, holes, useOf(world, request.tree));

  const questions = holes.map(
    (hole): Question => ({ hole: hole.label, options: options.get(hole) ?? [] }),
  );
  const ways = settle(world, holes, questions);
  const chosen = withoutRedundant(world, joinWays(ways)?.steps ?? []);
  const steps = [...named(chosen, holes), ...(await retirements(world, chosen))];
  const byFinding = new Map(
    holes.flatMap((hole) =>
      hole.findings.map(({ id }) => [id, rejections.get(hole) ?? []] as const),
    ),
  );
  const change = composeChange(world, steps, ways, byFinding);
  const closed = new Set(change?.closes);
  return {
    changes: change === undefined ? [] : [change],
    unfixed: holes.flatMap((hole) =>
      hole.findings
        .filter(({ id }) => !closed.has(id))
        .map((finding) =>
          unfixed({
            finding,
            rejections: rejections.get(hole) ?? [],
            conflict: (options.get(hole) ?? []).some(({ closes }) => closes.has(finding.id)),
          }),
        ),
    ),
  };
}

interface Searched {
  readonly options: ReadonlyMap<Hole, readonly Option[]>;
  readonly rejections: ReadonlyMap<Hole, readonly Rejection[]>;
}

async function search(world: World, holes: readonly Hole[], use: UseOf): Promise<Searched> {
  const judged = new Map<string, Judgement>();
  const options = new Map<Hole, readonly Option[]>();
  const searches = new Map<Hole, Search>();
  let pool: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  let pending = holes;
  for (let round = 1; round <= ROUNDS && pending.length > 0; round += 1) {
    await Promise.all(
      pending.map(async (hole) => {
        const one = new Search(world, hole.urgent && world.policy.cooldownBypass, pool, judged);
        searches.set(hole, one);
        options.set(hole, await optionsFor(one, hole, use));
      }),
    );
    const found = poolOf([...options.values()].flat());
    pool = found;
    pending = holes.filter((hole) => hasNews(found, searches.get(hole), options.get(hole) ?? []));
  }
  const rejections = new Map(holes.map((hole) => [hole, searches.get(hole)?.rejections ?? []]));
  return { options, rejections };
}

/** Whether others found targets for packages that a search went through and did not try itself. */
function hasNews(
  pool: ReadonlyMap<string, ReadonlySet<string>>,
  search: Search | undefined,
  options: readonly Option[],
): boolean {
  const own = poolOf(options);
  return [...(search?.considered ?? [])].some((label) => {
    const tried = own.get(label);
    const before = search?.pool.get(label);
    return [...(pool.get(label) ?? [])].some(
      (to) => tried?.has(to) !== true && before?.has(to) !== true,
    );
  });
}

/** What all options would move packages to, by `name@from`. */
function poolOf(ways: readonly Way[]): ReadonlyMap<string, ReadonlySet<string>> {
  const pool = new Map<string, Set<string>>();
  for (const step of ways.flatMap(({ steps }) => steps)) {
    if (step.kind === 'override' || step.to === undefined) continue;
    const key = `${step.package}@${step.from}`;
    pool.set(key, (pool.get(key) ?? new Set()).add(step.to));
  }
  return pool;
}

/** A parent that is vulnerable itself is upgraded for its own sake. */
function named(steps: readonly Step[], holes: readonly Hole[]): readonly Step[] {
  const own = new Set(holes.map(({ label }) => label));
  return steps.map((step) => {
    if (step.kind !== 'parent-upgrade' || !own.has(`${step.package}@${step.from}`)) return step;
    return { ...step, kind: step.workspaces.length > 0 ? 'upgrade' : 'lockfile-bump' };
  });
}

/** Overrides in the manifest that are no longer necessary, besides those already dealt with. */
async function retirements(world: World, chosen: readonly Step[]): Promise<readonly Step[]> {
  if (!world.policy.remedies.includes('override')) return [];
  const taken = new Set(chosen.map((step) => step.package));
  const steps: Step[] = [];
  for (const standing of standingOverrides(world)) {
    if (taken.has(standing.read.name)) continue;
    const because = await unnecessary(world, standing);
    if (because === undefined) continue;
    const step = retire(standing, because);
    const before = predict(world, chosen);
    const after = predict(world, [...chosen, ...steps, step]);
    const harmless =
      after.introduced.length === 0 && [...before.closed].every((id) => after.closed.has(id));
    if (harmless && !steps.some((other) => stepKey(other) === stepKey(step))) steps.push(step);
  }
  return steps;
}
