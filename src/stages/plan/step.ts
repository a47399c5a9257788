import type { RemedyKind } from '../../domain/remedy.ts';

/** One change that the package manager can be asked for; a remedy before it is known what it closes. */
export interface Step {
  readonly kind: RemedyKind;
  readonly package: string;
  readonly from: string;
  /** Absent for a removal or a retired override. */
  readonly to?: string;
  readonly workspaces: readonly string[];
  /** Overrides only; empty: everywhere. */
  readonly selector?: string;
  readonly retires?: boolean;
  /** See `cost.ts`. */
  readonly cost: number;
  /** What a person should know about it besides which package moves where. */
  readonly notes: readonly string[];
}

/** Steps that together close something; every one of them is necessary. */
export interface Way {
  readonly steps: readonly Step[];
}

/**
 * Same key, same act: the kind is left out, because an upgrade for its own sake and one for the sake
 * of a child are one act and paid once.
 */
export function stepKey(step: Step): string {
  const known = keys.get(step);
  if (known !== undefined) return known;
  const parts = [step.package, step.from, step.to ?? '-', step.selector ?? '', overriding(step)];
  const key = parts.join(' ');
  keys.set(step, key);
  return key;
}

const keys = new WeakMap<Step, string>();

export function wayKey(way: Way): string {
  return way.steps.map(stepKey).toSorted().join('\n');
}

/** Whether two steps cannot both be taken. */
export function contradicts(a: Step, b: Step): boolean {
  if (stepKey(a) === stepKey(b)) return false;
  if (a.package === b.package) {
    if (a.retires === true || b.retires === true)
      return overriding(a) === overriding(b) && a.selector === b.selector;
    const everywhere = [a, b].some((step) => step.kind === 'override' && step.selector === '');
    return (everywhere || a.from === b.from) && a.to !== b.to;
  }
  return scopedTo(a, b) || scopedTo(b, a);
}

/** An override scoped to a parent makes no sense when that parent moves. */
function scopedTo(override: Step, other: Step): boolean {
  if (override.kind !== 'override' || override.retires === true) return false;
  return (
    override.selector?.startsWith(`${other.package}@`) === true && override.selector.includes(' > ')
  );
}

export function costOf(steps: readonly Step[]): number {
  return steps.reduce((sum, { cost }) => sum + cost, 0);
}

/** Several ways as one, each act once; `undefined` when they contradict each other. */
export function joinWays(ways: readonly Way[]): Way | undefined {
  const steps = new Map<string, Step>();
  for (const step of ways.flatMap((way) => way.steps)) {
    const known = steps.get(stepKey(step));
    if (known === undefined) {
      for (const other of steps.values()) if (contradicts(step, other)) return undefined;
      steps.set(stepKey(step), step);
    } else if (known.kind === 'parent-upgrade') {
      steps.set(stepKey(step), step);
    }
  }
  return { steps: [...steps.values()] };
}

function overriding(step: Step): string {
  return step.kind === 'override' ? 'override' : '';
}

/** Ways kept at every level: the cheapest few are enough for the choice over all findings. */
export const KEPT = 6;

/** The cheapest few ways, each once, in a stable order, and the {@link withNearest nearest} besides. */
export function cheapest(ways: readonly Way[], keep = KEPT): readonly Way[] {
  const distinct = new Map(ways.map((way) => [wayKey(way), way]));
  const order = [...distinct.entries()]
    .toSorted(([a, one], [b, other]) => costOf(one.steps) - costOf(other.steps) || (a < b ? -1 : 1))
    .map(([, way]) => way);
  return withNearest(order, keep);
}

/**
 * The first few of an order, and the first that moves no parent where none of them is such a one. A
 * package can have a hundred parents’ versions that look cheaper than an override and turn out to
 * close nothing; the override must still be there then.
 */
export function withNearest<W extends Way>(order: readonly W[], keep: number): readonly W[] {
  const kept = order.slice(0, keep);
  const nearest = order.find(movesNoParent);
  return nearest === undefined || kept.some(movesNoParent) ? kept : [...kept, nearest];
}

function movesNoParent({ steps }: Way): boolean {
  return steps.every(({ kind }) => kind !== 'parent-upgrade');
}
