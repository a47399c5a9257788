import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCursor, writeCursor } from './finding-cursor.ts';

describe('a cursor', () => {
  it.each([
    ['score', '42.5'],
    ['score', '1e-05'],
    ['due', '2026-11-22'],
    ['due', 'infinity'],
    ['first-seen', '2026-11-22 04:06:38.123456+00'],
    ['package', '@scope/a b'],
    ['risk', '1234567'],
  ])('by %s gives back %j', (order, key) => {
    const position = { key, id: '0123456789abcdef0123' };
    expect(readCursor(order, writeCursor(order, position))).toEqual(position);
  });

  it.each([
    ['score', "1' or true"],
    ['score', 'NaN'],
    ['due', '22 Nov'],
    ['due', "'; drop table finding"],
    ['first-seen', 'yesterday'],
    ['package', ''],
    ['risk', '1.5'],
    ['nothing', '1'],
  ])('by %s is refused with %j', (order, key) => {
    const cursor = writeCursor(order, { key, id: 'a' });
    expect(() => readCursor(order, cursor)).toThrow(
      expect.objectContaining({ code: 'bad-cursor' }),
    );
  });

  it('is refused, whatever else it is', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
    );
    fc.assert(
      fc.property(anything, (cursor) => {
        expect(() => readCursor('score', cursor)).toThrow(
          expect.objectContaining({ code: 'bad-cursor' }),
        );
      }),
    );
  });
});
