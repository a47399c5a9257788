import {
  type Cover,
  compareSelections,
  evaluate,
  fits,
  NOTHING,
  type Selection,
} from './selection.ts';

/** Rounds of improvement; each is a pass over all options, and few are ever needed. */
const ROUNDS = 20;

/**
 * A good selection, fast: by weight gained per cost added (the classic greedy cover, within a factor
 * of ln n of the optimum), then exchanges of one option at a time while that helps.
 */
export function chooseGreedily(cover: Cover): Selection {
  let best = prune(cover, fill(cover, NOTHING));
  for (let round = 0; round < ROUNDS; round += 1) {
    const next = improve(cover, best);
    if (compareSelections(next, best) >= 0) break;
    best = next;
  }
  return best;
}

function fill(cover: Cover, start: Selection): Selection {
  let current = start;
  for (;;) {
    let chosen: { selection: Selection; rate: number } | undefined;
    for (const option of cover.options) {
      if (current.options.includes(option.index) || !fits(cover, current.options, option)) continue;
      const selection = evaluate(cover, [...current.options, option.index]);
      const gain = selection.weight - current.weight;
      if (gain <= 0) continue;
      const rate = gain / (selection.cost - current.cost + 0.1);
      if (chosen === undefined || rate > chosen.rate) chosen = { selection, rate };
    }
    if (chosen === undefined) return current;
    current = chosen.selection;
  }
}

/** Puts one option in, whatever it pushes out, fills up again, and keeps the result if better. */
function improve(cover: Cover, from: Selection): Selection {
  let best = from;
  for (const option of cover.options) {
    if (from.options.includes(option.index)) continue;
    const question = cover.questions.find((indices) => indices.includes(option.index)) ?? [];
    const kept = from.options.filter((index) => {
      const other = cover.options[index];
      return other !== undefined && !question.includes(index) && fits(cover, [option.index], other);
    });
    const tried = prune(cover, fill(cover, evaluate(cover, [...kept, option.index])));
    if (compareSelections(tried, best) < 0) best = tried;
  }
  return best;
}

/** Takes out what the others make unnecessary, the dearest first. */
function prune(cover: Cover, selection: Selection): Selection {
  let current = selection;
  const byCost = selection.options.toSorted(
    (a, b) => evaluate(cover, [b]).cost - evaluate(cover, [a]).cost || a - b,
  );
  for (const index of byCost) {
    const without = evaluate(
      cover,
      current.options.filter((other) => other !== index),
    );
    if (compareSelections(without, current) <= 0) current = without;
  }
  return current;
}
