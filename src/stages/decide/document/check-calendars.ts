import type { PolicyProblem } from '../../../domain/control-policy.ts';
import type { CalendarInput } from '../../configure/control-policy-schema.ts';
import type { CalendarFault } from '../calendars/content-lines.ts';
import { settingOfLine } from '../calendars/from-rule.ts';
import { nextOpening } from '../calendars/opening.ts';
import { type ParsedCalendar, parseCalendar } from '../calendars/parse-calendar.ts';
import { isZone } from '../calendars/time-zone.ts';
import type { DocumentReader, ParseOptions } from './document-reader.ts';
import { ownIcs } from './fill-in.ts';

/**
 * Reads every calendar of the document, and tells what is wrong where it stands: in the inline
 * text, in the `.ics` file, or at the setting that says it.
 *
 * @returns each calendar's iCalendar object, as far as it has one
 */
export function checkCalendars(
  calendars: readonly CalendarInput[],
  reader: DocumentReader,
  options: ParseOptions,
): ReadonlyMap<CalendarInput, string> {
  const read = new Map<CalendarInput, string>();
  const names = new Set<string>();
  for (const [index, calendar] of calendars.entries()) {
    const path = ['calendars', index];
    if (names.has(calendar.name)) {
      reader.tell([...path, 'name'], `"${calendar.name}" is the name of an earlier one, too`);
    }
    names.add(calendar.name);
    if (!checkSettings(calendar, path, reader)) continue;
    const ics = icsOf(calendar, path, reader, options);
    if (ics === undefined) continue;
    read.set(calendar, ics);
    const parsed = parseCalendar(ics, {
      includeStart: calendar.kind === 'freeze',
      ...(calendar.timeZone !== undefined && { timeZone: calendar.timeZone }),
    });
    for (const fault of parsed.faults) tellFault(fault, { calendar, path, ics, reader });
    warnOfTime(calendar, parsed, path, reader, options.now);
  }
  return read;
}

/** Exactly one source, and the settings that belong to it. */
function checkSettings(
  calendar: CalendarInput,
  path: readonly PropertyKey[],
  reader: DocumentReader,
): boolean {
  const { ics, file, start, end, duration, rrule, daysAfter, timeZone } = calendar;
  const before = reader.problems.length;
  const sources = [ics, file, start ?? rrule].filter((each) => each !== undefined);
  if (sources.length !== 1) {
    reader.tell(path, 'needs one of ics, file, or start (with rrule where it repeats)');
  } else if (start === undefined && rrule !== undefined) {
    reader.tell([...path, 'rrule'], 'needs a start: the first beginning, 2026-01-01T22:00');
  } else if (
    start !== undefined &&
    end === undefined &&
    duration === undefined &&
    start.length > 10
  ) {
    reader.tell([...path, 'start'], 'is a time and needs an end or a duration');
  }
  if (end !== undefined && duration !== undefined) {
    reader.tell([...path, 'duration'], 'and end say the same; write one of them');
  }
  if (daysAfter !== undefined && rrule === undefined) {
    reader.tell([...path, 'daysAfter'], 'needs an rrule to count from');
  }
  if (timeZone !== undefined && !isZone(timeZone)) {
    reader.tell([...path, 'timeZone'], `is "${timeZone}"; use an IANA name such as Europe/Berlin`);
  }
  return reader.problems.length === before;
}

function icsOf(
  calendar: CalendarInput,
  path: readonly PropertyKey[],
  reader: DocumentReader,
  { files }: ParseOptions,
): string | undefined {
  if (calendar.file === undefined) return ownIcs(calendar);
  const content = files?.get(calendar.file);
  if (content === undefined) {
    reader.tell([...path, 'file'], `"${calendar.file}" cannot be read`, {
      remedy: 'Put the file beside the document, or its content into ics.',
    });
  }
  return content;
}

function tellFault(
  { line, message, severity }: CalendarFault,
  at: {
    readonly calendar: CalendarInput;
    readonly path: readonly PropertyKey[];
    readonly ics: string;
    readonly reader: DocumentReader;
  },
): void {
  const { calendar, path, ics, reader } = at;
  if (calendar.ics !== undefined) {
    const offset = offsetOfLine(ics, line);
    reader.tellInText([...path, 'ics'], offset, message, { severity });
  } else if (calendar.file !== undefined) {
    const problem: PolicyProblem = { severity, file: calendar.file, line, column: 1, message };
    reader.problems.push(problem);
  } else {
    const setting = settingOfLine(ics, line);
    reader.tell(setting === undefined ? path : [...path, setting], message, { severity });
  }
}

function offsetOfLine(text: string, line: number): number {
  let offset = 0;
  for (let each = 1; each < line; each += 1) {
    const end = text.indexOf('\n', offset);
    if (end < 0) return offset;
    offset = end + 1;
  }
  return offset;
}

/** A freeze without an end, and windows that are over. */
function warnOfTime(
  { name, kind }: CalendarInput,
  { events, faults }: ParsedCalendar,
  path: readonly PropertyKey[],
  reader: DocumentReader,
  now: Date | undefined,
): void {
  if (faults.length > 0) return;
  if (kind === 'freeze') {
    // What is closed for good is closed from the last beginning on.
    const last = Math.max(...events.map(({ start }) => start.epochMilliseconds));
    if (
      events.length > 0 &&
      nextOpening([{ name, kind, events }], new Date(last)).at === undefined
    ) {
      const day = new Date(last).toISOString().slice(0, 'yyyy-mm-dd'.length);
      reader.tell(path, `never ends: from ${day} on nothing is handed over`, {
        severity: 'warning',
        remedy: 'Give it an end, a COUNT or an UNTIL.',
      });
    }
  } else if (now !== undefined && nextOpening([{ name, kind, events }], now).at === undefined) {
    reader.tell(path, 'has no window in the next two years: nothing is handed over', {
      severity: 'warning',
    });
  }
}
