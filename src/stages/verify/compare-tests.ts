import type { Regression } from '../../domain/verification.ts';
import type { ProjectRun } from './project-run.ts';

export interface TestComparison {
  readonly flaky: readonly string[];
  readonly failingBefore: readonly string[];
  readonly regressions: readonly Regression[];
  readonly gaps: readonly string[];
}

/**
 * Compares single tests. Only a test that passed in every run before can regress: by failing, by
 * being skipped, or by not being there any more.
 */
export function compareTests(baseline: readonly ProjectRun[], patched: ProjectRun): TestComparison {
  const names = new Set(baseline.flatMap(({ tests }) => Object.keys(tests)));
  const flaky: string[] = [];
  const failingBefore: string[] = [];
  const regressions: Regression[] = [];
  for (const name of [...names].sort()) {
    const before = new Set(baseline.map(({ tests }) => outcomeOf(tests, name)));
    if (before.size > 1) flaky.push(name);
    else if (before.has('failed')) failingBefore.push(name);
    else if (before.has('passed')) {
      const now = outcomeOf(patched.tests, name);
      if (now === 'passed') continue;
      const how = { failed: 'fails', skipped: 'is skipped', missing: 'is gone' }[now];
      regressions.push({
        kind: 'test',
        name,
        message: `test "${name}" passed before and ${how} now`,
      });
    }
  }
  return { flaky, failingBefore, regressions, gaps: gaps(baseline, flaky, failingBefore) };
}

function outcomeOf(tests: ProjectRun['tests'], name: string) {
  // Test names come from the project: `constructor` must not be found on every object.
  return Object.hasOwn(tests, name) ? (tests[name] ?? 'missing') : 'missing';
}

function gaps(
  baseline: readonly ProjectRun[],
  flaky: readonly string[],
  failingBefore: readonly string[],
): string[] {
  const found: string[] = [];
  if (baseline.length === 1) {
    found.push('the unpatched copy was run once only: flaky tests cannot be told');
  }
  if (flaky.length > 0) {
    found.push(`${count(flaky, 'test')} did not agree with itself before the change`);
  }
  if (failingBefore.length > 0) {
    found.push(`${count(failingBefore, 'test')} failed before the change already`);
  }
  if (baseline.some(({ runner }) => runner === 'exit-code')) {
    found.push('single tests could not be told apart: only the exit code was compared');
  }
  return found;
}

function count(list: readonly string[], noun: string): string {
  return `${list.length} ${noun}${list.length === 1 ? '' : 's'}`;
}
