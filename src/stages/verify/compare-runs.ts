import type { CommandResult, Regression } from '../../domain/verification.ts';
import type { TestComparison } from './compare-tests.ts';
import type { HttpAnswer, ProjectRun } from './project-run.ts';

/**
 * Latency that is still the same: short runs on a shared machine differ by this much by themselves.
 * A longer, controlled comparison is the business of a rollout's canary, not of this.
 */
const LATENCY_FACTOR = 1.5;
const LATENCY_FLOOR_MS = 5;
/** Share of failed requests above the worst run before that is still the same. */
const ERROR_SHARE = 0.01;

/** What worked in every run before and does not now, apart from single tests. */
export function compareRuns(
  baseline: readonly ProjectRun[],
  patched: ProjectRun,
  tests: TestComparison,
): Regression[] {
  if (baseline.length === 0) return [];
  return [
    ...compareStep(baseline, patched, 'install-scripts', 'install'),
    ...compareStep(baseline, patched, 'build', 'build'),
    ...compareTestCommand(baseline, patched, tests),
    ...compareLoads(baseline, patched),
    ...compareService(baseline, patched),
  ];
}

function compareStep(
  baseline: readonly ProjectRun[],
  patched: ProjectRun,
  step: string,
  kind: Regression['kind'],
): Regression[] {
  const worked = baseline.every((run) => commandsOf(run, step).every(succeeded));
  const failing = commandsOf(patched, step).find((command) => !succeeded(command));
  if (!worked || failing === undefined) return [];
  const name = failing.argv.join(' ');
  return [{ kind, name, message: `\`${name}\` worked before and ${ending(failing)} now` }];
}

/**
 * The exit code has the last word over any report: a report is data of the project's, and whoever
 * writes it may lie.
 */
function compareTestCommand(
  baseline: readonly ProjectRun[],
  patched: ProjectRun,
  tests: TestComparison,
): Regression[] {
  const regressed = tests.regressions.length > 0;
  const [first] = commandsOf(patched, 'test');
  const worked = baseline.every((run) => commandsOf(run, 'test').slice(0, 1).some(succeeded));
  if (worked && first === undefined) {
    return [exitCodeRegression('test', 'the test command is gone')];
  }
  if (worked && first !== undefined && !succeeded(first)) {
    const name = first.argv.join(' ');
    const message = `\`${name}\` worked before and ${ending(first)} now`;
    return regressed ? [] : [exitCodeRegression(name, message)];
  }
  // Where the command failed before its tests, its steps were run one by one, and count.
  const before = baseline.map((run) => commandsOf(run, 'test').at(-1));
  const now = commandsOf(patched, 'test').at(-1);
  if (now === undefined || succeeded(now)) return [];
  const name = now.argv.join(' ');
  if (now.timedOut && !before.some((command) => command?.timedOut)) {
    return [exitCodeRegression(name, `\`${name}\` does not end in time any more`)];
  }
  if (!regressed && unexplained(patched) && !baseline.some(unexplained)) {
    const message = `\`${name}\` ${ending(now)} although no test is reported as failed`;
    return [exitCodeRegression(name, message)];
  }
  return [];
}

function exitCodeRegression(name: string, message: string): Regression {
  return { kind: 'exit-code', name, message };
}

/** The command failed, single tests are known, and none of them failed. */
function unexplained(run: ProjectRun): boolean {
  const command = commandsOf(run, 'test').at(-1);
  const outcomes = Object.values(run.tests);
  return command !== undefined && !succeeded(command) && !outcomes.includes('failed');
}

function compareLoads(baseline: readonly ProjectRun[], patched: ProjectRun): Regression[] {
  const names = new Set(baseline.flatMap(({ loads }) => Object.keys(loads)));
  return [...names]
    .filter(
      (name) =>
        baseline.every(({ loads }) => loads[name] === 'passed') && patched.loads[name] !== 'passed',
    )
    .map((name) => ({
      kind: 'load',
      name,
      message: `${name} could be loaded before and cannot now`,
    }));
}

function compareService(baseline: readonly ProjectRun[], patched: ProjectRun): Regression[] {
  const before = baseline.flatMap(({ service }) => (service === undefined ? [] : [service]));
  if (before.length === 0 || !before.every(({ started }) => started)) return [];
  const now = patched.service;
  if (now === undefined || !now.started) {
    return [
      { kind: 'http', name: 'start', message: 'the service started before and does not now' },
    ];
  }
  const regressions: Regression[] = now.http
    .filter(
      (answer) =>
        !answered(answer) &&
        before.every(({ http }) =>
          http.some((other) => other.path === answer.path && answered(other)),
        ),
    )
    .map(({ path, expected, status }) => ({
      kind: 'http',
      name: path,
      message: `${path} answered ${expected} before and ${status ?? 'nothing'} now`,
    }));
  const loads = before.flatMap(({ load }) => (load === undefined ? [] : [load]));
  const { load } = now;
  if (load === undefined || loads.length === 0) return regressions;
  const worstErrors = Math.max(...loads.map(({ errors, requests }) => share(errors, requests)));
  const errors = share(load.errors, load.requests);
  if (load.requests === 0 || errors > worstErrors + ERROR_SHARE) {
    const message = `${percent(errors)} of requests under load fail, ${percent(worstErrors)} before`;
    regressions.push({ kind: 'http', name: 'load', message });
  }
  for (const quantile of ['p50', 'p99'] as const) {
    const slowest = Math.max(...loads.map((figures) => figures[quantile]));
    const limit = Math.max(slowest * LATENCY_FACTOR, slowest + LATENCY_FLOOR_MS);
    if (load[quantile] <= limit) continue;
    const message = `latency ${quantile} under load is ${load[quantile]} ms, at most ${slowest} ms before`;
    regressions.push({ kind: 'latency', name: quantile, message });
  }
  return regressions;
}

function answered({ expected, status }: HttpAnswer): boolean {
  return status === expected;
}

function commandsOf(run: ProjectRun, step: string): readonly CommandResult[] {
  return run.commands.filter((command) => command.step === step);
}

function succeeded({ exitCode, timedOut }: CommandResult): boolean {
  return exitCode === 0 && !timedOut;
}

function ending({ exitCode, signal, timedOut }: CommandResult): string {
  if (timedOut) return 'does not end in time';
  return exitCode === null ? `is ended by ${signal}` : `ends with exit code ${exitCode}`;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
