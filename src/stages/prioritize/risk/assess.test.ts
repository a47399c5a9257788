import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scope } from '../../../domain/component.ts';
import type { AssetContext, Exposure } from '../../../domain/context.ts';
import type { Reachability } from '../../../domain/reachability.ts';
import type { Band, Risk } from '../../../domain/risk.ts';
import type { Threat } from '../../../domain/threat.ts';
import { assessRisk } from './assess.ts';

const NOW = new Date('2026-11-22T00:00:00Z');

interface Case {
  readonly vector: string;
  readonly threat: Threat;
  readonly cwes: readonly string[];
  readonly published: string;
  readonly scope: Scope;
  readonly direct: boolean;
  readonly reachability: Reachability['status'];
  readonly callSites: number;
  readonly exposure: Exposure;
  readonly criticality: 1 | 2 | 3 | 4;
  readonly dataSensitivity: 'regulated' | 'confidential' | 'internal' | 'public';
  readonly environment: 'production' | 'staging' | 'test' | 'development';
}

const ORDINARY: Case = {
  vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  threat: {},
  cwes: ['CWE-94'],
  published: '2025-11-22T00:00:00Z',
  scope: 'runtime',
  direct: true,
  reachability: 'reachable',
  callSites: 1,
  exposure: 'internet',
  criticality: 3,
  dataSensitivity: 'internal',
  environment: 'production',
};

function assess(given: Partial<Case>): Risk {
  const it = { ...ORDINARY, ...given };
  const said = <T>(value: T) => ({ value, source: 'declared', because: 'suture.yaml:1' }) as const;
  const context: AssetContext = {
    environment: said(it.environment),
    exposure: said(it.exposure),
    criticality: said(it.criticality),
    dataSensitivity: said(it.dataSensitivity),
  };
  const site = { file: 'a.js', line: 1, column: 1, symbol: 'x', code: 'x()', via: [] };
  return assessRisk({
    finding: {
      advisory: {
        id: 'GHSA-1',
        aliases: [],
        summary: '',
        published: it.published,
        severities: it.vector === '' ? [] : [{ type: 'CVSS_V3', vector: it.vector }],
        cwes: it.cwes,
        affected: [],
        threat: it.threat,
      },
      component: {
        purl: 'pkg:npm/a@1.0.0',
        ecosystem: 'npm',
        name: 'a',
        version: '1.0.0',
        scope: it.scope,
        direct: it.direct,
        paths: [],
        seenIn: [],
      },
    },
    reachability: {
      status: it.reachability,
      because: '',
      evidence:
        it.reachability === 'reachable' ? Array.from({ length: it.callSites }, () => site) : [],
    },
    context,
    deadlines: [],
    now: NOW,
  });
}

const vectors = fc
  .tuple(
    fc.constantFrom('N', 'A', 'L', 'P'),
    fc.constantFrom('L', 'H'),
    fc.constantFrom('N', 'L', 'H'),
    fc.constantFrom('N', 'R'),
    fc.constantFrom('H', 'L', 'N'),
    fc.constantFrom('H', 'L', 'N'),
    fc.constantFrom('H', 'L', 'N'),
  )
  .map(
    ([av, ac, pr, ui, c, i, a]) =>
      `CVSS:3.1/AV:${av}/AC:${ac}/PR:${pr}/UI:${ui}/S:U/C:${c}/I:${i}/A:${a}`,
  );

const epss = fc
  .double({ min: 0, max: 1, noNaN: true })
  .map((percentile) => ({ score: 0, percentile, modelVersion: 'v5', date: '2026-11-01' }));
const ssvc = fc.record({
  exploitation: fc.constantFrom('none', 'poc', 'active'),
  automatable: fc.boolean(),
  technicalImpact: fc.constantFrom('partial', 'total'),
});
const kev = fc.record({ dateAdded: fc.constant('2026-11-01'), ransomware: fc.boolean() });
const threats = fc.record(
  { kev, epss, ssvc, publicExploits: fc.nat(500) },
  { requiredKeys: [] },
) as fc.Arbitrary<Threat>;

const cases: fc.Arbitrary<Case> = fc.record({
  vector: fc.oneof(fc.constant(''), vectors),
  threat: threats,
  cwes: fc.subarray(['CWE-79', 'CWE-94', 'CWE-400', 'CWE-9999']),
  published: fc.constantFrom(
    '',
    '2026-11-01T00:00:00Z',
    '2024-01-01T00:00:00Z',
    '2012-01-01T00:00:00Z',
  ),
  scope: fc.constantFrom('runtime', 'optional', 'peer', 'development'),
  direct: fc.boolean(),
  reachability: fc.constantFrom('reachable', 'not-reachable', 'unknown'),
  callSites: fc.nat(2),
  exposure: fc.constantFrom('internet', 'internal', 'isolated'),
  criticality: fc.constantFrom(1, 2, 3, 4),
  dataSensitivity: fc.constantFrom('regulated', 'confidential', 'internal', 'public'),
  environment: fc.constantFrom('production', 'staging', 'test', 'development'),
});

describe('laws', () => {
  it('contributions add up to the probability and to the impact', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const { factors, probability, impact, score } = assess(given);
        const sum = (part: string) =>
          factors
            .filter((it) => it.part === part)
            .reduce((total, it) => total + it.contribution, 0);
        expect(Math.log(probability / (1 - probability))).toBeCloseTo(sum('probability'), 9);
        expect(Math.log(impact)).toBeCloseTo(sum('impact'), 9);
        expect(factors.every((it) => it.part !== undefined)).toBe(true);
        expect(impact).toBeGreaterThan(0);
        expect(impact).toBeLessThanOrEqual(1);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
      }),
    );
  });

  /** Per factor: its values from the least to the most dangerous. */
  const ladders: { [K in keyof Case]?: readonly Case[K][] } = {
    exposure: ['isolated', 'internal', 'internet'],
    reachability: ['not-reachable', 'unknown', 'reachable'],
    scope: ['development', 'peer', 'runtime'],
    direct: [false, true],
    callSites: [0, 1],
    criticality: [4, 3, 2, 1],
    dataSensitivity: ['public', 'internal', 'confidential', 'regulated'],
    environment: ['development', 'test', 'staging', 'production'],
    published: ['2012-01-01T00:00:00Z', '2024-01-01T00:00:00Z', '2026-11-01T00:00:00Z'],
  };
  it.each(Object.entries(ladders))('never falls when %s gets worse', (name, steps) => {
    fc.assert(
      fc.property(cases, fc.nat(steps.length - 2), (given, at) => {
        const better = assess({ ...given, [name]: steps[at] });
        const worse = assess({ ...given, [name]: steps[at + 1] });
        expect(worse.score).toBeGreaterThanOrEqual(better.score);
        expect(rank(worse.band)).toBeGreaterThanOrEqual(rank(better.band));
      }),
    );
  });

  it.each([
    [
      'a KEV listing',
      (it: Threat) => ({ kev: { dateAdded: '2026-11-01', ransomware: false }, ...it }),
    ],
    [
      'active exploitation',
      (it: Threat) => ({
        ...it,
        ssvc: {
          automatable: false,
          technicalImpact: 'partial',
          ...it.ssvc,
          exploitation: 'active',
        },
      }),
    ],
    [
      'ransomware use',
      (it: Threat) => (it.kev === undefined ? it : { ...it, kev: { ...it.kev, ransomware: true } }),
    ],
    [
      'more public exploits',
      (it: Threat) => ({ ...it, publicExploits: (it.publicExploits ?? 0) * 2 + 1 }),
    ],
    [
      'automation',
      (it: Threat) =>
        it.ssvc === undefined ? it : { ...it, ssvc: { ...it.ssvc, automatable: true } },
    ],
    [
      'total impact',
      (it: Threat) =>
        it.ssvc === undefined ? it : { ...it, ssvc: { ...it.ssvc, technicalImpact: 'total' } },
    ],
    [
      'a higher EPSS percentile',
      (it: Threat) =>
        it.epss === undefined
          ? it
          : { ...it, epss: { ...it.epss, percentile: Math.min(1, it.epss.percentile + 0.05) } },
    ],
  ] as const)('never falls with %s', (_case, worsen) => {
    fc.assert(
      fc.property(cases, (given) => {
        // Where SSVC appears for the first time, it may also say that automation is not possible.
        const start = {
          ...given,
          threat: {
            ssvc: { exploitation: 'none', automatable: false, technicalImpact: 'partial' },
            ...given.threat,
          } as Threat,
        };
        const worse = { ...start, threat: worsen(start.threat) as Threat };
        expect(assess(worse).score).toBeGreaterThanOrEqual(assess(start).score);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['AV', 'NALP'],
    ['AC', 'LH'],
    ['PR', 'NLH'],
    ['UI', 'NR'],
    ['C', 'HLN'],
    ['I', 'HLN'],
    ['A', 'HLN'],
  ])('never falls when CVSS %s gets worse', (metric, order) => {
    fc.assert(
      fc.property(cases, vectors, fc.nat(order.length - 2), (given, vector, at) => {
        const withValue = (value: string | undefined) =>
          vector.replace(new RegExp(`/${metric}:.`), `/${metric}:${value}`);
        const worse = assess({ ...given, vector: withValue(order[at]) });
        const better = assess({ ...given, vector: withValue(order[at + 1]) });
        expect(worse.score).toBeGreaterThanOrEqual(better.score);
      }),
    );
  });
});

function rank(band: Band): number {
  return ['track', 'attend', 'act'].indexOf(band);
}

describe('what an engineer expects', () => {
  const inKev: Threat = { kev: { dateAdded: '2026-11-01', ransomware: false } };
  it.each<[string, Partial<Case>, Band]>([
    ['critical, reachable, on the internet', {}, 'act'],
    ['known exploited and reachable', { threat: inKev }, 'act'],
    [
      'known exploited and reachable, in an isolated test',
      { threat: inKev, exposure: 'isolated', environment: 'test', scope: 'development' },
      'act',
    ],
    [
      'known exploited, nobody knows whether reachable',
      { threat: inKev, reachability: 'unknown' },
      'act',
    ],
    [
      'known exploited but not reachable',
      { threat: inKev, reachability: 'not-reachable' },
      'attend',
    ],
    ['critical but not reachable', { reachability: 'not-reachable' }, 'track'],
    [
      'denial of service, reachable, on the internet',
      { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', cwes: ['CWE-1333'] },
      'attend',
    ],
    [
      'denial of service in a development tool',
      {
        vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
        cwes: ['CWE-1333'],
        scope: 'development',
        reachability: 'unknown',
      },
      'track',
    ],
    [
      'medium, reachable, internal',
      {
        vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:L/I:L/A:N',
        cwes: ['CWE-79'],
        exposure: 'internal',
      },
      'track',
    ],
    [
      'a malicious package nobody imports',
      { cwes: ['CWE-506'], reachability: 'not-reachable', scope: 'development' },
      'act',
    ],
    [
      'top of EPSS, reachability unknown',
      {
        threat: { epss: { score: 0.9, percentile: 0.999, modelVersion: 'v5', date: '2026-11-01' } },
        reachability: 'unknown',
      },
      'act',
    ],
    [
      'bottom of EPSS, reachable',
      {
        threat: { epss: { score: 0.001, percentile: 0.1, modelVersion: 'v5', date: '2026-11-01' } },
      },
      'attend',
    ],
  ])('%s', (_case, given, band) => {
    expect([assess(given).band, assess(given).score]).toEqual([band, expect.any(Number)]);
  });

  it('does not rank what nothing is known of below an ordinary medium', () => {
    const unknown = assess({ vector: '', cwes: [], published: '' });
    const medium = assess({
      vector: 'CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:U/C:L/I:L/A:N',
      cwes: [],
      published: '',
    });
    expect(unknown.score).toBeGreaterThan(medium.score);
  });

  it('lets EPSS outweigh what it has read already', () => {
    const low = { score: 0.001, percentile: 0.2, modelVersion: 'v5', date: '2026-11-01' };
    const ssvc = { exploitation: 'poc', automatable: true, technicalImpact: 'total' } as const;
    const alone = assess({ threat: { ssvc, publicExploits: 20 } });
    const beside = assess({ threat: { ssvc, publicExploits: 20, epss: low } });
    const of = (risk: Risk, name: string) =>
      risk.factors.find((it) => it.name === name)?.contribution ?? Number.NaN;
    for (const name of [
      'ssvc-exploitation',
      'automatable',
      'cvss-exploitability',
      'technical-impact',
    ]) {
      expect(of(beside, name)).toBeCloseTo(of(alone, name) / 4, 2);
    }
    expect(beside.score).toBeLessThan(alone.score);
  });
});
