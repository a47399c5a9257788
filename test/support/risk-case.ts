import fc from 'fast-check';
import type { Scope } from '../../src/domain/component.ts';
import type { AssetContext, Exposure } from '../../src/domain/context.ts';
import type { Reachability } from '../../src/domain/reachability.ts';
import type { Risk } from '../../src/domain/risk.ts';
import type { Threat } from '../../src/domain/threat.ts';
import { assessRisk } from '../../src/stages/prioritize/risk/assess.ts';

const NOW = new Date('2026-11-22T00:00:00Z');

/** One finding in one setting, by what risk depends on. */
export interface Case {
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

/** Risk of an ordinary critical, reachable, exposed finding, changed by `given`. */
export function assess(given: Partial<Case>): Risk {
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

/** CVSS v3.1 vectors of unchanged scope. */
export const vectors = fc
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

export const cases: fc.Arbitrary<Case> = fc.record({
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
