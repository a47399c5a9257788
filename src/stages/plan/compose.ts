import type { PlannedChange } from '../../domain/change.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { Remedy } from '../../domain/remedy.ts';
import { labelOf } from './graph-view.ts';
import { predict } from './predict.ts';
import type { Rejection } from './rejection.ts';
import { type Step, stepKey, type Way } from './step.ts';
import type { World } from './world.ts';

/** Takes out steps without which the same findings are closed, the dearest first. */
export function withoutRedundant(world: World, steps: readonly Step[]): readonly Step[] {
  const needed = predict(world, steps).closed;
  let kept = steps;
  for (const step of steps.toSorted((a, b) => b.cost - a.cost || compareKeys(a, b))) {
    const rest = kept.filter((other) => other !== step);
    const { closed, introduced } = predict(world, rest);
    if (introduced.length === 0 && [...needed].every((id) => closed.has(id))) kept = rest;
  }
  return kept;
}

/** The planned change: every step as a remedy that says what it closes and why it was chosen. */
export function composeChange(
  world: World,
  steps: readonly Step[],
  ways: readonly Way[],
  rejections: ReadonlyMap<string, readonly Rejection[]>,
): PlannedChange | undefined {
  if (steps.length === 0) return undefined;
  const { closed } = predict(world, steps);
  const attributed = attribute(world, steps, ways, closed);
  const remedies = steps
    .map((step) => toRemedy(world, step, attributed.get(step) ?? new Set(), rejections))
    .toSorted((a, b) => riskOf(world, b.closes) - riskOf(world, a.closes) || compareRemedies(a, b));
  const ordered = parentsFirst(world, remedies);
  const closes = world.findings.map(({ id }) => id).filter((id) => closed.has(id));
  const { file } = world.view.graph;
  return {
    id: fingerprint([file, ...steps.map(stepKey).toSorted()]),
    lockfile: file,
    remedies: ordered,
    closes,
    riskRemoved: riskOf(world, closes),
    signs: [],
  };
}

/**
 * By risk, but never a package before one that depends on it: only once the parent has moved can the
 * child take its new version.
 */
function parentsFirst(world: World, remedies: readonly Remedy[]): readonly Remedy[] {
  const labels = new Map(
    remedies.map((remedy) => [labelOf(remedy.package, remedy.from), remedy] as const),
  );
  const ordered = new Set<Remedy>();
  const visit = (remedy: Remedy, below: ReadonlySet<Remedy>): void => {
    if (ordered.has(remedy) || below.has(remedy)) return;
    const groups = world.view.byName.get(remedy.package) ?? [];
    for (const { version, inEdges } of groups) {
      if (version !== remedy.from) continue;
      for (const { from } of inEdges) {
        const parent = from.workspace === undefined ? from.node : undefined;
        const earlier = parent && labels.get(labelOf(parent.name, parent.version));
        if (earlier !== undefined) visit(earlier, new Set([...below, remedy]));
      }
    }
    ordered.add(remedy);
  };
  for (const remedy of remedies) visit(remedy, new Set());
  return [...ordered];
}

/**
 * Which findings each step is needed for: those that come back without it. Findings that several
 * steps would close each by itself are counted for the ways they were chosen in.
 */
function attribute(
  world: World,
  steps: readonly Step[],
  ways: readonly Way[],
  closed: ReadonlySet<string>,
): ReadonlyMap<Step, ReadonlySet<string>> {
  const result = new Map<Step, Set<string>>();
  const open = new Set(closed);
  for (const step of steps) {
    const rest = steps.filter((other) => other !== step);
    const without = predict(world, rest).closed;
    const needed = new Set([...closed].filter((id) => !without.has(id)));
    for (const id of needed) open.delete(id);
    result.set(step, needed);
  }
  const keys = new Map(steps.map((step) => [stepKey(step), step]));
  for (const way of open.size === 0 ? [] : ways) {
    const present = way.steps.map((step) => keys.get(stepKey(step)));
    for (const id of predict(world, way.steps).closed) {
      if (open.has(id)) for (const step of present) if (step) result.get(step)?.add(id);
    }
  }
  return result;
}

function toRemedy(
  world: World,
  step: Step,
  closes: ReadonlySet<string>,
  rejections: ReadonlyMap<string, readonly Rejection[]>,
): Remedy {
  const { kind, package: name, from, to, workspaces, selector, retires } = step;
  const ids = world.findings.map(({ id }) => id).filter((id) => closes.has(id));
  return {
    kind,
    package: name,
    from,
    ...(to !== undefined && { to }),
    workspaces,
    ...(selector !== undefined && { selector }),
    because: because(
      step,
      ids.flatMap((id) => rejections.get(id) ?? []),
    ),
    closes: ids,
    ...(retires === true && { retires }),
  };
}

const ORDER = ['lockfile-bump', 'upgrade', 'parent-upgrade', 'override', 'remove'];

/** Reasons shown with a remedy; the rest would be noise. */
const REASONS = 3;

const WHAT: Record<Remedy['kind'], string> = {
  'lockfile-bump':
    'lowest version without known vulnerabilities that every dependent admits; only the lockfile changes',
  upgrade: 'lowest version without known vulnerabilities that the dependents can be led to',
  'parent-upgrade': 'lowest version that lets the vulnerable package below it go',
  override: 'last resort: no bump or upgrade closes it at less cost',
  remove: 'a dependency that is not there cannot be attacked',
};

function because(step: Step, rejections: readonly Rejection[]): string {
  if (step.retires === true) return `${step.notes.join('; ')}.`;
  const cheaper = rejections.filter(
    (rejection) =>
      ORDER.indexOf(rejection.kind) < ORDER.indexOf(step.kind) ||
      rejection.package === step.package,
  );
  const reasons = [
    ...new Set(cheaper.map(({ kind, package: name, why }) => `${kind} of ${name}: ${why}`)),
  ];
  const not = reasons.length === 0 ? [] : [`not ${reasons.slice(0, REASONS).join('; not ')}`];
  return `${[WHAT[step.kind], ...step.notes, ...not].join('; ')}.`;
}

function riskOf(world: World, ids: readonly string[]): number {
  const wanted = new Set(ids);
  const sum = world.findings.reduce(
    (total, { id, risk }) => total + (wanted.has(id) ? risk.score : 0),
    0,
  );
  // Scores have at most a few decimals; adding them must not show binary dust.
  return Math.round(sum * 1000) / 1000;
}

function compareKeys(a: Step, b: Step): number {
  return stepKey(a) < stepKey(b) ? -1 : 1;
}

function compareRemedies(a: Remedy, b: Remedy): number {
  return `${a.package} ${a.from}` < `${b.package} ${b.from}` ? -1 : 1;
}
