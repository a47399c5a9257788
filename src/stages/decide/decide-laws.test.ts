import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeFinding } from '../../../test/support/made-finding.ts';
import { type MadeCase, madeCase } from '../../../test/support/policy-case.ts';
import { CONTEXT_VALUES } from '../../domain/context.ts';
import type {
  Autonomy,
  AutonomyRule,
  Calendar,
  ChangeVerdict,
} from '../../domain/control-policy.ts';
import { calendarFromRule } from './calendars/from-rule.ts';
import { nextOpening } from './calendars/opening.ts';
import { parseCalendar } from './calendars/parse-calendar.ts';
import { decide } from './decide.ts';

const ORDER: readonly ChangeVerdict['outcome'][] = [
  'withhold',
  'observe',
  'suggest',
  'approve',
  'auto',
];

const autonomy = fc.constantFrom<Autonomy>('observe', 'suggest', 'approve', 'auto');
const confidence = fc.double({ min: 0, max: 1, noNaN: true });
const step = fc.constantFrom(0.1, 0.5, 0.8, 0.9, 0.95, 1);
const anywhere = fc.oneof(confidence, step);

/** Conditions that hold, do not hold, fail, or turn at a confidence, in either direction. */
const condition = fc.oneof(
  fc.constantFrom(
    'true',
    'change.majors > 0',
    'findings.exists(f, f.kev)',
    'asset.labels["x"] == "y"',
    'not a condition',
  ),
  fc
    .tuple(fc.constantFrom('<', '<=', '>', '>='), step, fc.boolean())
    .map(([operator, at, negated]) => {
      const text = `change.confidence ${operator} ${at.toFixed(2)}`;
      return negated ? `!(${text}) && change.closes > 0` : text;
    }),
);

const rule: fc.Arbitrary<AutonomyRule> = fc.record(
  {
    name: fc.constantFrom('a', 'b', 'c'),
    autonomy,
    environments: fc.subarray([...CONTEXT_VALUES.environment], { minLength: 1 }),
    criticalities: fc.subarray([...CONTEXT_VALUES.criticality], { minLength: 1 }),
    when: condition,
    minimumConfidence: fc.oneof(step, confidence),
  },
  { requiredKeys: ['name', 'autonomy'] },
);

const calendar: fc.Arbitrary<Calendar> = fc
  .record({
    kind: fc.constantFrom('freeze' as const, 'window' as const),
    day: fc.integer({ min: 1, max: 28 }),
    hours: fc.integer({ min: 1, max: 200 }),
    every: fc.constantFrom('FREQ=WEEKLY', 'FREQ=MONTHLY', 'FREQ=DAILY;INTERVAL=9', undefined),
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
  })
  .map(({ kind, day, hours, every, zone }) => ({
    name: `${kind} ${day}`,
    kind,
    ics: calendarFromRule({
      name: 'c',
      start: `2026-03-${String(day).padStart(2, '0')}T02:30`,
      duration: `PT${hours}H`,
      timeZone: zone,
      ...(every !== undefined && { rrule: every }),
    }),
  }));

const cases: fc.Arbitrary<MadeCase> = fc.record({
  confidence,
  verdict: fc.constantFrom('proven', 'proven', 'proven', 'failed', 'inconclusive'),
  environment: fc.constantFrom(...CONTEXT_VALUES.environment),
  criticality: fc.constantFrom(...CONTEXT_VALUES.criticality),
  findings: fc.constantFrom([madeFinding()], [madeFinding({ kev: true, due: '2026-03-20' })]),
  now: fc
    .integer({ min: 0, max: 24 * 60 })
    .map((hours) => new Date(Date.UTC(2026, 2, 1) + hours * 3_600_000).toISOString()),
  policy: fc.record({
    autonomy: fc.array(rule, { maxLength: 5 }),
    otherwise: autonomy,
    minimumConfidence: step,
    calendars: fc.array(calendar, { maxLength: 3 }),
  }),
});

const level = (given: MadeCase) => ORDER.indexOf(decide(madeCase(given)).outcome);

describe('a verdict', () => {
  it('never gets more permissive when confidence falls', () => {
    fc.assert(
      fc.property(cases, anywhere, anywhere, (given, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const more = level({ ...given, confidence: high });
        expect(level({ ...given, confidence: low })).toBeLessThanOrEqual(more);
      }),
      { numRuns: 2000 },
    );
  });

  it('is automatic only where a rule, or the last word of the policy, says auto', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const { outcome, rule: name } = decide(madeCase(given));
        const rules = given.policy?.autonomy ?? [];
        const said = [
          ...rules.filter((each) => each.name === name).map((each) => each.autonomy),
          ...(name === 'otherwise' ? [given.policy?.otherwise] : []),
        ];
        expect(outcome !== 'auto' || said.includes('auto')).toBe(true);
        expect(outcome === 'auto' && given.verdict !== 'proven').toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('always says who is asked, and why', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const found = decide(madeCase(given));
        expect(found.approval !== undefined).toBe(found.outcome === 'approve');
        expect(found.because).not.toBe('');
        expect(found.factors.length).toBeGreaterThan(5);
      }),
    );
  });

  it('never puts the hand-over into a freeze, or outside of all windows', () => {
    fc.assert(
      fc.property(cases, (given) => {
        const { notBefore, outcome } = decide(madeCase(given));
        fc.pre(outcome === 'auto' || outcome === 'approve');
        const at = new Date(notBefore ?? given.now!);
        const horizon = Date.parse(given.now!) + 730 * 86_400_000;
        fc.pre(at.getTime() !== horizon);
        const calendars = (given.policy?.calendars ?? []).map(({ name, kind, ics }) => ({
          name,
          kind,
          events: parseCalendar(ics, { includeStart: kind === 'freeze' }).events,
        }));
        const freezes = calendars.filter(({ kind }) => kind === 'freeze');
        const windows = calendars.filter(({ kind }) => kind === 'window');
        for (const each of freezes) expect(nextOpening([each], at).at).toEqual(at);
        const inside = windows.filter((each) => nextOpening([each], at).at?.getTime() === +at);
        expect(windows.length === 0 || inside.length > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
