import type { Checks } from '../../domain/configuration.ts';
import { neutralise } from '../../domain/neutralise.ts';
import type { CommandResult, TestOutcome } from '../../domain/verification.ts';
import type { Sandbox, SandboxLimits } from '../../ports/sandbox.ts';
import type { SourceTree } from '../../ports/source-tree.ts';
import { type ProjectScripts, projectScripts } from './detect-tests.ts';
import { entryPoints } from './entry-points.ts';
import { loadEntries } from './inside/load-entries.ts';
import type { Observation } from './inside/observation.ts';
import { programOf, RESULT_MARK, takeResult } from './inside/script.ts';
import { serve } from './inside/serve.ts';
import { readLoads, readObservation, readService } from './inside-results.ts';
import { observeProgram } from './observe-program.ts';
import type { ProjectRun } from './project-run.ts';

export type { ProjectRun } from './project-run.ts';

const DEFAULT_PORT = 3000;
const START_PATIENCE_MS = 60_000;
const LOAD_PATIENCE_MS = 15_000;
const TAIL_CHARACTERS = 4000;

/** Room for a test-suite with a worker per core; threads count as processes. */
function limitsOf(checks: Checks): SandboxLimits {
  return {
    seconds: checks.timeoutSeconds,
    memoryMegabytes: 4096,
    processes: 1024,
    fileMegabytes: 512,
    diskMegabytes: 2048,
  };
}

/**
 * Runs one copy of a project in the sandbox: install scripts, build, tests, exploit checks, service
 * checks. A step that fails is part of the result; the steps after it still run, because the other
 * copy's do too and only like is compared with like.
 *
 * @param directory Absolute path of the copy, with its dependencies unpacked.
 * @param tree The files of that copy.
 * @param coverage Whether to measure which packages' functions the tests run; or names of the only
 *   packages to look at. Measuring can disturb a test: measure in one run of the unpatched copy too,
 *   and such a test shows as flaky instead of as a regression.
 */
export async function runProject(options: {
  readonly sandbox: Sandbox;
  readonly directory: string;
  readonly tree: SourceTree;
  readonly checks: Checks;
  readonly installScripts: readonly (readonly string[])[];
  readonly coverage: boolean | readonly string[];
  readonly signal?: AbortSignal;
  readonly onStep?: (step: string) => void;
}): Promise<ProjectRun> {
  const { tree, checks, coverage } = options;
  const scripts = await projectScripts(tree);
  const runner = new StepRunner(options, {
    CI: 'true',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    ...scripts.env,
  });
  for (const argv of options.installScripts) await runner.run('install-scripts', argv);
  const build = checks.build ?? scripts.build;
  if (build !== undefined) await runner.run('build', build);

  const test = checks.test ?? scripts.test;
  const observation =
    test === undefined ? undefined : await observeTests(test, scripts, options, runner);
  const tests = observation?.tests ?? {};

  const loads = Object.values(tests).includes('passed') ? {} : await loadAll(tree, runner);
  const exploits: Record<string, 'succeeds' | 'fails'> = {};
  for (const { name, run } of checks.exploits) {
    const { command } = await runner.run(`exploit:${name}`, run);
    exploits[name] = command.exitCode === 0 && !command.timedOut ? 'succeeds' : 'fails';
  }
  const service = await runService(checks, runner);
  const measured = coverage !== false && observation !== undefined;
  if (measured && observation.uncovered > 0) {
    runner.notes.push(
      `${observation.uncovered} test processes were ended before they told which code ran in them: the tests may reach more than was seen`,
    );
  }
  return {
    commands: runner.commands,
    runner: test === undefined ? 'none' : observation?.runners.join('+') || 'exit-code',
    tests,
    ...(measured
      ? { coverage: observation.coverage, coverageIncomplete: observation.uncovered > 0 }
      : {}),
    exploits,
    loads,
    ...(service === undefined ? {} : { service }),
    notes: runner.notes,
  };
}

/**
 * Runs the tests. Where not one passes and the command fails, something before them may have ended
 * it, so the script's steps run once more, one by one.
 */
async function observeTests(
  test: readonly string[],
  scripts: ProjectScripts,
  { checks, coverage }: Pick<Parameters<typeof runProject>[0], 'checks' | 'coverage'>,
  runner: StepRunner,
): Promise<Observation | undefined> {
  const observe = async (argv: readonly string[]) => {
    const program = observeProgram(argv, coverage, scripts.ownReporters);
    const { command, result } = await runner.run('test', argv, program);
    const observation = readObservation(result);
    const outcomes = Object.values(observation?.tests ?? {});
    const passes = outcomes.includes('passed');
    return { observation, outcomes, passes, failed: command.exitCode !== 0 && !command.timedOut };
  };
  const first = await observe(test);
  if (first.passes || !first.failed || checks.test !== undefined) return first.observation;
  if (scripts.testSteps === undefined) return first.observation;
  const second = await observe(scripts.testSteps);
  if (second.outcomes.length === 0) return first.observation;
  runner.notes.push(
    `\`${test.join(' ')}\` fails before its tests run, so the steps of the script were run one by one`,
  );
  return second.observation;
}

/** For want of a single passing test: do the entry points load at all? */
async function loadAll(
  tree: SourceTree,
  runner: StepRunner,
): Promise<Readonly<Record<string, TestOutcome>>> {
  const entries = await entryPoints(tree);
  if (entries.length === 0) return {};
  const configuration = { entries, mark: RESULT_MARK, patience: LOAD_PATIENCE_MS };
  const program = programOf(loadEntries, configuration, {});
  const shown = ['node', '--load', ...entries.map(({ path }) => path)];
  return readLoads((await runner.run('load', shown, program)).result);
}

async function runService(
  checks: Checks,
  runner: StepRunner,
): Promise<ProjectRun['service'] | undefined> {
  const { start, http, load } = checks;
  if (start === undefined) return undefined;
  const program = programOf(
    serve,
    {
      argv: start,
      mark: RESULT_MARK,
      port: checks.port ?? DEFAULT_PORT,
      patience: Math.min(START_PATIENCE_MS, (checks.timeoutSeconds * 1000) / 2),
      http,
      ...(load === undefined ? {} : { load }),
    },
    {},
  );
  const { result } = await runner.run('start', start, program);
  return readService(result) ?? { started: false, http: [] };
}

/** Runs steps one after the other, and keeps what each did. */
class StepRunner {
  readonly commands: CommandResult[] = [];
  readonly notes: string[] = [];
  readonly #options: Parameters<typeof runProject>[0];
  readonly #env: Readonly<Record<string, string>>;

  constructor(options: Parameters<typeof runProject>[0], env: Readonly<Record<string, string>>) {
    this.#options = options;
    this.#env = env;
  }

  /**
   * @param argv What a person would run; kept as the command.
   * @param program What runs in its place, and sees to it from inside.
   */
  async run(
    step: string,
    argv: readonly string[],
    program?: string,
  ): Promise<{ command: CommandResult; result: unknown }> {
    const { sandbox, directory, checks, signal, onStep } = this.#options;
    onStep?.(step);
    const outcome = await sandbox.run({
      argv: program === undefined ? argv : ['node', '-e', program],
      project: directory,
      env: this.#env,
      limits: limitsOf(checks),
      ...(signal === undefined ? {} : { signal }),
    });
    const { output, result } = takeResult(outcome.stdout);
    const text = [output, outcome.stderr].filter((part) => part.trim() !== '').join('\n');
    const command: CommandResult = {
      step,
      argv,
      exitCode: outcome.exitCode,
      ...(outcome.signal === undefined ? {} : { signal: outcome.signal }),
      timedOut: outcome.timedOut,
      durationMs: outcome.durationMs,
      outputTail: neutralise(text, { multiline: true }).trim().slice(-TAIL_CHARACTERS),
    };
    this.commands.push(command);
    if (outcome.exceeded !== undefined) {
      this.notes.push(`${step} was ended because it used more ${outcome.exceeded} than it may`);
    }
    return { command, result };
  }
}
