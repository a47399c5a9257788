import { describe, expect, it } from 'vitest';
import type { Threat } from '../../../domain/threat.ts';
import { epssLogOdds, isMalicious, threatFactors } from './threat.ts';

describe('epssLogOdds', () => {
  it('gives the top 3.5 % of CVEs the 67.8 % of exploitation that EPSS v3 published', () => {
    const steps = 1_000_000;
    let all = 0;
    let top = 0;
    for (let at = 0; at < steps; at += 1) {
      const percentile = (at + 0.5) / steps;
      if (percentile > 0.9995) break;
      const hazard = Math.exp(epssLogOdds(percentile));
      all += hazard;
      if (percentile >= 0.965) top += hazard;
    }
    // Above the cap the curve is not used; its share there is known: 0.0005 ** 0.116.
    const beyond = (0.0005 ** 0.116 / (1 - 0.0005 ** 0.116)) * all;
    expect((top + beyond) / (all + beyond)).toBeCloseTo(0.678, 2);
  });

  it.each([
    [-1, 0],
    [1, 0.9995],
    [2, 0.9995],
  ])('keeps %d within its scale', (given, same) => {
    expect(epssLogOdds(given)).toBe(epssLogOdds(same));
    expect(Number.isFinite(epssLogOdds(given))).toBe(true);
  });
});

describe('threatFactors', () => {
  const ssvc = (exploitation: 'none' | 'poc' | 'active') =>
    ({ exploitation, automatable: false, technicalImpact: 'partial' }) as const;
  const kev = { dateAdded: '2026-11-01', ransomware: true };
  const epss = { score: 0.9, percentile: 0.99, modelVersion: 'v5', date: '2026-11-01' };

  it.each<[string, Threat, Record<string, number>]>([
    ['nothing known', {}, {}],
    ['a KEV listing', { kev }, { kev: 6, ransomware: 0.5 }],
    [
      'KEV makes SSVC active old news',
      { kev, ssvc: ssvc('active') },
      { kev: 6, ransomware: 0.5, 'ssvc-exploitation': 0 },
    ],
    ['SSVC active alone', { ssvc: ssvc('active') }, { 'ssvc-exploitation': 4.5 }],
    ['EPSS alone', { epss }, { epss: 2.507 }],
    ['EPSS beside KEV', { epss, kev }, { kev: 6, ransomware: 0.5, epss: 0.627 }],
    [
      'one public exploit beside poc is the same',
      { ssvc: ssvc('poc'), publicExploits: 1 },
      { 'ssvc-exploitation': 0.5, 'public-exploits': 0 },
    ],
    [
      'more of them are news',
      { ssvc: ssvc('poc'), publicExploits: 8 },
      { 'ssvc-exploitation': 0.5, 'public-exploits': 0.52 },
    ],
    ['they saturate', { publicExploits: 1_000_000 }, { 'public-exploits': 1.2 }],
    ['none were counted', { publicExploits: 0 }, { 'public-exploits': 0 }],
    [
      'beside EPSS a quarter is left',
      { epss, ssvc: ssvc('poc') },
      { epss: 2.507, 'ssvc-exploitation': 0.125 },
    ],
  ])('%s', (_case, threat, expected) => {
    const factors = threatFactors({ id: 'CVE-1', aliases: [], cwes: [] }, threat);
    expect(Object.fromEntries(factors.map((it) => [it.name, it.contribution]))).toEqual(expected);
  });

  it('names the version of the EPSS model', () => {
    const [factor] = threatFactors({ id: 'CVE-1', aliases: [], cwes: [] }, { epss });
    expect(factor).toMatchObject({ value: 'percentile 99.0', source: 'EPSS v5 of 2026-11-01' });
  });
});

describe('isMalicious', () => {
  it.each([
    ['GHSA-1', [], [], false],
    ['MAL-2026-1', [], [], true],
    ['GHSA-1', ['MAL-2026-1'], [], true],
    ['GHSA-1', [], ['CWE-506'], true],
    ['GHSA-1', [], ['CWE-5060'], false],
  ])('%s %j %j: %s', (id, aliases, cwes, expected) => {
    expect(isMalicious({ id, aliases, cwes })).toBe(expected);
  });
});
