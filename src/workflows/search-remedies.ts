import { join } from 'node:path';
import type { PlannedChange } from '../domain/change.ts';
import type { Finding } from '../domain/finding.ts';
import type { RejectedOption, Remedy, UnfixedFinding } from '../domain/remedy.ts';
import { standingRemedies, type Trial } from '../stages/patch/standing.ts';
import { changeSigns } from '../stages/plan/breakage/change-signs.ts';
import { plan } from '../stages/plan/plan.ts';
import type { LockfileTask, SearchResult } from './patch-types.ts';
import { changeOf, type TrialGround, type TrialResult, tryChange } from './trial.ts';

/** After this many plans the search ends with what stands. */
const MAX_ROUNDS = 4;
const MINUTE = 60_000;

const NO_TIME = {
  stands: false,
  why: 'the time for this run was used up before it could be tried (--budget)',
  result: undefined,
} as const;

/** Plans, tries, takes out what falls and plans again around it, until everything planned stands. */
export async function searchRemedies(
  task: LockfileTask,
  findings: readonly Finding[],
  ground: TrialGround,
): Promise<SearchResult> {
  const { graph, index, options, scanned, services } = task;
  const registry = await services.registry(join(ground.copies.pristine, ground.folder));
  const rejected: RejectedOption[] = [];
  // A later plan often shares sets with an earlier one; what was seen once need not be run again.
  const seen = new Map<string, Promise<Trial<TrialResult | undefined>>>();
  const tryOnce = (change: PlannedChange) => {
    const known = seen.get(change.id) ?? tryChange(change, ground);
    seen.set(change.id, known);
    return known;
  };
  const deadline = services.clock.now().getTime() + options.budgetMinutes * MINUTE;
  const spent = () => services.clock.now().getTime() > deadline;
  let best: TrialResult | undefined;
  let unfixed: readonly UnfixedFinding[] = [];
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    ground.progress(
      round === 1
        ? `Planning for ${findings.length} findings`
        : `Planning around ${rejected.length} remedies that fell`,
    );
    const planned = await plan({
      graph,
      findings,
      registry,
      index,
      ecosystem: ground.ecosystem,
      policy: ground.policy,
      tree: scanned.tree,
      now: services.clock.now(),
      rejected,
      ...(options.avoid === undefined ? {} : { avoid: options.avoid }),
    });
    unfixed = planned.unfixed;
    const [change] = planned.changes;
    if (change === undefined) break;
    const signs = await changeSigns(change.remedies, {
      graph,
      registry,
      tree: scanned.tree,
      sources: services.packageSources(task.directory),
    });
    const standing = await standingRemedies(suspectsLast(change.remedies, signs), (set) =>
      spent()
        ? Promise.resolve(NO_TIME)
        : tryOnce(changeOf(inPlanOrder(set, change.remedies), { ...change, signs }, findings)),
    );
    if (standing.result !== undefined && closesMore(standing.result, best)) best = standing.result;
    const all = standing.fallen.length === 0;
    rejected.push(...standing.fallen.map(({ remedy, why }) => rejectedOption(remedy, why)));
    if (all || spent()) break;
  }
  return {
    ...(best === undefined ? {} : { best }),
    unfixed: stillOpen(findings, best?.change.closes ?? [], unfixed, rejected),
    fell: rejected,
    problems: best?.problems ?? [],
  };
}

/** What comes first is settled first: remedies with signs of breakage go to the end. */
function suspectsLast(
  remedies: readonly Remedy[],
  signs: PlannedChange['signs'],
): readonly Remedy[] {
  const weight = (remedy: Remedy) =>
    signs
      .filter((sign) => sign.package === remedy.package)
      .reduce((sum, sign) => sum + sign.weight, 0);
  return remedies.toSorted((a, b) => weight(a) - weight(b));
}

/** The planner puts parents before their children, and so they have to be applied. */
function inPlanOrder(set: readonly Remedy[], remedies: readonly Remedy[]): readonly Remedy[] {
  return remedies.filter((remedy) => set.includes(remedy));
}

function closesMore(result: TrialResult, best: TrialResult | undefined): boolean {
  return best === undefined || result.change.closes.length >= best.change.closes.length;
}

function rejectedOption(remedy: Remedy, why: string): RejectedOption {
  const { kind, package: name, to } = remedy;
  return { kind, package: name, ...(to === undefined ? {} : { to }), why };
}

/** Every finding that is not closed, with the reason of whoever gave up on it. */
function stillOpen(
  findings: readonly Finding[],
  closed: readonly string[],
  planned: readonly UnfixedFinding[],
  rejected: readonly RejectedOption[],
): readonly UnfixedFinding[] {
  const explained = new Map(planned.map((unfixed) => [unfixed.finding, unfixed]));
  return findings
    .filter(({ id }) => !closed.includes(id))
    .map(({ id, component }) => {
      const options = rejected.filter((option) => option.package === component.name);
      const given = explained.get(id);
      if (given !== undefined) return given;
      return {
        finding: id,
        why: options.at(-1)?.why ?? 'No remedy for it stood up to verification',
        needed: 'A change of the code or tests that stand in the way, or another release.',
        options,
      };
    });
}
