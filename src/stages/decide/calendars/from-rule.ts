import { ANCHOR, DAYS_AFTER } from './read-event.ts';

/** A calendar entry as a person writes it in the policy. */
export interface RuleEntry {
  readonly name: string;
  /** RRULE; absent: it takes place once. */
  readonly rrule?: string;
  /** `2026-12-18` or `2026-01-01T22:00`, by the clock of `timeZone`. */
  readonly start: string;
  /** As `start`; a date means through the end of that day. */
  readonly end?: string;
  readonly duration?: string;
  readonly daysAfter?: number;
  readonly timeZone?: string;
}

/** Writes an entry as an iCalendar object; what is wrong in its parts is found on reading that. */
export function calendarFromRule(entry: RuleEntry): string {
  const { rrule, start, end, duration, daysAfter, timeZone } = entry;
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Suture//Policy//EN',
    'BEGIN:VEVENT',
    `UID:${oneLine(entry.name)}`,
    `SUMMARY:${oneLine(entry.name)}`,
    property('DTSTART', start, timeZone),
    ...(end === undefined ? [] : [property('DTEND', isDate(end) ? dayAfter(end) : end, timeZone)]),
    ...(duration === undefined ? [] : [`DURATION:${oneLine(duration)}`]),
    ...(rrule === undefined ? [] : [`RRULE:${oneLine(rrule)}`, `${ANCHOR}:TRUE`]),
    ...(daysAfter === undefined ? [] : [`${DAYS_AFTER}:${daysAfter}`]),
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}

/** The property of the policy that a line of such a calendar was made from. */
export function settingOfLine(ics: string, line: number): keyof RuleEntry | undefined {
  const name = /^[A-Z-]+/.exec(ics.split('\r\n')[line - 1] ?? '')?.[0];
  const settings: Readonly<Record<string, keyof RuleEntry>> = {
    DTSTART: 'start',
    DTEND: 'end',
    DURATION: 'duration',
    RRULE: 'rrule',
    [DAYS_AFTER]: 'daysAfter',
  };
  return name === undefined ? undefined : settings[name];
}

function property(name: string, moment: string, timeZone: string | undefined): string {
  const compact = oneLine(moment).replaceAll(/[-:]/g, '');
  if (isDate(moment)) return `${name};VALUE=DATE:${compact}`;
  const time = compact.length === 'yyyymmddThhmm'.length ? `${compact}00` : compact;
  return timeZone === undefined ? `${name}:${time}` : `${name};TZID=${oneLine(timeZone)}:${time}`;
}

function isDate(moment: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(moment);
}

function dayAfter(date: string): string {
  const time = Date.parse(date);
  return Number.isNaN(time)
    ? date
    : new Date(time + 86_400_000).toISOString().slice(0, 'yyyy-mm-dd'.length);
}

/** Nothing that a person writes may begin another property. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').trim();
}
