import type { CalendarEvent } from './calendar-event.ts';
import { type CalendarFault, type ContentLine, contentLines } from './content-lines.ts';
import type { Clock } from './moments.ts';
import { readEvent } from './read-event.ts';
import { isZone, type ZoneDefinition } from './time-zone.ts';

/** A calendar as it was understood. */
export interface ParsedCalendar {
  readonly events: readonly CalendarEvent[];
  readonly faults: readonly CalendarFault[];
}

/** A company's holidays and freezes for decades. */
const MAX_EVENTS = 2000;
const MAX_CALENDAR_LENGTH = 1_000_000;
const MAX_KEPT = 50;
const kept = new Map<string, ParsedCalendar>();

/**
 * Reads an iCalendar object (RFC 5545): VEVENTs with DTSTART, DTEND or DURATION, RRULE, RDATE,
 * EXDATE, RECURRENCE-ID and STATUS, in any time zone. Other components are passed over. What is
 * wrong is told by line; an event with an error is left out.
 *
 * @param includeStart whether a DTSTART that does not fit its own RRULE counts (RFC 5545 3.8.5.3
 *   leaves it open): yes for freezes, no for windows, so that doubt never opens anything
 */
export function parseCalendar(
  ics: string,
  options: { readonly timeZone?: string; readonly includeStart: boolean },
): ParsedCalendar {
  const key = `${options.timeZone ?? ''} ${options.includeStart} ${ics}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = parse(ics, options);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(key, made);
  return made;
}

function parse(
  ics: string,
  { timeZone, includeStart }: { readonly timeZone?: string; readonly includeStart: boolean },
): ParsedCalendar {
  if (ics.length > MAX_CALENDAR_LENGTH) {
    return { events: [], faults: [error(1, `is longer than ${MAX_CALENDAR_LENGTH} characters`)] };
  }
  const { lines, faults: unread } = contentLines(ics);
  const faults: CalendarFault[] = [...unread];
  if (lines[0]?.name !== 'BEGIN' || lines[0].value.toUpperCase() !== 'VCALENDAR') {
    faults.push(error(lines[0]?.line ?? 1, 'an iCalendar object begins with BEGIN:VCALENDAR'));
    return { events: [], faults };
  }
  const clock: Clock = {
    timeZone: timeZone ?? ownZone(lines) ?? 'UTC',
    definitions: zoneDefinitions(lines),
  };
  const blocks = componentsOf(lines, 'VEVENT');
  if (blocks.length > MAX_EVENTS) {
    faults.push(error(1, `has ${blocks.length} events; the most allowed is ${MAX_EVENTS}`));
    return { events: [], faults };
  }
  const events = blocks.flatMap((block) => {
    const read = readEvent(block, { clock, includeStart });
    faults.push(...read.faults);
    return read.event === undefined ? [] : [read.event];
  });
  if (blocks.length === 0) {
    faults.push({ line: 1, severity: 'warning', message: 'has no events' });
  }
  return { events: withOverrides(events), faults };
}

/** An occurrence that was moved or changed does not take place where its series has it. */
function withOverrides(events: readonly (CalendarEvent & { replaces?: number })[]) {
  return events.map((event) => {
    if (event.replaces !== undefined) return event;
    const replaced = events.flatMap(({ uid, replaces }) =>
      uid === event.uid && replaces !== undefined ? [replaces] : [],
    );
    return replaced.length === 0
      ? event
      : { ...event, except: new Set([...event.except, ...replaced]) };
  });
}

/** X-WR-TIMEZONE, which many programs write, for times that name no zone. */
function ownZone(lines: readonly ContentLine[]): string | undefined {
  const name = lines.find((line) => line.name === 'X-WR-TIMEZONE')?.value.trim();
  return name !== undefined && isZone(name) ? name : undefined;
}

function zoneDefinitions(lines: readonly ContentLine[]): ReadonlyMap<string, ZoneDefinition> {
  return new Map(
    componentsOf(lines, 'VTIMEZONE').flatMap((block) => {
      const valueOf = (name: string) => block.find((line) => line.name === name)?.value.trim();
      const tzid = valueOf('TZID');
      if (tzid === undefined) return [];
      const location = valueOf('X-LIC-LOCATION');
      const offsets = block
        .filter(({ name }) => name === 'TZOFFSETTO')
        .map(({ value }) => value.trim());
      return [[tzid, { offsets, ...(location !== undefined && { location }) }] as const];
    }),
  );
}

/** The lines of each component of a kind, BEGIN first; nested components (alarms) keep theirs. */
function componentsOf(lines: readonly ContentLine[], kind: string): ContentLine[][] {
  const found: ContentLine[][] = [];
  let current: ContentLine[] | undefined;
  for (const line of lines) {
    const is = (name: string) => line.name === name && line.value.trim().toUpperCase() === kind;
    if (is('BEGIN')) found.push((current = []));
    current?.push(line);
    if (is('END')) current = undefined;
  }
  return found;
}

function error(line: number, message: string): CalendarFault {
  return { line, severity: 'error', message };
}
