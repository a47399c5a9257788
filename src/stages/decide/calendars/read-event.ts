import type { Temporal } from 'temporal-polyfill';
import { type CalendarEvent, reachOf, type Span, spanOfDays, spanUntil } from './calendar-event.ts';
import type { CalendarFault, ContentLine } from './content-lines.ts';
import { type Clock, durationOf, type Moment, momentOf } from './moments.ts';
import { recurrenceOf } from './recurrence.ts';

/** Written into calendars that were made from a rule: its start is where it counts from only. */
export const ANCHOR = 'X-SUTURE-ANCHOR';
export const DAYS_AFTER = 'X-SUTURE-DAYS-AFTER';

/** An event that repeats and lasts longer would always last. */
const MAX_REPEATED_REACH = 430 * 86_400_000;

type ReadEvent = CalendarEvent & { readonly replaces?: number };

/** Reads one VEVENT; without an event when it has an error or is cancelled. */
export function readEvent(
  block: readonly ContentLine[],
  options: { readonly clock: Clock; readonly includeStart: boolean },
): { readonly event?: ReadEvent; readonly faults: readonly CalendarFault[] } {
  const reader = new EventReader(withoutNested(block), options.clock);
  const event = reader.read(options.includeStart);
  return { faults: reader.faults, ...(event !== undefined && { event }) };
}

class EventReader {
  readonly faults: CalendarFault[] = [];
  readonly lines: readonly ContentLine[];
  readonly clock: Clock;

  constructor(lines: readonly ContentLine[], clock: Clock) {
    this.lines = lines;
    this.clock = clock;
  }

  read(includeStart: boolean): ReadEvent | undefined {
    const first = this.lines[0]?.line ?? 1;
    if (this.find('STATUS')?.value.trim().toUpperCase() === 'CANCELLED') return undefined;
    const startLine = this.find('DTSTART');
    if (startLine === undefined) return this.fail(first, 'the event has no DTSTART');
    const start = this.moment(startLine);
    const span = start && this.span(start);
    if (start === undefined || span === undefined) return undefined;
    const daysAfter = Number(this.find(DAYS_AFTER)?.value ?? 0);
    const reachMs = reachOf(span, daysAfter);
    const recurrence = this.recurrence(start, reachMs, includeStart);
    if (recurrence === 'broken') return undefined;
    const replaces = this.replaces();
    return {
      uid: this.find('UID')?.value ?? `line ${first}`,
      summary: unescaped(this.find('SUMMARY')?.value ?? ''),
      line: first,
      start: start.at,
      span,
      ...(recurrence !== undefined && { recurrence }),
      ...(replaces !== undefined && { replaces }),
      extra: this.dates('RDATE').map(({ at }) => at),
      except: new Set(
        this.dates('EXDATE').map(({ at, allDay }) =>
          allDay ? at.toPlainDate().toString() : at.epochMilliseconds,
        ),
      ),
      daysAfter,
      reachMs,
    };
  }

  span(start: Moment): Span | undefined {
    const [endLine, durationLine] = [this.find('DTEND'), this.find('DURATION')];
    if (endLine !== undefined) {
      const end = this.moment(endLine);
      if (end === undefined) return undefined;
      if (end.at.epochMilliseconds <= start.at.epochMilliseconds) {
        return this.fail(endLine.line, 'DTEND is not after DTSTART');
      }
      return start.allDay && end.allDay ? days(start.at, end.at) : spanUntil(start.at, end.at);
    }
    if (durationLine === undefined) {
      // RFC 5545 3.6.1: a day for a date; a time without an end takes no time.
      if (start.allDay) return spanOfDays(1);
      return this.fail(this.lines[0]?.line ?? 1, 'the event has neither DTEND nor DURATION');
    }
    const duration = durationOf(durationLine.value);
    if (typeof duration === 'string') return this.fail(durationLine.line, duration);
    return { by: 'duration', duration };
  }

  recurrence(start: Moment, reachMs: number, includeStart: boolean) {
    const line = this.find('RRULE');
    if (line === undefined) return undefined;
    if (reachMs > MAX_REPEATED_REACH) {
      this.fail(line.line, 'the event repeats and lasts longer than a year');
      return 'broken';
    }
    const include = includeStart && this.find(ANCHOR) === undefined;
    const recurrence = recurrenceOf(line.value.trim(), start.at, include);
    if (typeof recurrence !== 'string') return recurrence;
    this.fail(line.line, `RRULE cannot be used: ${recurrence}`);
    return 'broken';
  }

  replaces(): number | undefined {
    const line = this.find('RECURRENCE-ID');
    if (line === undefined) return undefined;
    if (line.parameters['RANGE'] !== undefined) {
      this.fail(
        line.line,
        'RECURRENCE-ID with RANGE is not supported; end the series and begin another',
      );
    }
    return this.moment(line)?.at.epochMilliseconds;
  }

  dates(name: 'RDATE' | 'EXDATE'): Moment[] {
    return this.lines
      .filter((line) => line.name === name)
      .flatMap((line) => {
        if (line.parameters['VALUE']?.toUpperCase() === 'PERIOD') {
          this.fail(line.line, `${name} with periods is not supported; write them as events`);
          return [];
        }
        return line.value.split(',').flatMap((value) => this.moment(line, value) ?? []);
      });
  }

  moment(line: ContentLine, value = line.value): Moment | undefined {
    const moment = momentOf(line, value, this.clock);
    return typeof moment === 'string' ? this.fail(line.line, moment) : moment;
  }

  find(name: string): ContentLine | undefined {
    return this.lines.find((line) => line.name === name);
  }

  fail(line: number, message: string): undefined {
    this.faults.push({ line, severity: 'error', message });
    return undefined;
  }
}

function days(start: Temporal.ZonedDateTime, end: Temporal.ZonedDateTime): Span {
  return spanOfDays(start.toPlainDate().until(end.toPlainDate()).days);
}

/** Alarms inside an event have properties of the same names. */
function withoutNested(block: readonly ContentLine[]): readonly ContentLine[] {
  let depth = 0;
  return block.filter(({ name }) => {
    if (name === 'BEGIN') depth += 1;
    const own = depth === 1;
    if (name === 'END') depth -= 1;
    return own;
  });
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([\\;,nN])/g, (_, each: string) => (/n/i.test(each) ? ' ' : each));
}
