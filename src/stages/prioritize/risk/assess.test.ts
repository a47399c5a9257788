import { describe, expect, it } from 'vitest';
import { assess, type Case } from '../../../../test/support/risk-case.ts';
import type { Band, Risk } from '../../../domain/risk.ts';
import type { Threat } from '../../../domain/threat.ts';

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
      'track',
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
