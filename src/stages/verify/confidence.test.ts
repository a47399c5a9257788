import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedChange } from '../../domain/change.ts';
import { defaultPolicy } from '../../domain/configuration.ts';
import type { BreakageSign, Remedy } from '../../domain/remedy.ts';
import type { RunResult, TestsReachChange, Verification } from '../../domain/verification.ts';
import { confidenceOf } from './confidence.ts';

function remedy(more: Partial<Remedy> = {}): Remedy {
  return {
    kind: 'lockfile-bump',
    package: 'qs',
    from: '6.5.2',
    to: '6.5.3',
    workspaces: [],
    because: '',
    closes: ['f1'],
    ...more,
  };
}

function change(remedies: readonly Remedy[], signs: readonly BreakageSign[] = []): PlannedChange {
  return {
    id: 'c',
    lockfile: 'package-lock.json',
    remedies,
    closes: ['f1'],
    riskRemoved: 1,
    signs,
  };
}

function tested(passing: number): RunResult {
  const tests = Object.fromEntries(
    Array.from({ length: passing }, (_, index) => [`test ${index}`, 'passed' as const]),
  );
  return { commands: [], runner: 'mocha', tests };
}

function reaching(functionsRun: number, loaded = true): TestsReachChange {
  return {
    packages: ['6.5.3', '6.6.0', '6.7.0', '7.0.0'].map((version) => ({
      name: 'qs',
      version,
      loaded,
      functionsRun,
      functionsSeen: 40,
    })),
    share: loaded ? 1 : 0,
  };
}

function verification(more: Partial<Verification> = {}): Verification {
  return {
    verdict: 'proven',
    because: '',
    baseline: [tested(50), tested(50)],
    patched: tested(50),
    flaky: [],
    failingBefore: [],
    regressions: [],
    rescan: { closed: ['f1'], remaining: [], introduced: [] },
    exploits: [],
    testsReachChange: reaching(20),
    gaps: [],
    ...more,
  };
}

const valueOf = (remedies: readonly Remedy[], more: Partial<Verification> = {}) =>
  confidenceOf({ change: change(remedies), verification: verification(more) }).value;

const sign: BreakageSign = { kind: 'removed-and-used', package: 'qs', message: '', weight: 1.5 };

describe('confidence, where everything is fine', () => {
  const patch = remedy();
  const minor = remedy({ to: '6.7.0' });
  const major = remedy({ kind: 'upgrade', to: '7.0.0' });
  it.each([
    ['a patch is safer than a minor', valueOf([patch]), valueOf([minor])],
    ['a minor is safer than a major', valueOf([minor]), valueOf([major])],
    ['one remedy is safer than three', valueOf([minor]), valueOf([minor, minor, minor])],
    ['a bump is safer than an override', valueOf([patch]), valueOf([remedy({ kind: 'override' })])],
    [
      'reaching the change beats not reaching it',
      valueOf([minor]),
      valueOf([minor], { testsReachChange: reaching(0, false) }),
    ],
    [
      'running functions beats loading only',
      valueOf([minor]),
      valueOf([minor], { testsReachChange: reaching(0) }),
    ],
    ['many tests beat one', valueOf([minor]), valueOf([minor], { patched: tested(1) })],
    [
      'a closed exploit adds',
      valueOf([major], { exploits: [{ name: 'dos', before: 'succeeds', after: 'fails' }] }),
      valueOf([major]),
    ],
    [
      'steady tests beat flaky ones',
      valueOf([minor]),
      valueOf([minor], { flaky: Array.from({ length: 25 }, (_, i) => `test ${i}`) }),
    ],
    [
      'a good baseline beats a failing one',
      valueOf([minor]),
      valueOf([minor], { failingBefore: Array.from({ length: 25 }, (_, i) => `test ${i}`) }),
    ],
    [
      'no signs of breakage beat signs',
      valueOf([minor]),
      confidenceOf({ change: change([minor], [sign]), verification: verification() }).value,
    ],
  ])('%s', (_name, more, less) => {
    expect(more).toBeGreaterThan(less);
  });
});

describe('confidence and the default threshold', () => {
  const major = [remedy({ kind: 'upgrade', to: '7.0.0' })];
  it.each([
    ['a tested patch', [remedy()], {}, true],
    ['a well-tested major', major, {}, true],
    ['a major that tests never load', major, { testsReachChange: reaching(0, false) }, false],
    ['a major with a single test', major, { patched: tested(1) }, false],
    [
      'five well-tested majors at once',
      Array.from({ length: 6 }, () => remedy({ kind: 'upgrade', to: '7.0.0' })),
      {},
      false,
    ],
    ['anything inconclusive', [remedy()], { verdict: 'inconclusive' as const }, false],
    ['anything failed', [remedy()], { verdict: 'failed' as const }, false],
  ])('%s', (_name, remedies, more, passes) => {
    expect(valueOf(remedies, more) >= defaultPolicy.minimumConfidence).toBe(passes);
  });

  it('is near zero where the verdict is failed', () => {
    expect(valueOf([remedy()], { verdict: 'failed' })).toBe(0.01);
  });
});

describe('laws of confidence', () => {
  const anything = fc.record({
    to: fc.constantFrom('6.5.3', '6.6.0', '7.0.0', '8.0.0', 'not-a-version', undefined),
    kind: fc.constantFrom<Remedy['kind']>('lockfile-bump', 'upgrade', 'override', 'remove'),
    count: fc.integer({ min: 1, max: 12 }),
    weight: fc.double({ min: 0, max: 9, noNaN: true }),
    passing: fc.integer({ min: 0, max: 300 }),
    functionsRun: fc.integer({ min: 0, max: 40 }),
    verdict: fc.constantFrom<Verification['verdict']>('proven', 'inconclusive', 'failed'),
  });
  const judged = anything.map(({ to, kind, count, weight, passing, functionsRun, verdict }) => {
    const { to: _none, ...rest } = remedy({ kind });
    const one: Remedy = to === undefined ? rest : { ...rest, to };
    return confidenceOf({
      change: change(
        Array.from({ length: count }, () => one),
        [{ ...sign, weight }],
      ),
      verification: verification({
        verdict,
        patched: tested(passing),
        testsReachChange: reaching(functionsRun),
      }),
    });
  });

  it('is a probability inside its interval', () => {
    fc.assert(
      fc.property(judged, ({ value, interval: [low, high] }) => {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is the product of the factors it shows', () => {
    fc.assert(
      fc.property(judged, ({ value, factors }) => {
        const sum = factors.reduce((total, { contribution }) => total + contribution, 0);
        expect(Math.exp(sum)).toBeCloseTo(value, 2);
      }),
    );
  });
});
