import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines, hunksOf } from './line-diff.ts';

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 14 })
  .map((lines) => lines.join('\n'));

describe('diffLines', () => {
  it('leads from one text to the other', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const of = (...kinds: readonly string[]) =>
          lines.filter(({ kind }) => kinds.includes(kind)).map((line) => line.text);
        expect(of('same', 'removed').join('\n')).toBe(before);
        expect(of('same', 'added').join('\n')).toBe(after);
      }),
    );
  });

  it('numbers lines of both sides without a gap', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const numbers = (side: 'before' | 'after') =>
          lines.flatMap((line) => (line[side] === undefined ? [] : [line[side]]));
        expect(numbers('before')).toEqual(before.split('\n').map((_, index) => index + 1));
        expect(numbers('after')).toEqual(after.split('\n').map((_, index) => index + 1));
      }),
    );
  });

  it('changes no more than must be', () => {
    const changed = diffLines('a\nb\nc', 'a\nx\nc').filter(({ kind }) => kind !== 'same');
    expect(changed.map(({ kind, text: line }) => [kind, line])).toEqual([
      ['removed', 'b'],
      ['added', 'x'],
    ]);
  });
});

describe('hunksOf', () => {
  const long = Array.from({ length: 40 }, (_, index) => `line ${index}`);

  it('is empty for the same text', () => {
    expect(hunksOf(diffLines(long.join('\n'), long.join('\n')))).toEqual([]);
  });

  it('shows three lines around each change, and parts what lies far from another', () => {
    const after = long.with(5, 'five').with(30, 'thirty');
    const hunks = hunksOf(diffLines(long.join('\n'), after.join('\n')));
    expect(hunks.map(({ lines }) => [lines[0]?.before, lines.at(-1)?.before])).toEqual([
      [3, 9],
      [28, 34],
    ]);
  });
});
