import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removeFromJson, setInJson } from './json-edit.ts';

describe('setInJson', () => {
  it.each([
    ['a value in place', '{"a":  "1" , "b":2}', ['a'], '3', '{"a":  "3" , "b":2}'],
    ['a key on one line', '{ "a": 1 }', ['b'], 2, '{ "a": 1, "b": 2 }'],
    [
      'a key on a line of its own',
      '{\n  "a": { "x": 1 }\n}\n',
      ['b'],
      2,
      '{\n  "a": { "x": 1 },\n  "b": 2\n}\n',
    ],
    [
      'nested keys',
      '{\n\t"a": 1\n}',
      ['o', 'x'],
      '1',
      '{\n\t"a": 1,\n\t"o": {\n\t\t"x": "1"\n\t}\n}',
    ],
    [
      'a key in an empty object',
      '{\n  "o": {}\n}',
      ['o', 'x'],
      1,
      '{\n  "o": {\n    "x": 1\n  }\n}',
    ],
    [
      'CRLF',
      '{\r\n  "a": 1\r\n}\r\n',
      ['o', 'x'],
      1,
      '{\r\n  "a": 1,\r\n  "o": {\r\n    "x": 1\r\n  }\r\n}\r\n',
    ],
    ['a byte order mark', '\uFEFF{"a": 1}', ['a'], 2, '\uFEFF{"a": 2}'],
  ] as const)('%s', (_, text, path, value, expected) => {
    expect(setInJson(text, path, value)).toBe(expected);
  });
});

describe('removeFromJson', () => {
  it.each([
    ['the first', '{\n  "a": 1,\n  "b": 2\n}', ['a'], '{\n  "b": 2\n}'],
    [
      'the last, and its comma',
      '{\n  "a": { "x": 1 },\n  "b": 2\n}\n',
      ['b'],
      '{\n  "a": { "x": 1 }\n}\n',
    ],
    [
      'the only one of an object takes it along',
      '{"a": 1, "o": {"x": {"y": 1}}}',
      ['o', 'x', 'y'],
      '{"a": 1}',
    ],
    ['what is not there', '{"a": 1}', ['b'], '{"a": 1}'],
  ] as const)('%s', (_, text, path, expected) => {
    expect(removeFromJson(text, path, 0)).toBe(expected);
  });

  it('keeps what it is told to keep', () => {
    expect(removeFromJson('{"o": {"x": 1}}', ['o', 'x'], 1)).toBe('{"o": {}}');
  });
});

describe('any object', () => {
  const key = fc.string({ minLength: 1 }).filter((one) => one !== '__proto__');
  const value = fc.oneof(fc.string(), fc.dictionary(key, fc.string(), { maxKeys: 3 }));
  const object = fc.dictionary(key, value, { maxKeys: 5 });
  const indent = fc.constantFrom(undefined, 2, 4, '\t');

  it('has the key afterwards, and nothing else changed', () => {
    fc.assert(
      fc.property(object, key, key, fc.string(), indent, (base, outer, inner, to, space) => {
        const nested = base[outer];
        fc.pre(nested === undefined || typeof nested === 'object');
        const text = JSON.stringify(base, null, space);
        const after: unknown = JSON.parse(setInJson(text, [outer, inner], to));
        expect(after).toEqual({ ...base, [outer]: { ...nested, [inner]: to } });
      }),
    );
  });

  it('is the same text after adding and removing a key', () => {
    fc.assert(
      fc.property(object, key, indent, (base, added, space) => {
        fc.pre(!(added in base) && Object.keys(base).length > 0);
        const text = JSON.stringify(base, null, space);
        expect(removeFromJson(setInJson(text, [added], 'x'), [added], 0)).toBe(text);
      }),
    );
  });
});
