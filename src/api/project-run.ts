import type { RunResult, TestOutcome } from '../domain/verification.ts';

const MOST_TESTS = 2_000;

/**
 * What one copy of a project did, as the page shows it beside the other copy: tests that differ
 * between the two first, then those that did not pass.
 */
export function projectRun(run: RunResult, other: RunResult | undefined) {
  const all = Object.entries(run.tests).map(([name, outcome]) => ({ name, outcome }));
  const differs = ({ name, outcome }: { name: string; outcome: TestOutcome }) =>
    other !== undefined && other.tests[name] !== outcome;
  const rank = (test: { name: string; outcome: TestOutcome }) =>
    differs(test) ? 0 : RANK[test.outcome];
  const count = (outcome: TestOutcome) => all.filter((test) => test.outcome === outcome).length;
  return {
    runner: run.runner,
    commands: run.commands.map(({ step, argv, exitCode, timedOut, durationMs, outputTail }) => ({
      step,
      argv,
      exitCode,
      timedOut,
      durationMs,
      outputTail,
    })),
    tests: {
      passed: count('passed'),
      failed: count('failed'),
      skipped: count('skipped'),
      list: all.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST_TESTS),
    },
  };
}

const RANK: Readonly<Record<TestOutcome, number>> = { failed: 1, skipped: 2, passed: 3 };
