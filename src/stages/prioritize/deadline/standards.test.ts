import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SeverityLabel } from '../../../domain/advisory.ts';
import type { Scope } from '../../../domain/component.ts';
import type { AssetContext, Criticality, Environment, Exposure } from '../../../domain/context.ts';
import { CONTEXT_VALUES } from '../../../domain/context.ts';
import type {
  DeadlineStandard,
  FedrampClass,
  HouseDeadline,
} from '../../../domain/deadline-policy.ts';
import type { Band } from '../../../domain/risk.ts';
import { intrinsicOf } from '../risk/traits.ts';
import { deadlineOf, deadlinesOf } from './deadline.ts';
import { agencyImpact, fedrampDays } from './fedramp.ts';
import type { DeadlineInput } from './input.ts';
import { oneMonthAfter } from './pci-dss.ts';

const NOW = new Date('2026-11-22T10:00:00Z');

interface Given {
  readonly standards?: readonly DeadlineStandard[];
  readonly fedrampClass?: FedrampClass;
  readonly house?: readonly HouseDeadline[];
  readonly band?: Band;
  readonly severity?: SeverityLabel;
  readonly impact?: number;
  readonly exposure?: Exposure;
  readonly environment?: Environment;
  readonly criticality?: Criticality;
  readonly scope?: Scope;
  readonly reachability?: DeadlineInput['reachability'];
  readonly fixKnown?: boolean;
  readonly published?: string;
  readonly firstSeen?: string;
  readonly kev?: boolean;
}

function input(given: Given): DeadlineInput {
  const said = <T>(value: T) => ({ value, source: 'default', because: '' }) as const;
  const context: AssetContext = {
    environment: said(given.environment ?? 'production'),
    exposure: said(given.exposure ?? 'internet'),
    criticality: said(given.criticality ?? 3),
    dataSensitivity: said('internal'),
  };
  const threat = given.kev ? { kev: { dateAdded: '2026-11-10', ransomware: false } } : {};
  return {
    threat,
    intrinsic: intrinsicOf({ severities: [], cwes: [] }, threat),
    context,
    scope: given.scope ?? 'runtime',
    band: given.band ?? 'act',
    impact: given.impact ?? 0.35,
    severity: given.severity ?? 'high',
    reachability: given.reachability ?? 'unknown',
    fixKnown: given.fixKnown ?? true,
    published: given.published ?? '',
    deadlines: given.house ?? [],
    standards: { standards: given.standards ?? [], fedrampClass: given.fedrampClass ?? 'B' },
    now: NOW,
    ...(given.firstSeen !== undefined && { firstSeen: given.firstSeen }),
  };
}

describe('PCI DSS 6.3.3', () => {
  it.each<[string, Given, string | undefined, string]>([
    [
      'counts a month from publication, the nearest to the release of the patch',
      { severity: 'critical', published: '2026-11-01T09:00:00Z' },
      '2026-12-01',
      'PCI DSS 6.3.3: critical severity: one month from publication',
    ],
    [
      'counts from detection when that came first',
      { severity: 'critical', published: '2026-11-20T00:00:00Z', firstSeen: '2026-11-05' },
      '2026-12-05',
      'PCI DSS 6.3.3: critical severity: one month from detection',
    ],
    [
      'takes the band for the ranking of 6.3.1',
      { band: 'act', severity: 'medium' },
      '2026-12-22',
      'PCI DSS 6.3.3: ranked critical (act): one month from detection',
    ],
    [
      'does not begin before there is a patch',
      { severity: 'critical', fixKnown: false },
      undefined,
      'PCI DSS 6.3.3: critical severity: one month from when a patch is out',
    ],
    [
      'says nothing of what is not critical',
      { band: 'attend', severity: 'high' },
      undefined,
      'no rule sets a date',
    ],
  ])('%s', (_case, given, due, rule) => {
    const found = deadlineOf(input({ ...given, standards: ['pci-dss'] }));
    expect([found.due, found.rule]).toEqual([due, rule]);
  });

  it.each([
    ['2026-01-31T23:00:00Z', '2026-02-28'],
    ['2028-01-31T00:00:00Z', '2028-02-29'],
    ['2026-12-15T12:00:00Z', '2027-01-15'],
    ['2026-08-31T00:00:00Z', '2026-09-30'],
  ])('one month after %s is %s', (start, end) => {
    expect(oneMonthAfter(new Date(start)).toISOString().slice(0, 10)).toBe(end);
  });
});

describe('FedRAMP VDR-TFR-PVR', () => {
  /** The published table, row by row: exposed / internal / unlikely. */
  it.each([
    ['A', 'N5', 4, 8, 32],
    ['A', 'N4', 8, 32, 64],
    ['A', 'N3', 32, 64, 192],
    ['A', 'N2', 96, 160, 192],
    ['B', 'N5', 4, 8, 32],
    ['B', 'N2', 96, 160, 192],
    ['C', 'N5', 2, 4, 16],
    ['C', 'N4', 4, 8, 64],
    ['C', 'N3', 16, 32, 128],
    ['C', 'N2', 48, 128, 192],
    ['D', 'N5', 0.5, 1, 8],
    ['D', 'N4', 2, 8, 32],
    ['D', 'N3', 8, 16, 64],
    ['D', 'N2', 24, 96, 192],
  ] as const)('class %s, %s', (certification, rating, exposed, internal, unlikely) => {
    expect([
      fedrampDays(certification, rating, 'exposed'),
      fedrampDays(certification, rating, 'internal'),
      fedrampDays(certification, rating, 'unlikely'),
    ]).toEqual([exposed, internal, unlikely]);
    expect(fedrampDays(certification, 'N1', 'exposed')).toBeUndefined();
  });

  it.each([
    [1, 'N5'],
    [0.75, 'N5'],
    [0.749, 'N4'],
    [0.35, 'N4'],
    [0.2, 'N3'],
    [0.05, 'N2'],
    [0.049, 'N1'],
  ])('impact %d is %s', (impact, rating) => {
    expect(agencyImpact(impact)).toBe(rating);
  });

  it.each<[string, Given, string | undefined, string]>([
    [
      'internet-reachable',
      { fedrampClass: 'C' },
      '2026-11-26',
      'FedRAMP VDR class C: N4, internet-reachable, likely exploitable: 4 days',
    ],
    [
      'inside',
      { fedrampClass: 'C', exposure: 'internal' },
      '2026-11-30',
      'FedRAMP VDR class C: N4, not internet-reachable, likely exploitable: 8 days',
    ],
    [
      'shown not to be reachable',
      { fedrampClass: 'C', reachability: 'not-reachable' },
      '2027-01-25',
      'FedRAMP VDR class C: N4, not likely exploitable: 64 days',
    ],
    [
      'only for development',
      { fedrampClass: 'C', scope: 'development' },
      '2027-01-25',
      'FedRAMP VDR class C: N4, not likely exploitable: 64 days',
    ],
    [
      'half a day is the same day until noon',
      { fedrampClass: 'D', impact: 0.9 },
      '2026-11-22',
      'FedRAMP VDR class D: N5, internet-reachable, likely exploitable: 0.5 days',
    ],
    [
      'negligible',
      { impact: 0.01 },
      undefined,
      'FedRAMP VDR class B: N1, internet-reachable, likely exploitable: routine operations',
    ],
  ])('%s', (_case, given, due, rule) => {
    const found = deadlineOf(input({ ...given, standards: ['fedramp'] }));
    expect([found.due, found.rule]).toEqual([due, rule]);
  });
});

describe('house rules', () => {
  const strict: HouseDeadline = {
    name: 'crown jewels',
    band: 'act',
    days: 1,
    environments: ['production'],
    criticalities: [1, 2],
  };

  it.each<[string, Given, string]>([
    ['meant', { criticality: 1 }, 'house rule "crown jewels": act within 1 day'],
    ['another tier', { criticality: 3 }, 'house rule: act within 7 days'],
    [
      'another environment',
      { criticality: 1, environment: 'test' },
      'house rule: act within 7 days',
    ],
  ])('apply where they say: %s', (_case, given, rule) => {
    const house = [{ band: 'act', days: 7 } as const, strict];
    expect(deadlineOf(input({ ...given, house })).rule).toBe(rule);
  });
});

const given: fc.Arbitrary<Given> = fc.record({
  standards: fc.subarray<DeadlineStandard>(['bod-26-04', 'pci-dss', 'fedramp']),
  fedrampClass: fc.constantFrom<FedrampClass>('A', 'B', 'C', 'D'),
  house: fc.array(fc.record({ band: fc.constantFrom<Band>('act', 'attend'), days: fc.nat(60) }), {
    maxLength: 3,
  }),
  band: fc.constantFrom<Band>('act', 'attend', 'track'),
  severity: fc.constantFrom<SeverityLabel>('critical', 'high', 'low', 'unknown'),
  impact: fc.double({ min: 0, max: 1, noNaN: true }),
  exposure: fc.constantFrom(...CONTEXT_VALUES.exposure),
  reachability: fc.constantFrom('reachable', 'not-reachable', 'unknown'),
  published: fc.constantFrom('', '2026-10-01T00:00:00Z', 'nonsense'),
  firstSeen: fc.constantFrom('2026-11-01', '2026-11-22'),
  kev: fc.boolean(),
});

describe('the deadline', () => {
  it('is the earliest of all that any rule sets', () => {
    fc.assert(
      fc.property(given, (each) => {
        const dates = deadlinesOf(input(each)).flatMap(({ due }) => due ?? []);
        expect(deadlineOf(input(each)).due).toBe([...dates].sort()[0]);
      }),
    );
  });

  it('never moves later when another standard applies as well', () => {
    fc.assert(
      fc.property(given, (each) => {
        const all = deadlineOf(input({ ...each, standards: ['bod-26-04', 'pci-dss', 'fedramp'] }));
        const some = deadlineOf(input(each)).due ?? 'z';
        expect((all.due ?? 'z') <= some).toBe(true);
      }),
    );
  });
});
