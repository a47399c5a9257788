import { RRuleTemporal } from 'rrule-temporal';
import type { Temporal } from 'temporal-polyfill';
import { messageOf } from '../../../domain/error.ts';

const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
const PARTS = new Set([
  'FREQ',
  'INTERVAL',
  'COUNT',
  'UNTIL',
  'BYDAY',
  'BYMONTH',
  'BYMONTHDAY',
  'BYYEARDAY',
  'BYWEEKNO',
  'BYSETPOS',
  'BYHOUR',
  'BYMINUTE',
  'BYSECOND',
  'WKST',
]);
const MAX_COUNT = 5000;
/** Beginnings on one day: windows and freezes are few and long. */
const MAX_PER_DAY = 24;
const MAX_LIST = 366;
const MAX_INTERVAL = 1000;

/** The beginnings that a rule sets, on demand. */
export interface Recurrence {
  /** Beginnings between two moments, both included, in order. */
  between(from: Date, to: Date): readonly Temporal.ZonedDateTime[];
}

/**
 * Prepares an RRULE (RFC 5545 3.3.10), or says what is wrong with it. Rules that repeat within a
 * day's hours, or more than some thousand times by COUNT, are refused: no calendar for people has
 * them, and they are the ones that could keep a server busy.
 */
export function recurrenceOf(
  rule: string,
  start: Temporal.ZonedDateTime,
  includeStart: boolean,
): Recurrence | string {
  const wrong = refusal(rule);
  if (wrong !== undefined) return wrong;
  try {
    const prepared = new RRuleTemporal({
      rruleString: rule,
      dtstart: start,
      includeDtstart: includeStart,
      maxIterations: 20_000,
      maxCandidateEvaluations: 200_000,
    });
    // A rule that counts is expanded once: from its start on is the only way to count.
    if (/(?:^|;)COUNT=/i.test(rule)) {
      const all = prepared.all();
      return { between: (from, to) => all.filter((each) => isWithin(each, from, to)) };
    }
    const recurrence: Recurrence = { between: (from, to) => prepared.between(from, to, true) };
    // What the library objects to only while it looks is to be told now, not when it matters.
    recurrence.between(dateOf(start), dateOf(start.add({ years: 1 })));
    return recurrence;
  } catch (error) {
    return messageOf(error);
  }
}

function refusal(rule: string): string | undefined {
  const parts = new Map<string, string>();
  for (const part of rule.split(';').filter((each) => each !== '')) {
    const [name = '', value = ''] = part.split('=');
    const key = name.toUpperCase();
    if (!PARTS.has(key)) return `"${name}" is not a part of a recurrence rule`;
    if (parts.has(key)) return `${key} is given twice`;
    if (value.split(',').length > MAX_LIST) return `${key} has too many values`;
    parts.set(key, value);
  }
  const frequency = parts.get('FREQ')?.toUpperCase();
  if (frequency === undefined || !FREQUENCIES.includes(frequency)) {
    return `FREQ is ${frequency ?? 'missing'}; allowed: ${FREQUENCIES.join(', ')}`;
  }
  const count = Number(parts.get('COUNT') ?? 1);
  if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT) {
    return `COUNT is ${parts.get('COUNT')}; allowed: 1 to ${MAX_COUNT}`;
  }
  const interval = Number(parts.get('INTERVAL') ?? 1);
  if (!Number.isInteger(interval) || interval < 1 || interval > MAX_INTERVAL) {
    return `INTERVAL is ${parts.get('INTERVAL')}; allowed: 1 to ${MAX_INTERVAL}`;
  }
  const perDay = ['BYHOUR', 'BYMINUTE', 'BYSECOND']
    .map((name) => parts.get(name)?.split(',').length ?? 1)
    .reduce((product, each) => product * each, 1);
  return perDay > MAX_PER_DAY ? `it begins more than ${MAX_PER_DAY} times a day` : undefined;
}

function isWithin(each: Temporal.ZonedDateTime, from: Date, to: Date): boolean {
  return each.epochMilliseconds >= from.getTime() && each.epochMilliseconds <= to.getTime();
}

function dateOf(moment: Temporal.ZonedDateTime): Date {
  return new Date(moment.epochMilliseconds);
}
