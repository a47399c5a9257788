import fc from 'fast-check';
import { expect, it } from 'vitest';
import { calendarFromRule } from './from-rule.ts';
import { type AppliedCalendar, nextOpening } from './opening.ts';
import { parseCalendar } from './parse-calendar.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BEGIN = Date.UTC(2026, 0, 5);

/** A rule in UTC, simple enough to be asked by arithmetic as well. */
interface Simple {
  readonly kind: 'freeze' | 'window';
  readonly everyDays: number;
  readonly startHours: number;
  readonly hours: number;
}

const simple: fc.Arbitrary<Simple> = fc.record({
  kind: fc.constantFrom('freeze', 'window'),
  everyDays: fc.integer({ min: 1, max: 40 }),
  startHours: fc.integer({ min: 0, max: 24 * 60 }),
  hours: fc.integer({ min: 1, max: 24 * 20 }),
});

function calendarOf({ kind, everyDays, startHours, hours }: Simple, index: number) {
  const start = new Date(BEGIN + startHours * HOUR).toISOString().slice(0, 16);
  const ics = calendarFromRule({
    name: `c${index}`,
    start,
    duration: `PT${hours}H`,
    rrule: `FREQ=DAILY;INTERVAL=${everyDays}`,
    timeZone: 'UTC',
  });
  const { events } = parseCalendar(ics, { includeStart: kind === 'freeze' });
  return { name: `c${index}`, kind, events } satisfies AppliedCalendar;
}

function covers({ everyDays, startHours, hours }: Simple, at: number): boolean {
  const since = at - BEGIN - startHours * HOUR;
  if (since < 0) return false;
  // Occurrences may overlap the next ones: look at each that could still last.
  const last = Math.floor(since / (everyDays * DAY));
  for (let n = last; n >= 0 && since - n * everyDays * DAY < hours * HOUR; n -= 1) return true;
  return false;
}

function isOpen(rules: readonly Simple[], at: number): boolean {
  const windows = rules.filter(({ kind }) => kind === 'window');
  const frozen = rules.some((rule) => rule.kind === 'freeze' && covers(rule, at));
  return !frozen && (windows.length === 0 || windows.some((rule) => covers(rule, at)));
}

const cases = fc.tuple(
  fc.array(simple, { maxLength: 4 }),
  fc.integer({ min: 0, max: 24 * 400 }).map((hours) => BEGIN + hours * HOUR),
);

it('finds the first open hour: open itself, and none open before it', () => {
  fc.assert(
    fc.property(cases, ([rules, from]) => {
      const { at } = nextOpening(rules.map(calendarOf), new Date(from));
      const end = at?.getTime() ?? from + 700 * DAY;
      // Everything begins and ends on the hour, so looking at each hour is looking at everything.
      let first = from;
      while (first < end && !isOpen(rules, first)) first += HOUR;
      expect(new Date(first).toISOString()).toBe(new Date(end).toISOString());
      expect(at === undefined || isOpen(rules, end)).toBe(true);
    }),
    { numRuns: 60 },
  );
});
