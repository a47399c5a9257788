import { chooseGreedily } from './choose-greedy.ts';
import {
  BETWEEN,
  buildCover,
  type Closing,
  type Cover,
  compareSelections,
  evaluate,
  fits,
  type Question,
  type Selection,
} from './selection.ts';
import { stepKey, wayKey } from './step.ts';

/** Nodes of the search tree per component; beyond it the best selection so far stands. */
const NODES = 20_000;

/**
 * Chooses ways for many holes at once: the set that removes the most risk, and among those the
 * cheapest (a step that serves several holes is paid once). Risk and cost are compared in that
 * order, which is a λ in `risk − λ · cost` so small that no cost outweighs a finding.
 *
 * Holes that share neither findings nor packages are independent and solved apart. Each component is
 * solved exactly by branch and bound, from a greedy start; one too large for that keeps the best
 * selection found within a fixed number of nodes, so the answer never depends on the machine.
 *
 * @param weights of the findings that count; what an option closes besides is ignored
 * @param barred pairs of ways (see `barKey`) that must not be taken together
 */
export function choose(
  questions: readonly Question[],
  weights: ReadonlyMap<string, number>,
  barred: ReadonlySet<string> = new Set(),
): readonly Closing[] {
  return components(questions, barred).flatMap((component) => {
    const ids = new Set(
      component.flatMap(({ options }) => options.flatMap(({ closes }) => [...closes])),
    );
    const own = new Map([...weights].filter(([id]) => ids.has(id)));
    const cover = buildCover(component, own, barred);
    const selection = branchAndBound(cover, chooseGreedily(cover));
    return selection.options.flatMap((index) => cover.options[index]?.way ?? []);
  });
}

function branchAndBound(cover: Cover, start: Selection): Selection {
  let best = start;
  let nodes = 0;
  const reachable = suffixClosures(cover);
  const degree = degrees(cover);

  const visit = (depth: number, chosen: readonly number[]): void => {
    nodes += 1;
    if (nodes > NODES) return;
    const here = evaluate(cover, chosen);
    if (compareSelections(here, best) < 0) best = here;
    const question = cover.questions[depth];
    if (question === undefined) return;

    const closed = new Set(chosen.flatMap((index) => cover.options[index]?.closes ?? []));
    const steps = new Set(chosen.flatMap((index) => cover.options[index]?.steps ?? []));
    let weight = here.weight;
    for (const finding of reachable[depth] ?? []) {
      if (!closed.has(finding)) weight += cover.weights[finding] ?? 0;
    }
    const cost = here.cost + leastCost(cover, depth, closed, steps, degree);
    // The bound on cost holds for selections that reach the full weight; only they can tie.
    if (compareSelections({ weight, cost: 0 }, { weight: best.weight, cost: 0 }) > 0) return;
    if (compareSelections({ weight, cost }, best) >= 0 && weight <= best.weight + 1e-6) return;

    for (const index of question) {
      const option = cover.options[index];
      if (option === undefined || !fits(cover, chosen, option)) continue;
      visit(depth + 1, [...chosen, index]);
    }
    visit(depth + 1, chosen);
  };
  visit(0, []);
  return best;
}

/** Findings that questions from a depth on can still close. */
function suffixClosures(cover: Cover): readonly ReadonlySet<number>[] {
  const sets: Set<number>[] = [];
  let later = new Set<number>();
  for (const question of cover.questions.toReversed()) {
    later = new Set([...later, ...question.flatMap((index) => cover.options[index]?.closes ?? [])]);
    sets.unshift(later);
  }
  return sets;
}

/** How many findings a step can help to close: an equal share of its cost for each bounds below. */
function degrees(cover: Cover): readonly number[] {
  const helped = cover.steps.map(() => new Set<number>());
  for (const option of cover.options) {
    for (const step of option.steps)
      for (const finding of option.closes) helped[step]?.add(finding);
  }
  return helped.map((findings) => Math.max(1, findings.size));
}

/**
 * A lower bound of what closing everything that is still open costs: each open finding pays the
 * cheapest of its options, each step of that split over all findings it can help.
 */
function leastCost(
  cover: Cover,
  depth: number,
  closed: ReadonlySet<number>,
  taken: ReadonlySet<number>,
  degree: readonly number[],
): number {
  const cheapest = new Map<number, number>();
  for (const index of cover.questions.slice(depth).flat()) {
    const option = cover.options[index];
    if (option === undefined) continue;
    let share = 0;
    for (const step of option.steps) {
      if (!taken.has(step)) share += (cover.costs[step] ?? 0) / (degree[step] ?? 1);
    }
    for (const finding of option.closes) {
      if (closed.has(finding)) continue;
      cheapest.set(finding, Math.min(cheapest.get(finding) ?? Number.POSITIVE_INFINITY, share));
    }
  }
  let sum = 0;
  for (const share of cheapest.values()) sum += share;
  return sum;
}

/** Questions that touch a common package, finding or barred pair, directly or through others. */
function components(
  questions: readonly Question[],
  barred: ReadonlySet<string>,
): readonly (readonly Question[])[] {
  const pairs = [...barred].map((pair) => ({ pair, ways: pair.split(BETWEEN) }));
  const owner = new Map<string, number>();
  const root = questions.map((_, index) => index);
  const find = (index: number): number => {
    const parent = root[index] ?? index;
    return parent === index ? index : find(parent);
  };
  for (const [index, { options }] of questions.entries()) {
    const topics = options.flatMap(({ steps, closes }) => [
      ...steps.flatMap((step) => [step.package, stepKey(step), parentOf(step.selector)]),
      ...[...closes].map((id) => `finding ${id}`),
    ]);
    for (const option of options) {
      const key = wayKey(option);
      for (const { pair, ways } of pairs) if (ways.includes(key)) topics.push(pair);
    }
    for (const topic of topics) {
      if (topic === '') continue;
      const other = owner.get(topic);
      if (other === undefined) owner.set(topic, index);
      else root[find(index)] = find(other);
    }
  }
  const groups = new Map<number, Question[]>();
  for (const [index, question] of questions.entries()) {
    if (question.options.length === 0) continue;
    groups.set(find(index), [...(groups.get(find(index)) ?? []), question]);
  }
  return [...groups.values()];
}

/** The parent an override is scoped to, which must not move at the same time. */
function parentOf(selector: string | undefined): string {
  return selector === undefined ? '' : (/^(@?[^@]+)@/.exec(selector)?.[1] ?? '');
}
