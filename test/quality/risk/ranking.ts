/** One item of a ranking: its score and whether it turned out positive. */
export interface Ranked {
  readonly score: number;
  readonly positive: boolean;
}

export interface RankingQuality {
  readonly rocAuc: number;
  /** Average precision; ties are spread evenly. */
  readonly prAuc: number;
  /** Share of positives found among the first 1, 5 and 10 % of the list. */
  readonly recall: readonly [number, number, number];
}

const EFFORTS = [0.01, 0.05, 0.1] as const;

/** Quality of a ranking; items with equal scores count as if in random order. */
export function rankingQuality(items: readonly Ranked[]): RankingQuality {
  const groups = tieGroups(items);
  const positives = items.filter((item) => item.positive).length;
  const negatives = items.length - positives;
  let seen = 0;
  let found = 0;
  let pairs = 0;
  let precision = 0;
  const recall = EFFORTS.map(() => 0);
  for (const { size, hits } of groups) {
    const misses = size - hits;
    pairs += hits * (negatives - (seen - found) - misses) + (hits * misses) / 2;
    for (let hit = 1; hit <= hits; hit += 1) {
      precision += (found + hit) / (seen + (size * hit) / hits);
    }
    for (const [at, effort] of EFFORTS.entries()) {
      const cut = effort * items.length;
      const share = Math.min(1, Math.max(0, (cut - seen) / size));
      recall[at] = (recall[at] ?? 0) + hits * share;
    }
    seen += size;
    found += hits;
  }
  const [first = 0, second = 0, third = 0] = recall.map((value) => value / positives);
  return {
    rocAuc: pairs / (positives * negatives),
    prAuc: precision / positives,
    recall: [first, second, third],
  };
}

function tieGroups(items: readonly Ranked[]): readonly { size: number; hits: number }[] {
  const sorted = [...items].sort((a, b) => b.score - a.score);
  const groups: { score: number; size: number; hits: number }[] = [];
  for (const { score, positive } of sorted) {
    let group = groups.at(-1);
    if (group?.score !== score) {
      group = { score, size: 0, hits: 0 };
      groups.push(group);
    }
    group.size += 1;
    if (positive) group.hits += 1;
  }
  return groups;
}

/**
 * 90 % interval of the difference in ROC-AUC between two rankings of the same items, by bootstrap
 * over the positives (the negatives are so many that their sampling does not show). Deterministic.
 */
export function aucDifference(
  a: readonly Ranked[],
  b: readonly Ranked[],
  rounds = 1000,
): { readonly difference: number; readonly interval: readonly [number, number] } {
  const gains = perPositive(a).map((value, at) => value - (perPositive(b)[at] ?? 0));
  const random = generator(20_241_024);
  const means = Array.from({ length: rounds }, () => {
    let sum = 0;
    for (let draw = 0; draw < gains.length; draw += 1) {
      sum += gains[Math.floor(random() * gains.length)] ?? 0;
    }
    return sum / gains.length;
  }).sort((x, y) => x - y);
  const at = (share: number) => means[Math.floor(share * rounds)] ?? 0;
  const difference = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  return { difference, interval: [at(0.05), at(0.95)] };
}

/** Per positive, in the items' order: the share of negatives ranked below it. */
function perPositive(items: readonly Ranked[]): readonly number[] {
  const negatives = items.filter((item) => !item.positive).map((item) => item.score);
  const sorted = Float64Array.from(negatives).sort();
  return items
    .filter((item) => item.positive)
    .map(({ score }) => {
      const below = lowerBound(sorted, score);
      const upTo = lowerBound(sorted, score, true);
      return (below + (upTo - below) / 2) / sorted.length;
    });
}

/** How many entries are below `value`, or (`inclusive`) not above it. */
function lowerBound(sorted: Float64Array, value: number, inclusive = false): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = sorted[middle] ?? 0;
    if (entry < value || (inclusive && entry === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** mulberry32: small, seeded, good enough for a bootstrap. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
