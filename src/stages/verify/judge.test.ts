import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommandResult, Rescan, TestOutcome, Verdict } from '../../domain/verification.ts';
import { judge as judgeWith } from './judge.ts';
import type { LoadFigures, ProjectRun, ServiceRun } from './project-run.ts';

const clean: Rescan = { closed: ['f1'], remaining: [], introduced: [] };
const changed = [{ name: 'qs', version: '6.5.3' }];

function command(step: string, exitCode: number | null = 0, more: Partial<CommandResult> = {}) {
  return {
    step,
    argv: ['npm', step],
    exitCode,
    timedOut: false,
    durationMs: 10,
    outputTail: '',
    ...more,
  };
}

function run(more: Partial<ProjectRun> = {}): ProjectRun {
  return {
    commands: [command('test')],
    runner: 'mocha',
    tests: { a: 'passed', b: 'passed' },
    coverage: { 'qs@6.5.3': { functionsRun: 3, functionsSeen: 10 } },
    exploits: {},
    loads: {},
    notes: [],
    ...more,
  };
}

const service = (more: Partial<ServiceRun> = {}, load?: Partial<LoadFigures>): ServiceRun => ({
  started: true,
  http: [{ path: '/', expected: 200, status: 200 }],
  ...(load === undefined
    ? {}
    : { load: { requests: 1000, errors: 0, p50: 4, p99: 20, requestsPerSecond: 250, ...load } }),
  ...more,
});

interface Case {
  readonly name: string;
  readonly before?: Partial<ProjectRun>;
  readonly secondBefore?: Partial<ProjectRun>;
  readonly after?: Partial<ProjectRun>;
  readonly rescan?: Partial<Rescan>;
  readonly verdict: Verdict;
  readonly because: string;
  readonly regressions?: readonly string[];
  readonly flaky?: readonly string[];
  readonly failingBefore?: readonly string[];
}

const failing = { commands: [command('test', 1)] };
const cases: readonly Case[] = [
  { name: 'all green', verdict: 'proven', because: '2 tests pass' },
  {
    name: 'a test fails now',
    after: { ...failing, tests: { a: 'passed', b: 'failed' } },
    verdict: 'failed',
    because: 'Test "b" passed before and fails now',
    regressions: ['test b'],
  },
  {
    name: 'a test is gone',
    after: { tests: { a: 'passed' } },
    verdict: 'failed',
    because: 'is gone',
    regressions: ['test b'],
  },
  {
    name: 'a test is skipped now',
    after: { tests: { a: 'passed', b: 'skipped' } },
    verdict: 'failed',
    because: 'is skipped',
    regressions: ['test b'],
  },
  {
    name: 'a flaky test fails now',
    before: { ...failing, tests: { a: 'passed', b: 'failed' } },
    after: { ...failing, tests: { a: 'passed', b: 'failed' } },
    verdict: 'proven',
    because: '1 tests pass',
    flaky: ['b'],
  },
  {
    name: 'a test that failed before still fails',
    before: { ...failing, tests: { a: 'passed', b: 'failed' } },
    secondBefore: { ...failing, tests: { a: 'passed', b: 'failed' } },
    after: { ...failing, tests: { a: 'passed', b: 'failed' } },
    verdict: 'proven',
    because: '1 tests pass',
    failingBefore: ['b'],
  },
  {
    name: 'a forged report: nothing failed, but the exit code says otherwise',
    after: failing,
    verdict: 'failed',
    because: 'worked before and ends with exit code 1 now',
    regressions: ['exit-code npm test'],
  },
  {
    name: 'a forged report hides what failed before as well',
    before: { ...failing, tests: { a: 'passed', b: 'failed' } },
    secondBefore: { ...failing, tests: { a: 'passed', b: 'failed' } },
    after: failing,
    verdict: 'failed',
    because: 'although no test is reported as failed',
    failingBefore: ['b'],
    regressions: ['exit-code npm test'],
  },
  {
    name: 'a lint step fails before and after the same',
    before: failing,
    secondBefore: failing,
    after: failing,
    verdict: 'proven',
    because: '2 tests pass',
  },
  {
    name: 'a step before the tests fails now, though the tests alone pass',
    after: { commands: [command('test', 2), command('test')] },
    verdict: 'failed',
    because: 'worked before and ends with exit code 2 now',
    regressions: ['exit-code npm test'],
  },
  {
    name: 'steps run one by one, before and after',
    before: { commands: [command('test', 127), command('test')] },
    secondBefore: { commands: [command('test', 127), command('test')] },
    after: { commands: [command('test', 127), command('test')] },
    verdict: 'proven',
    because: '2 tests pass',
  },
  {
    name: 'steps run one by one, and the last fails now',
    before: { commands: [command('test', 127), command('test')] },
    secondBefore: { commands: [command('test', 127), command('test')] },
    after: { commands: [command('test', 127), command('test', 3)] },
    verdict: 'failed',
    because: 'although no test is reported as failed',
    regressions: ['exit-code npm test'],
  },
  {
    name: 'the tests hang now',
    before: { ...failing, tests: { a: 'passed', b: 'failed' } },
    secondBefore: { ...failing, tests: { a: 'passed', b: 'failed' } },
    after: {
      commands: [command('test', null, { timedOut: true, signal: 'SIGKILL' })],
      tests: { a: 'passed', b: 'failed' },
    },
    verdict: 'failed',
    because: 'does not end in time',
    failingBefore: ['b'],
    regressions: ['exit-code npm test'],
  },
  {
    name: 'the tests crash now',
    after: { commands: [command('test', null, { signal: 'SIGSEGV' })], tests: {} },
    verdict: 'failed',
    because: 'is gone',
    regressions: ['test a', 'test b'],
  },
  {
    name: 'only an exit code, good',
    before: { runner: 'exit-code', tests: {} },
    secondBefore: { runner: 'exit-code', tests: {} },
    after: { runner: 'exit-code', tests: {} },
    verdict: 'proven',
    because: 'The test command succeeds',
  },
  {
    name: 'the tests never worked',
    before: { ...failing, tests: {} },
    secondBefore: { ...failing, tests: {} },
    after: { ...failing, tests: {} },
    verdict: 'inconclusive',
    because: 'do not run on the unpatched copy either (exit code 1)',
  },
  {
    name: 'no tests, entry points load',
    before: { runner: 'none', commands: [], tests: {}, loads: { './index.js': 'passed' } },
    secondBefore: { runner: 'none', commands: [], tests: {}, loads: { './index.js': 'passed' } },
    after: { runner: 'none', commands: [], tests: {}, loads: { './index.js': 'passed' } },
    verdict: 'inconclusive',
    because: 'no tests; its 1 entry points load',
  },
  {
    name: 'no tests, an entry point does not load now',
    before: { runner: 'none', commands: [], tests: {}, loads: { './index.js': 'passed' } },
    secondBefore: { runner: 'none', commands: [], tests: {}, loads: { './index.js': 'passed' } },
    after: { runner: 'none', commands: [], tests: {}, loads: { './index.js': 'failed' } },
    verdict: 'failed',
    because: './index.js could be loaded before and cannot now',
    regressions: ['load ./index.js'],
  },
  {
    name: 'the build fails now',
    before: { commands: [command('build'), command('test')] },
    secondBefore: { commands: [command('build'), command('test')] },
    after: { commands: [command('build', 2), command('test')] },
    verdict: 'failed',
    because: '`npm build` worked before and ends with exit code 2 now',
    regressions: ['build npm build'],
  },
  {
    name: 'the build failed before already',
    before: { commands: [command('build', 2), command('test')] },
    secondBefore: { commands: [command('build', 2), command('test')] },
    after: { commands: [command('build', 2), command('test')] },
    verdict: 'proven',
    because: '2 tests pass',
  },
  {
    name: 'install scripts fail now',
    before: { commands: [command('install-scripts'), command('test')] },
    secondBefore: { commands: [command('install-scripts'), command('test')] },
    after: { commands: [command('install-scripts', 1), command('test')] },
    verdict: 'failed',
    because: 'worked before',
    regressions: ['install npm install-scripts'],
  },
  {
    name: 'a finding stays',
    rescan: { remaining: ['f2'] },
    verdict: 'failed',
    because: 'Finding f2 is still there',
  },
  {
    name: 'a finding comes',
    rescan: { introduced: ['x@1.0.0 GHSA-x'] },
    verdict: 'failed',
    because: 'The change brings x@1.0.0 GHSA-x',
  },
  {
    name: 'an exploit is closed',
    before: { exploits: { dos: 'succeeds' } },
    secondBefore: { exploits: { dos: 'succeeds' } },
    after: { exploits: { dos: 'fails' } },
    verdict: 'proven',
    because: '2 tests pass',
  },
  {
    name: 'an exploit still works',
    before: { exploits: { dos: 'succeeds' } },
    secondBefore: { exploits: { dos: 'succeeds' } },
    after: { exploits: { dos: 'succeeds' } },
    verdict: 'failed',
    because: 'Exploit dos still succeeds',
  },
  {
    name: 'an exploit check that never worked',
    before: { exploits: { dos: 'fails' } },
    secondBefore: { exploits: { dos: 'fails' } },
    after: { exploits: { dos: 'fails' } },
    verdict: 'inconclusive',
    because: 'does not succeed on the vulnerable version',
  },
  {
    name: 'an exploit check that could not run after',
    before: { exploits: { dos: 'succeeds' } },
    secondBefore: { exploits: { dos: 'succeeds' } },
    after: {
      exploits: { dos: 'fails' },
      commands: [command('test'), command('exploit:dos', 127)],
    },
    verdict: 'inconclusive',
    because: 'could not run after the change (exit code 127)',
  },
  {
    name: 'a path answers differently',
    before: { service: service() },
    secondBefore: { service: service() },
    after: { service: service({ http: [{ path: '/', expected: 200, status: 500 }] }) },
    verdict: 'failed',
    because: '/ answered 200 before and 500 now',
    regressions: ['http /'],
  },
  {
    name: 'the service does not start',
    before: { service: service() },
    secondBefore: { service: service() },
    after: { service: service({ started: false, http: [] }) },
    verdict: 'failed',
    because: 'The service started before and does not now',
    regressions: ['http start'],
  },
  {
    name: 'errors under load',
    before: { service: service({}, {}) },
    secondBefore: { service: service({}, { errors: 5 }) },
    after: { service: service({}, { errors: 40 }) },
    verdict: 'failed',
    because: '4.0 % of requests under load fail, 0.5 % before',
    regressions: ['http load'],
  },
  {
    name: 'slower than noise',
    before: { service: service({}, {}) },
    secondBefore: { service: service({}, { p50: 6 }) },
    after: { service: service({}, { p50: 12 }) },
    verdict: 'failed',
    because: 'Latency p50 under load is 12 ms, at most 6 ms before',
    regressions: ['latency p50'],
  },
  {
    name: 'slower within noise',
    before: { service: service({}, {}) },
    secondBefore: { service: service({}, { p99: 24 }) },
    after: { service: service({}, { p50: 8, p99: 35 }) },
    verdict: 'proven',
    because: '2 tests pass',
  },
];

/** A change that is to stop every exploit there is, unless it says otherwise. */
function judge(input: Omit<Parameters<typeof judgeWith>[0], 'stops'> & { stops?: string[] }) {
  return judgeWith({ stops: Object.keys(input.patched.exploits), ...input });
}

describe('judge', () => {
  it.each(cases)('$name: $verdict', (example) => {
    const verification = judge({
      baseline: [run(example.before), run(example.secondBefore)],
      patched: run(example.after),
      rescan: { ...clean, ...example.rescan },
      changed,
    });
    expect(verification.verdict).toBe(example.verdict);
    expect(verification.because).toContain(example.because);
    expect(verification.regressions.map(({ kind, name }) => `${kind} ${name}`)).toEqual(
      example.regressions ?? [],
    );
    expect(verification.flaky).toEqual(example.flaky ?? []);
    expect(verification.failingBefore).toEqual(example.failingBefore ?? []);
  });

  it('does not blame a change for an exploit that it is not to stop', () => {
    const vulnerable = run({ exploits: { pollution: 'succeeds' } });
    const { verdict, gaps } = judge({
      baseline: [vulnerable, vulnerable],
      patched: vulnerable,
      rescan: clean,
      changed,
      stops: [],
    });
    expect(verdict).toBe('proven');
    expect(gaps).toContain(
      'exploit pollution still succeeds; it is not what this change is to stop',
    );
  });

  it('says which changed packages the tests reach', () => {
    const { testsReachChange, gaps } = judge({
      baseline: [run(), run()],
      patched: run(),
      rescan: clean,
      changed: [...changed, { name: 'depd', version: '2.0.0' }],
    });
    expect(testsReachChange).toEqual({
      share: 0.5,
      packages: [
        { name: 'qs', version: '6.5.3', loaded: true, functionsRun: 3, functionsSeen: 10 },
        { name: 'depd', version: '2.0.0', loaded: false, functionsRun: 0, functionsSeen: 0 },
      ],
    });
    expect(gaps).toEqual(['the tests do not load depd']);
  });

  it.each([
    ['nothing was measured', { coverage: undefined }],
    ['some processes did not tell', { coverage: {}, coverageIncomplete: true }],
  ])('claims no reach where %s', (_name, more) => {
    const { coverage, ...rest } = more;
    const { coverage: _measured, ...unmeasured } = run(rest);
    const patched = coverage === undefined ? unmeasured : { ...unmeasured, coverage };
    const { testsReachChange, gaps } = judge({
      baseline: [run(), run()],
      patched,
      rescan: clean,
      changed,
    });
    expect(testsReachChange.share).toBeUndefined();
    expect(gaps).toContain('it could not be measured whether the tests reach what changed');
  });

  it('proves nothing without a baseline', () => {
    const { verdict } = judge({ baseline: [], patched: run(), rescan: clean, changed });
    expect(verdict).toBe('inconclusive');
  });

  it('finds no test on the prototype of objects', () => {
    const before = run({ tests: JSON.parse('{"constructor":"passed"}') as ProjectRun['tests'] });
    const { verdict } = judge({
      baseline: [before, before],
      patched: run({ tests: {} }),
      rescan: clean,
      changed,
    });
    expect(verdict).toBe('failed');
  });
});

function withTest(one: ProjectRun, name: string, outcome: TestOutcome): ProjectRun {
  return { ...one, tests: { ...one.tests, [name]: outcome } };
}

describe('laws of judging', () => {
  const outcome = fc.constantFrom<TestOutcome>('passed', 'failed', 'skipped');
  const tests = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), outcome, {
    noNullPrototype: true,
  });
  const projectRun = fc
    .record({ tests, exitCode: fc.constantFrom(0, 1) })
    .map(({ tests, exitCode }) => run({ tests, commands: [command('test', exitCode)] }));
  const input = fc.record({
    baseline: fc.array(projectRun, { maxLength: 3 }),
    patched: projectRun,
  });
  const rank: Record<Verdict, number> = { failed: 0, inconclusive: 1, proven: 2 };
  const verdictOf = (baseline: readonly ProjectRun[], patched: ProjectRun, rescan = clean) =>
    judge({ baseline, patched, rescan, changed }).verdict;

  it('a regression never makes the verdict better', () => {
    fc.assert(
      fc.property(input, ({ baseline, patched }) => {
        const name = 'stable';
        const stable = baseline.map((one) => withTest(one, name, 'passed'));
        const good = withTest(patched, name, 'passed');
        const bad = { ...withTest(patched, name, 'failed'), commands: [command('test', 1)] };
        expect(rank[verdictOf(stable, bad)]).toBeLessThanOrEqual(rank[verdictOf(stable, good)]);
      }),
    );
  });

  it('a finding that stays never makes the verdict better', () => {
    fc.assert(
      fc.property(input, ({ baseline, patched }) => {
        const rescan = { ...clean, remaining: ['f2'] };
        expect(verdictOf(baseline, patched, rescan)).toBe('failed');
      }),
    );
  });

  it('a report alone never turns a failed command into proof', () => {
    fc.assert(
      fc.property(tests, tests, (before, forged) => {
        const baseline = [run({ tests: before }), run({ tests: before })];
        const patched = run({ tests: forged, commands: [command('test', 1)] });
        expect(verdictOf(baseline, patched)).toBe('failed');
      }),
    );
  });

  it('the same runs before and after have no regression', () => {
    fc.assert(
      fc.property(projectRun, (same) => {
        expect(
          judge({ baseline: [same, same], patched: same, rescan: clean, changed }).regressions,
        ).toEqual([]);
      }),
    );
  });

  it('the order of the baselines does not matter', () => {
    fc.assert(
      fc.property(input, ({ baseline, patched }) => {
        expect(verdictOf([...baseline].reverse(), patched)).toBe(verdictOf(baseline, patched));
      }),
    );
  });
});
