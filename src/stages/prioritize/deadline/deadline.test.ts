import { describe, expect, it } from 'vitest';
import type { Scope } from '../../../domain/component.ts';
import type { AssetContext, Exposure } from '../../../domain/context.ts';
import type { Threat } from '../../../domain/threat.ts';
import { intrinsicOf } from '../risk/traits.ts';
import { bodOutcome } from './bod-26-04.ts';
import { deadlineOf } from './deadline.ts';

/** The rows of the published table: KEV, exposed, automatable, total → days, triage. */
const ROWS = [
  ['N', 'N', 'N', 'N', undefined, false],
  ['Y', 'N', 'N', 'N', 14, false],
  ['N', 'Y', 'N', 'N', 60, false],
  ['N', 'N', 'Y', 'N', 60, false],
  ['N', 'N', 'N', 'Y', undefined, false],
  ['Y', 'Y', 'N', 'N', 14, false],
  ['Y', 'N', 'Y', 'N', 14, false],
  ['N', 'Y', 'Y', 'N', 14, false],
  ['Y', 'N', 'N', 'Y', 14, false],
  ['N', 'Y', 'N', 'Y', 14, false],
  ['N', 'N', 'Y', 'Y', 60, false],
  ['Y', 'Y', 'Y', 'N', 3, false],
  ['Y', 'Y', 'N', 'Y', 3, true],
  ['Y', 'N', 'Y', 'Y', 3, true],
  ['N', 'Y', 'Y', 'Y', 3, false],
  ['Y', 'Y', 'Y', 'Y', 3, true],
] as const;

describe('BOD 26-04', () => {
  it.each(ROWS)(
    'KEV %s, exposed %s, automatable %s, total %s',
    (kev, exposed, automatable, total, days, triage) => {
      const outcome = bodOutcome({
        kev: kev === 'Y',
        exposed: exposed === 'Y',
        automatable: automatable === 'Y',
        total: total === 'Y',
      });
      expect([outcome.days, outcome.forensicTriage]).toEqual([days, triage]);
    },
  );
});

const NOW = new Date('2026-11-22T10:00:00Z');
const TOTAL = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';

function deadline(given: {
  vector?: string;
  threat?: Threat;
  exposure?: Exposure;
  scope?: Scope;
  deadlines?: { band: 'act' | 'attend' | 'track'; days: number }[];
  firstSeen?: string;
}) {
  const said = <T>(value: T) => ({ value, source: 'default', because: '' }) as const;
  const context: AssetContext = {
    environment: said('production'),
    exposure: said(given.exposure ?? 'internet'),
    criticality: said(3),
    dataSensitivity: said('internal'),
  };
  const threat = given.threat ?? {};
  const vector = given.vector ?? TOTAL;
  return deadlineOf({
    threat,
    intrinsic: intrinsicOf(
      { severities: vector === '' ? [] : [{ type: 'CVSS_V3', vector }], cwes: [] },
      threat,
    ),
    context,
    scope: given.scope ?? 'runtime',
    band: 'act',
    impact: 0.35,
    severity: 'critical',
    reachability: 'unknown',
    fixKnown: true,
    published: '2026-11-01T00:00:00Z',
    deadlines: given.deadlines ?? [],
    now: NOW,
    ...(given.firstSeen !== undefined && { firstSeen: given.firstSeen }),
  });
}

const kev = { dateAdded: '2026-11-10', ransomware: false };

describe('deadlineOf', () => {
  it.each([
    [
      'does not take what only development needs for exposed',
      { scope: 'development' as const },
      '2027-01-21',
      'BOD 26-04: not known to be exploited, not exposed (development only), automatable (derived from CVSS), total impact (derived from CVSS): 60 days',
    ],
    [
      'derives what SSVC does not say, and says so',
      {},
      '2026-11-25',
      'BOD 26-04: not known to be exploited, exposed, automatable (derived from CVSS), total impact (derived from CVSS): 3 days',
    ],
    [
      'prefers SSVC',
      {
        threat: { ssvc: { exploitation: 'none', automatable: false, technicalImpact: 'partial' } },
      },
      '2027-01-21',
      'BOD 26-04: not known to be exploited, exposed, not automatable, partial impact: 60 days',
    ],
    [
      'starts at the KEV listing when that came first; then it is overdue',
      { threat: { kev } },
      '2026-11-13',
      'BOD 26-04: known exploited, exposed, automatable (derived from CVSS), total impact (derived from CVSS): 3 days and forensic triage',
    ],
    [
      'starts at the detection when that came first',
      { threat: { kev }, firstSeen: '2026-11-01' },
      '2026-11-04',
      'BOD 26-04: known exploited, exposed, automatable (derived from CVSS), total impact (derived from CVSS): 3 days and forensic triage',
    ],
    [
      'takes the house rule when it is earlier',
      {
        deadlines: [
          { band: 'act', days: 1 },
          { band: 'attend', days: 0 },
        ],
      },
      '2026-11-23',
      'house rule: act within 1 day',
    ],
    [
      'keeps the directive when the house is slower',
      { deadlines: [{ band: 'act', days: 30 }] },
      '2026-11-25',
      'BOD 26-04: not known to be exploited, exposed, automatable (derived from CVSS), total impact (derived from CVSS): 3 days',
    ],
    [
      'has no date for the rest',
      { exposure: 'internal', vector: 'CVSS:3.1/AV:L/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N' },
      undefined,
      'BOD 26-04: not known to be exploited, not exposed, not automatable (derived from CVSS), partial impact (derived from CVSS): with the next upgrade',
    ],
    [
      'says what it does not know',
      { vector: '', exposure: 'internal', deadlines: [{ band: 'act', days: 7 }] },
      '2026-11-29',
      'house rule: act within 7 days',
    ],
  ] as const)('%s', (_case, given, due, rule) => {
    const found = deadline(given as Parameters<typeof deadline>[0]);
    expect([found.due, found.rule]).toEqual([due, rule]);
  });
});
