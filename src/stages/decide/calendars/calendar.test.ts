import { describe, expect, it } from 'vitest';
import { calendarFromRule } from './from-rule.ts';
import { type AppliedCalendar, nextOpening } from './opening.ts';
import { parseCalendar } from './parse-calendar.ts';

const event = (...lines: string[]) =>
  ['BEGIN:VEVENT', 'UID:e', ...lines, 'END:VEVENT'].join('\r\n');
const calendar = (...parts: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', ...parts, 'END:VCALENDAR', ''].join('\r\n');

function applied(kind: 'freeze' | 'window', ics: string, timeZone?: string): AppliedCalendar {
  const { events, faults } = parseCalendar(ics, {
    includeStart: kind === 'freeze',
    ...(timeZone !== undefined && { timeZone }),
  });
  expect(faults).toEqual([]);
  return { name: kind, kind, events };
}

const opens = (from: string, ...calendars: AppliedCalendar[]) =>
  nextOpening(calendars, new Date(from)).at?.toISOString().replace('.000', '');

const freeze = (...lines: string[]) => applied('freeze', calendar(event(...lines)));
const window = (...lines: string[]) => applied('window', calendar(event(...lines)));

describe('a single event', () => {
  const christmas = ['DTSTART:20261220T180000Z', 'DTEND:20270104T060000Z'];

  it.each([
    ['before a freeze', freeze(...christmas), '2026-12-20T17:59:59Z', '2026-12-20T17:59:59Z'],
    ['at its beginning', freeze(...christmas), '2026-12-20T18:00:00Z', '2027-01-04T06:00:00Z'],
    ['within', freeze(...christmas), '2026-12-31T00:00:00Z', '2027-01-04T06:00:00Z'],
    ['at its end', freeze(...christmas), '2027-01-04T06:00:00Z', '2027-01-04T06:00:00Z'],
    ['before a window', window(...christmas), '2026-12-01T00:00:00Z', '2026-12-20T18:00:00Z'],
    ['within a window', window(...christmas), '2026-12-31T00:00:00Z', '2026-12-31T00:00:00Z'],
    ['after the last window', window(...christmas), '2027-01-04T06:00:00Z', undefined],
  ])('%s', (_case, each, from, expected) => {
    expect(opens(from, each)).toBe(expected);
  });
});

describe('forms of time', () => {
  it.each([
    ['UTC', ['DTSTART:20260701T220000Z', 'DURATION:PT2H'], '2026-07-01T22:00:00Z'],
    [
      'a time zone in summer',
      ['DTSTART;TZID=Europe/Berlin:20260701T220000', 'DURATION:PT2H'],
      '2026-07-01T20:00:00Z',
    ],
    [
      'a quoted time zone',
      ['DTSTART;TZID="America/New_York":20260701T220000', 'DURATION:PT2H'],
      '2026-07-02T02:00:00Z',
    ],
    [
      "a vendor's prefix",
      ['DTSTART;TZID=/example.org/20260101/Europe/Berlin:20260701T220000', 'DURATION:PT2H'],
      '2026-07-01T20:00:00Z',
    ],
    [
      'a Windows name',
      ['DTSTART;TZID=W. Europe Standard Time:20260701T220000', 'DURATION:PT2H'],
      '2026-07-01T20:00:00Z',
    ],
    ['an all-day event', ['DTSTART;VALUE=DATE:20260701'], '2026-07-01T00:00:00Z'],
    [
      'folded lines and lower case',
      ['dtstart;tzid=Europe/B\r\n erlin:20260701T220000', 'duration:PT2H'],
      '2026-07-01T20:00:00Z',
    ],
  ])('%s', (_case, lines, expected) => {
    expect(opens('2026-06-01T00:00:00Z', window(...lines))).toBe(expected);
  });

  it("reads all-day events and floating times by the calendar's zone", () => {
    const day = calendar(event('DTSTART;VALUE=DATE:20261225', 'DTEND;VALUE=DATE:20261227'));
    expect(opens('2026-12-25T12:00:00Z', applied('freeze', day, 'Asia/Tokyo'))).toBe(
      '2026-12-26T15:00:00Z',
    );
    const own = calendar(
      'X-WR-TIMEZONE:Asia/Tokyo',
      event('DTSTART:20261225T090000', 'DURATION:PT1H'),
    );
    expect(opens('2026-12-24T00:00:00Z', applied('window', own))).toBe('2026-12-25T00:00:00Z');
  });

  it.each([
    ['by its location', ['TZID:Office', 'X-LIC-LOCATION:Europe/Berlin'], '2026-07-01T20:00:00Z'],
    [
      'by its only offset',
      ['TZID:Office', 'BEGIN:STANDARD', 'TZOFFSETTO:+0530', 'END:STANDARD'],
      '2026-07-01T16:30:00Z',
    ],
  ])('takes a zone that only the calendar knows %s', (_case, zone, expected) => {
    const ics = calendar(
      ['BEGIN:VTIMEZONE', ...zone, 'END:VTIMEZONE'].join('\r\n'),
      event('DTSTART;TZID=Office:20260701T220000', 'DURATION:PT1H'),
    );
    expect(opens('2026-06-01T00:00:00Z', applied('window', ics))).toBe(expected);
  });
});

describe('over changes of the clocks (Berlin: 29 March and 25 October 2026)', () => {
  const nightly = ['DTSTART;TZID=Europe/Berlin:20260101T220000', 'RRULE:FREQ=DAILY'];

  it('keeps the beginning by the clock', () => {
    const each = window(...nightly, 'DURATION:PT4H');
    expect(opens('2026-03-28T12:00:00Z', each)).toBe('2026-03-28T21:00:00Z');
    expect(opens('2026-03-29T12:00:00Z', each)).toBe('2026-03-29T20:00:00Z');
  });

  it.each([
    // Eight hours from 22:00 are over at 07:00 in spring; 06:00 by the clock comes first.
    ['spring, window', 'window', '2026-03-29T03:59:00Z', '2026-03-29T03:59:00Z'],
    ['spring, after it', 'window', '2026-03-29T04:00:00Z', '2026-03-29T20:00:00Z'],
    ['spring, freeze', 'freeze', '2026-03-29T04:30:00Z', '2026-03-29T05:00:00Z'],
    // In autumn eight hours are over at 05:00 already; the clock says 06:00 an hour later.
    ['autumn, window', 'window', '2026-10-25T03:59:00Z', '2026-10-25T03:59:00Z'],
    ['autumn, after it', 'window', '2026-10-25T04:00:00Z', '2026-10-25T21:00:00Z'],
    ['autumn, freeze', 'freeze', '2026-10-25T04:30:00Z', '2026-10-25T05:00:00Z'],
  ] as const)('never opens what one reading of DTEND closes: %s', (_case, kind, from, expected) => {
    const lines = [...nightly, 'DTEND;TZID=Europe/Berlin:20260102T060000'];
    expect(opens(from, applied(kind, calendar(event(...lines))))).toBe(expected);
  });

  it('leaves out what would begin at 02:30 on the night it does not come (RFC 5545 3.3.10)', () => {
    const each = window(
      'DTSTART;TZID=Europe/Berlin:20260101T023000',
      'RRULE:FREQ=DAILY',
      'DURATION:PT1H',
    );
    expect(opens('2026-03-28T12:00:00Z', each)).toBe('2026-03-30T00:30:00Z');
  });

  it('reads a single event at that time with the offset before it (RFC 5545 3.3.5)', () => {
    const each = window('DTSTART;TZID=Europe/Berlin:20260329T023000', 'DURATION:PT1H');
    expect(opens('2026-03-28T12:00:00Z', each)).toBe('2026-03-29T01:30:00Z');
  });

  it('takes the first of two times that come twice', () => {
    const each = window('DTSTART;TZID=Europe/Berlin:20261025T023000', 'DURATION:PT1H');
    expect(opens('2026-10-24T12:00:00Z', each)).toBe('2026-10-25T00:30:00Z');
  });

  it('counts days of all-day events by the clock', () => {
    const each = applied('freeze', calendar(event('DTSTART;VALUE=DATE:20260329')), 'Europe/Berlin');
    expect(opens('2026-03-29T00:00:00Z', each)).toBe('2026-03-29T22:00:00Z');
  });
});

describe('recurrence', () => {
  const tuesdays = [
    'DTSTART;TZID=Europe/Berlin:20260106T220000',
    'DURATION:PT3H',
    'RRULE:FREQ=WEEKLY;BYDAY=TU',
  ];

  it.each([
    ['weekly', tuesdays, '2026-11-22T00:00:00Z', '2026-11-24T21:00:00Z'],
    [
      'Patch Tuesday',
      ['DTSTART:20260101T220000Z', 'DURATION:PT3H', 'RRULE:FREQ=MONTHLY;BYDAY=2TU'],
      '2026-11-22T00:00:00Z',
      '2026-12-08T22:00:00Z',
    ],
    [
      'the last working day of the month',
      [
        'DTSTART:20260101T220000Z',
        'DURATION:PT3H',
        'RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
      ],
      '2026-10-31T02:00:00Z',
      '2026-11-30T22:00:00Z',
    ],
    [
      'an EXDATE',
      [...tuesdays, 'EXDATE;TZID=Europe/Berlin:20261124T220000,20261201T220000'],
      '2026-11-22T00:00:00Z',
      '2026-12-08T21:00:00Z',
    ],
    [
      'an EXDATE that names the day only',
      [...tuesdays, 'EXDATE;VALUE=DATE:20261124'],
      '2026-11-22T00:00:00Z',
      '2026-12-01T21:00:00Z',
    ],
    [
      'an RDATE',
      [...tuesdays, 'RDATE;TZID=Europe/Berlin:20261122T120000'],
      '2026-11-22T00:00:00Z',
      '2026-11-22T11:00:00Z',
    ],
    [
      'a COUNT that is used up',
      [...tuesdays.slice(0, 2), 'RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3'],
      '2026-01-20T20:00:00Z',
      '2026-01-20T21:00:00Z',
    ],
    [
      'after that COUNT',
      [...tuesdays.slice(0, 2), 'RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3'],
      '2026-01-21T20:00:00Z',
      undefined,
    ],
    [
      'after UNTIL',
      [...tuesdays.slice(0, 2), 'RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260131T000000Z'],
      '2026-01-28T00:00:00Z',
      undefined,
    ],
    [
      'within an occurrence that began long ago',
      ['DTSTART;VALUE=DATE:20200101', 'DURATION:P120D', 'RRULE:FREQ=YEARLY'],
      '2026-04-15T00:00:00Z',
      '2026-04-15T00:00:00Z',
    ],
  ])('%s', (_case, lines, from, expected) => {
    expect(opens(from, window(...lines))).toBe(expected);
  });

  it('moves an occurrence that RECURRENCE-ID changes', () => {
    const ics = calendar(
      event(...tuesdays),
      event(
        'RECURRENCE-ID;TZID=Europe/Berlin:20261124T220000',
        'DTSTART;TZID=Europe/Berlin:20261126T220000',
        'DURATION:PT3H',
      ),
    );
    expect(opens('2026-11-22T00:00:00Z', applied('window', ics))).toBe('2026-11-26T21:00:00Z');
  });

  it('passes over what is cancelled, and alarms', () => {
    const ics = calendar(
      event('STATUS:CANCELLED', 'DTSTART:20261123T000000Z', 'DURATION:PT1H'),
      event(
        'BEGIN:VALARM',
        'DURATION:PT5M',
        'TRIGGER:-PT1H',
        'END:VALARM',
        'DTSTART:20261124T000000Z',
        'DURATION:PT1H',
      ),
    );
    const each = applied('window', ics);
    expect(opens('2026-11-22T00:00:00Z', each)).toBe('2026-11-24T00:00:00Z');
    expect(opens('2026-11-24T00:30:00Z', each)).toBe('2026-11-24T00:30:00Z');
  });

  it('counts a DTSTART beside its own rule for freezes only', () => {
    const lines = ['DTSTART:20261125T000000Z', 'DURATION:P1D', 'RRULE:FREQ=WEEKLY;BYDAY=FR'];
    expect(opens('2026-11-25T12:00:00Z', freeze(...lines))).toBe('2026-11-26T00:00:00Z');
    expect(opens('2026-11-25T12:00:00Z', window(...lines))).toBe('2026-11-27T00:00:00Z');
  });
});

describe('a rule of the policy', () => {
  it.each([
    [
      'three days after Patch Tuesday',
      {
        rrule: 'FREQ=MONTHLY;BYDAY=2TU',
        daysAfter: 3,
        start: '2026-01-01T22:00',
        duration: 'PT4H',
        timeZone: 'Europe/Berlin',
      },
      '2026-11-22T00:00:00Z',
      '2026-12-11T21:00:00Z',
    ],
    [
      'put off into the next month',
      {
        rrule: 'FREQ=MONTHLY;BYDAY=-1FR',
        daysAfter: 5,
        start: '2026-01-01T22:00',
        duration: 'PT4H',
      },
      '2026-11-28T00:00:00Z',
      '2026-12-02T22:00:00Z',
    ],
    [
      'days through their end',
      { start: '2026-12-18', end: '2027-01-03' },
      '2026-12-01T00:00:00Z',
      '2026-12-18T00:00:00Z',
    ],
    [
      'times',
      { start: '2026-12-18T22:00', end: '2026-12-19T02:00:30', timeZone: 'America/New_York' },
      '2026-12-01T00:00:00Z',
      '2026-12-19T03:00:00Z',
    ],
  ])('%s', (_case, entry, from, expected) => {
    expect(opens(from, applied('window', calendarFromRule({ name: 'w', ...entry })))).toBe(
      expected,
    );
  });

  it('ends a freeze of days when the last day is over', () => {
    const ics = calendarFromRule({ name: 'f', start: '2026-12-18', end: '2027-01-03' });
    expect(opens('2027-01-03T12:00:00Z', applied('freeze', ics))).toBe('2027-01-04T00:00:00Z');
  });

  it('cannot be broken out of', () => {
    const ics = calendarFromRule({
      name: 'x\r\nEND:VEVENT\r\nBEGIN:VEVENT',
      start: '2026-12-18',
      rrule: 'FREQ=DAILY\r\nRDATE:20261101T000000Z',
    });
    expect(ics.match(/^BEGIN:VEVENT/gm)).toHaveLength(1);
    expect(ics).not.toMatch(/^RDATE/m);
  });
});

describe('several calendars', () => {
  const nights = window('DTSTART:20260101T220000Z', 'DURATION:PT4H', 'RRULE:FREQ=DAILY');
  const weekend = window('DTSTART:20260103T100000Z', 'DURATION:PT2H', 'RRULE:FREQ=WEEKLY;BYDAY=SA');
  const holidays = freeze('DTSTART;VALUE=DATE:20261220', 'DTEND;VALUE=DATE:20270105');

  it.each([
    [
      'one of several windows is enough',
      [nights, weekend],
      '2026-11-28T09:00:00Z',
      '2026-11-28T10:00:00Z',
    ],
    [
      'a freeze holds inside a window',
      [nights, holidays],
      '2026-12-24T23:00:00Z',
      '2027-01-05T00:00:00Z',
    ],
    ['none', [], '2026-12-24T23:00:00Z', '2026-12-24T23:00:00Z'],
  ])('%s', (_case, each, from, expected) => {
    expect(opens(from, ...each)).toBe(expected);
  });

  it('are named for what they held up', () => {
    const { because } = nextOpening([nights, holidays], new Date('2026-12-24T12:00:00Z'));
    expect(because).toEqual(['freeze']);
  });

  it('that cannot be read are closed', () => {
    const broken: AppliedCalendar = { name: 'broken', kind: 'freeze', events: undefined };
    expect(nextOpening([nights, broken], new Date())).toEqual({ because: ['broken'] });
  });
});

describe('what is wrong is told by line', () => {
  it.each([
    ['no calendar', 'hello', 1, 'is not an iCalendar property (NAME:value)'],
    ['not even that', 'X:1', 1, 'an iCalendar object begins with BEGIN:VCALENDAR'],
    [
      'a frequency that keeps a server busy',
      calendar(
        event('DTSTART:20260101T000000Z', 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY;COUNT=1000000000'),
      ),
      7,
      'RRULE cannot be used: FREQ is SECONDLY; allowed: DAILY, WEEKLY, MONTHLY, YEARLY',
    ],
    [
      'a COUNT that does',
      calendar(
        event('DTSTART:20260101T000000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=1000000000'),
      ),
      7,
      'RRULE cannot be used: COUNT is 1000000000; allowed: 1 to 5000',
    ],
    [
      'times within a day that do',
      calendar(
        event(
          'DTSTART:20260101T000000Z',
          'DURATION:PT1H',
          'RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5',
        ),
      ),
      7,
      'RRULE cannot be used: it begins more than 24 times a day',
    ],
    [
      'a misspelt part',
      calendar(event('DTSTART:20260101T000000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;BYDAYS=MO')),
      7,
      'RRULE cannot be used: "BYDAYS" is not a part of a recurrence rule',
    ],
    [
      'an end before the beginning',
      calendar(event('DTSTART:20260102T000000Z', 'DTEND:20260101T000000Z')),
      6,
      'DTEND is not after DTSTART',
    ],
    [
      'a day that does not exist',
      calendar(event('DTSTART:20260230T000000Z', 'DURATION:PT1H')),
      5,
      '"20260230T000000Z" is not a day or time that exists',
    ],
    [
      'a negative duration',
      calendar(event('DTSTART:20260101T000000Z', 'DURATION:-PT1H')),
      6,
      '"-PT1H" must last longer than nothing',
    ],
    ['no beginning', calendar(event('DURATION:PT1H')), 3, 'the event has no DTSTART'],
    [
      'a time without an end',
      calendar(event('DTSTART:20260101T000000Z')),
      3,
      'the event has neither DTEND nor DURATION',
    ],
    [
      'a series changed from somewhere on',
      calendar(
        event(
          'RECURRENCE-ID;RANGE=THISANDFUTURE:20260101T000000Z',
          'DTSTART:20260101T000000Z',
          'DURATION:PT1H',
        ),
      ),
      5,
      'RECURRENCE-ID with RANGE is not supported; end the series and begin another',
    ],
    ['nothing in it', calendar(), 1, 'has no events'],
  ])('%s', (_case, ics, line, message) => {
    expect(parseCalendar(ics, { includeStart: true }).faults).toContainEqual(
      expect.objectContaining({ line, message }),
    );
  });
});
