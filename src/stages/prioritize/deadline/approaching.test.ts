import { expect, it } from 'vitest';
import { approaching } from './approaching.ts';

const told = (due: string, now: string, warnHours = [24, 168, 72]) =>
  approaching([{ id: 'f', due }], warnHours, new Date(now)).map(
    ({ warnHours: warning, hoursLeft }) => [warning, hoursLeft],
  );

it.each([
  ['far away', '2026-12-31', '2026-12-01T00:00:00Z', []],
  ['within a week', '2026-12-31', '2026-12-26T00:00:00Z', [[168, 144]]],
  ['within three days', '2026-12-31', '2026-12-29T00:00:00Z', [[72, 72]]],
  ['on its day', '2026-12-31', '2026-12-31T12:00:00Z', [[24, 12]]],
  ['in its last minute', '2026-12-31', '2026-12-31T23:59:00Z', [[24, 0]]],
  ['passed', '2026-12-31', '2027-01-01T00:00:00Z', [[0, 0]]],
  ['long passed', '2026-12-31', '2027-01-02T00:00:00Z', [[0, -24]]],
])('%s', (_case, due, now, expected) => {
  expect(told(due, now)).toEqual(expected);
});

it('puts the most urgent first', () => {
  const items = [
    { id: 'b', due: '2026-12-31' },
    { id: 'a', due: '2026-12-31' },
    { id: 'c', due: '2026-12-30' },
  ];
  const found = approaching(items, [240], new Date('2026-12-29T00:00:00Z'));
  expect(found.map(({ item }) => item.id)).toEqual(['c', 'a', 'b']);
});

it('still tells what was missed when no warnings are asked for', () => {
  expect(told('2026-12-31', '2027-01-02T00:00:00Z', [])).toEqual([[0, -24]]);
  expect(told('2026-12-31', '2026-12-31T20:00:00Z', [])).toEqual([]);
});
