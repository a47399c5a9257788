import { Temporal } from 'temporal-polyfill';
import type { ContentLine } from './content-lines.ts';
import { type ZoneDefinition, zoneOf } from './time-zone.ts';

/** How times of one calendar are to be read. */
export interface Clock {
  /** Zone of floating times and of all-day events. */
  readonly timeZone: string;
  readonly definitions: ReadonlyMap<string, ZoneDefinition>;
}

/** A DATE or DATE-TIME with its zone. */
export interface Moment {
  readonly at: Temporal.ZonedDateTime;
  readonly allDay: boolean;
}

const FORM = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/;
const FIRST_YEAR = 1900;
const LAST_YEAR = 2200;

/**
 * Reads `20261224`, `20261224T220000` (floating, or in the line's TZID) and `20261224T220000Z`.
 * A local time that the clocks skip is read with the offset before the gap (RFC 5545 3.3.5).
 *
 * @returns the moment, or what is wrong with it
 */
export function momentOf(line: ContentLine, value: string, clock: Clock): Moment | string {
  const match = FORM.exec(value.trim());
  if (match === null) return `"${value}" is not a date (20261224) or time (20261224T220000)`;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part));
  const allDay = match[4] === undefined;
  if ((year ?? 0) < FIRST_YEAR || (year ?? 0) > LAST_YEAR) {
    return `"${value}" is not between the years ${FIRST_YEAR} and ${LAST_YEAR}`;
  }
  const tzid = line.parameters['TZID'];
  const zone = match[7] === 'Z' ? 'UTC' : tzid && zoneOf(tzid, clock.definitions);
  if (tzid !== undefined && zone === undefined) {
    return `the time zone "${tzid}" is not known; use an IANA name such as Europe/Berlin`;
  }
  try {
    const fields = { year: year ?? 0, month: month ?? 0, day: day ?? 0 };
    const time = allDay ? {} : { hour: hour ?? 0, minute: minute ?? 0, second: second ?? 0 };
    const local = Temporal.PlainDateTime.from({ ...fields, ...time }, { overflow: 'reject' });
    return { at: local.toZonedDateTime(zone ?? clock.timeZone), allDay };
  } catch {
    return `"${value}" is not a day or time that exists`;
  }
}

/** RFC 5545 3.3.6: `P1D`, `PT6H30M`, `P2W`; not negative, not nothing. */
export function durationOf(value: string): Temporal.Duration | string {
  try {
    const duration = Temporal.Duration.from(value.trim());
    if (duration.years !== 0 || duration.months !== 0) throw new RangeError('no such unit');
    if (duration.sign <= 0) return `"${value}" must last longer than nothing`;
    return duration;
  } catch {
    return `"${value}" is not a duration such as PT6H or P1D`;
  }
}
