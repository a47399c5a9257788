import { Temporal } from 'temporal-polyfill';
import type { Recurrence } from './recurrence.ts';

/** How long each occurrence lasts. */
export type Span =
  /** DTEND: the same elapsed time, or until the same time by the clock; they differ over a change. */
  | { readonly by: 'end'; readonly elapsedMs: number; readonly wall: Temporal.Duration }
  /** DURATION, and days of all-day events: days by the clock, then hours elapsed. */
  | { readonly by: 'duration'; readonly duration: Temporal.Duration };

/** A VEVENT, ready to be asked when it takes place. */
export interface CalendarEvent {
  readonly uid: string;
  readonly summary: string;
  /** Line of its BEGIN in the calendar's text. */
  readonly line: number;
  readonly start: Temporal.ZonedDateTime;
  readonly span: Span;
  /** An upper bound on the time from a beginning that the rule sets to the end of it. */
  readonly reachMs: number;
  readonly recurrence?: Recurrence;
  /** RDATEs. */
  readonly extra: readonly Temporal.ZonedDateTime[];
  /** Beginnings that do not take place, as milliseconds or as days (`2026-12-24`). */
  readonly except: ReadonlySet<number | string>;
  /** Calendar days by which every beginning is put off ("three days after Patch Tuesday"). */
  readonly daysAfter: number;
}

/** Half open, milliseconds since 1970. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

const DAY = 86_400_000;

/**
 * Occurrences that overlap [from, to), in no particular order.
 *
 * Where DTEND leaves open whether the elapsed time or the clock counts (over a change of the
 * clocks), a freeze takes the longer and a window the shorter reading: neither ever opens time that
 * somebody may have meant to be closed.
 */
export function occurrences(
  event: CalendarEvent,
  kind: 'freeze' | 'window',
  from: number,
  to: number,
): readonly Interval[] {
  const { start, reachMs, recurrence, extra } = event;
  const isSingle = recurrence === undefined && extra.length === 0;
  if (isSingle && (start.epochMilliseconds >= to || start.epochMilliseconds + reachMs < from)) {
    return [];
  }
  return beginnings(event, from - reachMs, to)
    .filter((each) => !isExcepted(event, each))
    .map((each) => (event.daysAfter === 0 ? each : each.add({ days: event.daysAfter })))
    .map((each) => ({ start: each.epochMilliseconds, end: endOf(each, event.span, kind) }))
    .filter(({ start, end }) => start < to && end > from);
}

function beginnings(
  { recurrence, start, extra }: CalendarEvent,
  from: number,
  to: number,
): readonly Temporal.ZonedDateTime[] {
  const repeated = recurrence?.between(new Date(from), new Date(to)) ?? [start];
  const seen = new Map(repeated.concat(extra).map((each) => [each.epochMilliseconds, each]));
  return [...seen.values()];
}

function isExcepted({ except }: CalendarEvent, start: Temporal.ZonedDateTime): boolean {
  return except.has(start.epochMilliseconds) || except.has(start.toPlainDate().toString());
}

function endOf(start: Temporal.ZonedDateTime, span: Span, kind: 'freeze' | 'window'): number {
  if (span.by === 'duration') return start.add(span.duration).epochMilliseconds;
  const elapsed = start.epochMilliseconds + span.elapsedMs;
  const wall = start
    .toPlainDateTime()
    .add(span.wall)
    .toZonedDateTime(start.timeZoneId).epochMilliseconds;
  return kind === 'freeze' ? Math.max(elapsed, wall) : Math.min(elapsed, wall);
}

/** How far one occurrence may reach, with a day to spare for changes of the clocks. */
export function reachOf(span: Span, daysAfter: number): number {
  return longest(span) + (daysAfter + 1) * DAY;
}

function longest(span: Span): number {
  const wall = span.by === 'end' ? span.wall : span.duration;
  const upper = wall.total({ unit: 'milliseconds', relativeTo: '2026-01-01' });
  return Math.max(upper, span.by === 'end' ? span.elapsedMs : 0) + DAY;
}

/** From a beginning and an end; the end is looked at by the beginning's clock. */
export function spanUntil(start: Temporal.ZonedDateTime, end: Temporal.ZonedDateTime): Span {
  const there = end.withTimeZone(start.timeZoneId).toPlainDateTime();
  return {
    by: 'end',
    elapsedMs: end.epochMilliseconds - start.epochMilliseconds,
    wall: start.toPlainDateTime().until(there, { largestUnit: 'days' }),
  };
}

export function spanOfDays(days: number): Span {
  return { by: 'duration', duration: Temporal.Duration.from({ days }) };
}
