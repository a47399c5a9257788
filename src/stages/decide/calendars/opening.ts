import { type CalendarEvent, type Interval, occurrences } from './calendar-event.ts';

/** A calendar that applies to a change. */
export interface AppliedCalendar {
  readonly name: string;
  readonly kind: 'freeze' | 'window';
  /** `undefined`: it cannot be read, and is taken as always closed. */
  readonly events: readonly CalendarEvent[] | undefined;
}

export interface Opening {
  /** The first moment that is open, at or after the one asked about; absent: none is. */
  readonly at?: Date;
  /** Calendars that kept it closed until then, in the order met. */
  readonly because: readonly string[];
}

const DAY = 86_400_000;
/** How far ahead openings are looked for. */
export const HORIZON_DAYS = 730;
/** Looked at in growing pieces: the next opening is mostly days away. */
const FIRST_PIECE_DAYS = 5;
const LONGEST_PIECE_DAYS = 60;
/** Occurrences of one piece over all calendars; more than that is not what people keep. */
const MAX_OCCURRENCES = 50_000;

/**
 * The next moment outside of every freeze, and inside a window where there are any windows. Several
 * windows are alternatives: inside one of them is enough.
 */
export function nextOpening(calendars: readonly AppliedCalendar[], from: Date): Opening {
  const unreadable = calendars.filter(({ events }) => events === undefined);
  if (unreadable.length > 0) return { because: unreadable.map(({ name }) => name) };
  const because = new Set<string>();
  const until = from.getTime() + HORIZON_DAYS * DAY;
  let moment = from.getTime();
  let days = FIRST_PIECE_DAYS;
  while (moment < until) {
    const end = Math.min(moment + days * DAY, until);
    days = Math.min(days * 2, LONGEST_PIECE_DAYS);
    const pieces = expand(calendars, moment, end);
    if (pieces === undefined) return { because: calendars.map(({ name }) => name) };
    moment = firstOpen(pieces, moment, end, because);
    if (moment < end) return { at: new Date(moment), because: [...because] };
    // A freeze may reach past the piece: then the next one begins where it ends.
    moment = Math.max(moment, end);
  }
  return { because: [...because] };
}

interface Piece {
  readonly name: string;
  readonly kind: 'freeze' | 'window';
  /** Sorted by start. */
  readonly intervals: readonly Interval[];
}

function expand(
  calendars: readonly AppliedCalendar[],
  from: number,
  to: number,
): readonly Piece[] | undefined {
  let total = 0;
  const pieces: Piece[] = [];
  for (const { name, kind, events = [] } of calendars) {
    const intervals: Interval[] = [];
    for (const event of events) {
      intervals.push(...occurrences(event, kind, from, to));
      if (total + intervals.length > MAX_OCCURRENCES) return undefined;
    }
    total += intervals.length;
    pieces.push({ name, kind, intervals: merged(intervals) });
  }
  return pieces;
}

/** The first open moment from `from` on; at or past `to` when there is none before it. */
function firstOpen(
  pieces: readonly Piece[],
  from: number,
  to: number,
  because: Set<string>,
): number {
  const windows = pieces.filter(({ kind }) => kind === 'window');
  const freezes = pieces.filter(({ kind }) => kind === 'freeze');
  let moment = from;
  while (moment < to) {
    const frozen = freezes
      .map(({ name, intervals }) => ({ name, covering: covering(intervals, moment) }))
      .find(({ covering }) => covering !== undefined);
    if (frozen?.covering !== undefined) {
      because.add(frozen.name);
      moment = frozen.covering.end;
      continue;
    }
    if (windows.length === 0) return moment;
    if (windows.some(({ intervals }) => covering(intervals, moment) !== undefined)) return moment;
    for (const { name } of windows) because.add(name);
    moment = Math.min(...windows.map(({ intervals }) => nextStart(intervals, moment) ?? to));
  }
  return moment;
}

function merged(intervals: readonly Interval[]): readonly Interval[] {
  const result: { start: number; end: number }[] = [];
  for (const { start, end } of [...intervals].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}

function covering(intervals: readonly Interval[], moment: number): Interval | undefined {
  return intervals.find(({ start, end }) => start <= moment && moment < end);
}

function nextStart(intervals: readonly Interval[], moment: number): number | undefined {
  return intervals.find(({ start }) => start > moment)?.start;
}
