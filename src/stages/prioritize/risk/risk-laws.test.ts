import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess, type Case, cases, vectors } from '../../../../test/support/risk-case.ts';
import type { Band } from '../../../domain/risk.ts';
import type { Threat } from '../../../domain/threat.ts';

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
