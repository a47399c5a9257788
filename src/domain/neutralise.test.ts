import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neutralise } from './neutralise.ts';

describe('neutralise', () => {
  it.each([
    ['plain text', 'plain text'],
    ['red \u001B[31mtext\u001B[0m', 'red text'],
    ['link \u001B]8;;http://evil.example\u0007click\u001B]8;;\u0007', 'link click'],
    ['two\nlines', 'two lines'],
    ['::error file=a::gotcha', ': :error file=a::gotcha'],
    ['a\r\n::set-output name=x::y', 'a ::set-output name=x::y'],
    ['##vso[task.setvariable]x', '# #vso[task.setvariable]x'],
    ['admin\u202Etxt.exe', 'admintxt.exe'],
  ])('%j becomes %j', (text, expected) => expect(neutralise(text)).toBe(expected));

  it('keeps lines apart when asked, and defuses each of them', () => {
    expect(neutralise('a\r\n::warning::b\n\u0000c', { multiline: true })).toBe(
      'a\n: :warning::b\n c',
    );
  });

  it('never lets a control character or a workflow command at a line start through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = neutralise(text, { multiline: true });
        // oxlint-disable-next-line no-control-regex -- that is what is looked for
        expect(shown).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
        expect(shown).not.toMatch(/^\s*::/m);
      }),
    );
  });
});
