import { contradicts, type Step, stepKey, type Way, wayKey } from './step.ts';

/** One hole and the ways there are to close it. */
export interface Question {
  readonly hole: string;
  readonly options: readonly Closing[];
}

/** A way with the findings that are counted for it. */
export interface Closing extends Way {
  readonly closes: ReadonlySet<string>;
}

/**
 * The choice as a weighted set cover: options are sets of steps and close sets of findings; a step
 * is paid once however many options share it; some steps exclude each other. Everything is numbered
 * once, so that the search only adds and compares numbers.
 */
export interface Cover {
  readonly options: readonly CoverOption[];
  /** Indices into `options`, by question. */
  readonly questions: readonly (readonly number[])[];
  readonly steps: readonly Step[];
  readonly costs: readonly number[];
  /** `excludes[a]` holds the steps that cannot go with step a. */
  readonly excludes: readonly ReadonlySet<number>[];
  /** Weight of each finding. */
  readonly weights: readonly number[];
}

export interface CoverOption {
  readonly index: number;
  readonly way: Closing;
  readonly steps: readonly number[];
  readonly closes: readonly number[];
  /** Options that must not be taken together with this one, learnt from failed predictions. */
  readonly bars: ReadonlySet<number>;
}

export interface Selection {
  readonly options: readonly number[];
  readonly weight: number;
  readonly cost: number;
}

export const NOTHING: Selection = { options: [], weight: 0, cost: 0 };

/** Weights are sums of scores in floating point; less than this apart is the same. */
const EPSILON = 1e-6;

/** More risk removed wins; between equals the cheaper. Zero when neither is better. */
export function compareSelections(
  a: { weight: number; cost: number },
  b: { weight: number; cost: number },
): number {
  if (Math.abs(a.weight - b.weight) > EPSILON) return b.weight - a.weight;
  return Math.abs(a.cost - b.cost) > EPSILON ? a.cost - b.cost : 0;
}

/** Between the two ways of a barred pair. */
export const BETWEEN = '\n\n';

/** Two ways that turned out not to do together what each does alone. */
export function barKey(a: Way, b: Way): string {
  return [wayKey(a), wayKey(b)].toSorted().join(BETWEEN);
}

export function buildCover(
  questions: readonly Question[],
  weights: ReadonlyMap<string, number>,
  barred: ReadonlySet<string>,
): Cover {
  const steps = new Map<string, { index: number; step: Step }>();
  const findings = new Map<string, number>();
  for (const id of weights.keys()) findings.set(id, findings.size);
  const options: (Omit<CoverOption, 'bars' | 'closes'> & {
    closes: readonly number[];
    bars: Set<number>;
  })[] = [];
  const numbered = questions.map((question) =>
    question.options.map((way) => {
      const own = way.steps.map((step) => {
        const key = stepKey(step);
        const known = steps.get(key) ?? { index: steps.size, step };
        steps.set(key, known);
        return known.index;
      });
      const closes = [...way.closes].flatMap((id) => findings.get(id) ?? []);
      const index = options.length;
      options.push({ index, way, steps: own, closes, bars: new Set() });
      return index;
    }),
  );
  closeAlong(options);
  const all = [...steps.values()].map(({ step }) => step);
  const excludes = all.map(
    (a) => new Set(all.flatMap((b, index) => (contradicts(a, b) ? [index] : []))),
  );
  if (barred.size > 0) {
    for (const a of options) {
      for (const b of options) if (barred.has(barKey(a.way, b.way))) a.bars.add(b.index);
    }
  }
  return {
    options,
    questions: numbered,
    steps: all,
    costs: all.map(({ cost }) => cost),
    excludes,
    weights: [...weights.values()],
  };
}

/** Taking an option's steps is taking every option that needs no other steps, and closes as much. */
function closeAlong(options: { steps: readonly number[]; closes: readonly number[] }[]): void {
  const own = options.map(({ closes }) => closes);
  const sets = options.map(({ steps }) => new Set(steps));
  for (const [index, option] of options.entries()) {
    const closes = new Set(option.closes);
    for (const [other, { steps }] of options.entries()) {
      const free = other !== index && steps.every((step) => sets[index]?.has(step) === true);
      if (free) for (const finding of own[other] ?? []) closes.add(finding);
    }
    option.closes = [...closes];
  }
}

/** Whether an option can be added to others. */
export function fits(cover: Cover, chosen: readonly number[], option: CoverOption): boolean {
  return chosen.every((index) => {
    const other = cover.options[index];
    if (other === undefined) return true;
    if (option.bars.has(index)) return false;
    return option.steps.every((step) => {
      const excluded = cover.excludes[step];
      return excluded === undefined || !other.steps.some((taken) => excluded.has(taken));
    });
  });
}

/** Weight and cost of a set of options that fit each other. */
export function evaluate(cover: Cover, chosen: readonly number[]): Selection {
  const steps = new Set<number>();
  const closed = new Set<number>();
  for (const index of chosen) {
    for (const step of cover.options[index]?.steps ?? []) steps.add(step);
    for (const finding of cover.options[index]?.closes ?? []) closed.add(finding);
  }
  let weight = 0;
  let cost = 0;
  for (const finding of closed) weight += cover.weights[finding] ?? 0;
  for (const step of steps) cost += cover.costs[step] ?? 0;
  return { options: chosen, weight, cost };
}
