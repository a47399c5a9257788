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
/**
 * Looked at in blocks that begin at fixed times, so that what one question expanded the next one
 * finds: most openings are days away, and thousands of changes ask about the same weeks.
 */
const BLOCK = 16 * DAY;
/** Blocks kept of one calendar: more than the horizon has. */
const MAX_BLOCKS = 200;
/** Occurrences of one calendar in one block; more than that is not what people keep. */
const MAX_OCCURRENCES = 20_000;

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
  while (moment < until) {
    const block = Math.floor(moment / BLOCK);
    const end = (block + 1) * BLOCK;
    const pieces = calendars.map(({ name, kind, events = [] }) => ({
      name,
      kind,
      intervals: intervalsIn(events, kind, block),
    }));
    // What begins too often to be expanded is taken as closed, like what cannot be read.
    const endless = pieces.filter(({ intervals }) => intervals === 'too many');
    if (endless.length > 0) return { because: endless.map(({ name }) => name) };
    moment = firstOpen(pieces as readonly Piece[], moment, end, because);
    if (moment < end && moment < until) return { at: new Date(moment), because: [...because] };
    // A freeze may reach past the block: then the next question begins where it ends.
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

/** By kind and number: over a change of the clocks the two kinds differ. */
type Blocks = Map<string, readonly Interval[] | 'too many'>;
const expanded = new WeakMap<readonly CalendarEvent[], Blocks>();

/** What overlaps a block, merged and sorted by start. */
function intervalsIn(
  events: readonly CalendarEvent[],
  kind: 'freeze' | 'window',
  block: number,
): readonly Interval[] | 'too many' {
  const blocks: Blocks = expanded.get(events) ?? new Map();
  const key = `${kind} ${block}`;
  const known = blocks.get(key);
  if (known !== undefined) return known;
  const made = expand(events, kind, block * BLOCK, (block + 1) * BLOCK);
  if (blocks.size >= MAX_BLOCKS) blocks.clear();
  expanded.set(events, blocks.set(key, made));
  return made;
}

function expand(
  events: readonly CalendarEvent[],
  kind: 'freeze' | 'window',
  from: number,
  to: number,
): readonly Interval[] | 'too many' {
  const intervals: Interval[] = [];
  for (const event of events) {
    intervals.push(...occurrences(event, kind, from, to));
    if (intervals.length > MAX_OCCURRENCES) return 'too many';
  }
  return merged(intervals);
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
