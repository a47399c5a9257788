import type {
  CommandResult,
  ExploitResult,
  Rescan,
  RunResult,
  TestsReachChange,
  Verdict,
  Verification,
} from '../../domain/verification.ts';
import { compareRuns } from './compare-runs.ts';
import { compareTests } from './compare-tests.ts';
import type { ProjectRun } from './project-run.ts';

/**
 * Judges a patched run against the runs of the unpatched copy. State in, verdict out.
 *
 * - `failed`: something that worked does not, a finding stayed or came, an exploit still works;
 * - `inconclusive`: nothing is known to be wrong, but what was seen proves nothing;
 * - `proven`: all that worked still works, and the findings are gone.
 */
export function judge(input: {
  readonly baseline: readonly ProjectRun[];
  readonly patched: ProjectRun;
  readonly rescan: Rescan;
  readonly changed: readonly { readonly name: string; readonly version: string }[];
  /** Names of the exploit checks that this change has to stop. */
  readonly stops: readonly string[];
}): Verification {
  const { baseline, patched, rescan } = input;
  const tests = compareTests(baseline, patched);
  const regressions = [...compareRuns(baseline, patched, tests), ...tests.regressions];
  const exploits = compareExploits(baseline, patched);
  const testsReachChange = reach(patched, input.changed);
  const doubts = [
    ...doubtsOfBaseline(baseline),
    ...doubtsOfTests(baseline, patched),
    ...doubtsOfExploits(exploits, baseline, patched),
  ];
  const faults = [
    ...regressions.map(({ message }) => message),
    ...rescan.remaining.map((id) => `finding ${id} is still there`),
    ...rescan.introduced.map((what) => `the change brings ${what}`),
    ...exploits
      .filter(stillSucceeds)
      .filter(({ name }) => input.stops.includes(name))
      .map(({ name }) => `exploit ${name} still succeeds`),
  ];
  const verdict: Verdict =
    faults.length > 0 ? 'failed' : doubts.length > 0 ? 'inconclusive' : 'proven';
  const gaps = [
    ...doubts,
    ...tests.gaps,
    ...exploits
      .filter(stillSucceeds)
      .filter(({ name }) => !input.stops.includes(name))
      .map(({ name }) => `exploit ${name} still succeeds; it is not what this change is to stop`),
    ...gapsOfReach(testsReachChange),
    ...new Set([...baseline, patched].flatMap(({ notes }) => notes)),
  ];
  return {
    verdict,
    because: because(verdict, faults, doubts, patched, baseline.length),
    baseline: baseline.map(resultOnly),
    patched: resultOnly(patched),
    flaky: tests.flaky,
    failingBefore: tests.failingBefore,
    regressions,
    rescan,
    exploits,
    testsReachChange,
    gaps: [...new Set(gaps)],
  };
}

function because(
  verdict: Verdict,
  faults: readonly string[],
  doubts: readonly string[],
  patched: ProjectRun,
  baselines: number,
): string {
  const [first = '', ...others] = verdict === 'failed' ? faults : doubts;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  if (verdict !== 'proven') return `${capitalised(first)}${more}.`;
  const passed = Object.values(patched.tests).filter((outcome) => outcome === 'passed').length;
  const what = passed > 0 ? `${passed} tests pass` : 'The test command succeeds';
  return `${what} as in ${baselines} runs before the change, and the findings are gone.`;
}

function compareExploits(baseline: readonly ProjectRun[], patched: ProjectRun): ExploitResult[] {
  return Object.entries(patched.exploits).map(([name, after]) => ({
    name,
    before: baseline.some((run) => run.exploits[name] === 'succeeds') ? 'succeeds' : 'fails',
    after,
  }));
}

function stillSucceeds({ before, after }: ExploitResult): boolean {
  return before === 'succeeds' && after === 'succeeds';
}

function doubtsOfBaseline(baseline: readonly ProjectRun[]): string[] {
  return baseline.length === 0
    ? ['the unpatched copy was not run, so there is nothing to compare with']
    : [];
}

/** Whether the tests say anything at all. */
function doubtsOfTests(baseline: readonly ProjectRun[], patched: ProjectRun): string[] {
  if (baseline.length === 0) return [];
  if (patched.runner === 'none') {
    const loaded = Object.values(patched.loads).filter((outcome) => outcome === 'passed').length;
    return [
      loaded > 0
        ? `the project has no tests; its ${loaded} entry points load as before, which proves little`
        : 'the project has no tests',
    ];
  }
  if (baseline.some((run) => hasPassingTests(run))) return [];
  const command = baseline.map((run) => testCommand(run)).find((found) => found !== undefined);
  return [
    `the tests do not run on the unpatched copy either (${ending(command)}), so they show nothing`,
  ];
}

/** A single passing test, or a test command that succeeds where tests cannot be told apart. */
function hasPassingTests(run: ProjectRun): boolean {
  const outcomes = Object.values(run.tests);
  if (outcomes.length > 0) return outcomes.includes('passed');
  return testCommand(run)?.exitCode === 0;
}

function doubtsOfExploits(
  exploits: readonly ExploitResult[],
  baseline: readonly ProjectRun[],
  patched: ProjectRun,
): string[] {
  if (baseline.length === 0) return [];
  return exploits.flatMap(({ name, before, after }) => {
    if (before === 'fails') {
      return [
        `exploit check ${name} does not succeed on the vulnerable version, so it shows nothing`,
      ];
    }
    const command = patched.commands.find(({ step }) => step === `exploit:${name}`);
    return after === 'fails' && command !== undefined && didNotRun(command)
      ? [`exploit check ${name} could not run after the change (${ending(command)})`]
      : [];
  });
}

/** Shells report 126 and 127 for what they cannot execute or find (POSIX 2.8.2). */
function didNotRun({ exitCode, timedOut }: CommandResult): boolean {
  return timedOut || exitCode === null || exitCode === 126 || exitCode === 127;
}

function reach(
  patched: ProjectRun,
  changed: readonly { readonly name: string; readonly version: string }[],
): TestsReachChange {
  const { coverage } = patched;
  if (coverage === undefined) return { packages: [] };
  const packages = changed.map(({ name, version }) => {
    const seen = coverage[`${name}@${version}`];
    return {
      name,
      version,
      loaded: seen !== undefined,
      functionsRun: seen?.functionsRun ?? 0,
      functionsSeen: seen?.functionsSeen ?? 0,
    };
  });
  const loaded = packages.filter((one) => one.loaded).length;
  // Not having been seen is only evidence where everything was looked at.
  const looked = loaded === packages.length || patched.coverageIncomplete !== true;
  if (packages.length === 0 || !looked) return { packages };
  return { packages, share: loaded / packages.length };
}

function gapsOfReach({ packages, share }: TestsReachChange): string[] {
  if (share === undefined) return ['it could not be measured whether the tests reach what changed'];
  const missed = packages.filter(({ loaded }) => !loaded).map(({ name }) => name);
  return missed.length === 0 ? [] : [`the tests do not load ${missed.join(', ')}`];
}

function testCommand(run: RunResult): CommandResult | undefined {
  return run.commands.find(({ step }) => step === 'test');
}

function ending(command: CommandResult | undefined): string {
  if (command === undefined) return 'no test command ran';
  if (command.timedOut) return 'they did not end in time';
  return command.exitCode === null ? `ended by ${command.signal}` : `exit code ${command.exitCode}`;
}

function resultOnly({ commands, runner, tests }: RunResult): RunResult {
  return { commands, runner, tests };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
