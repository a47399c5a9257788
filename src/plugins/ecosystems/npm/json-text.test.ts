import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFault } from './json-fault.ts';
import { field, parseJson } from './json-text.ts';
import { plainJson } from './plain-json.ts';

describe('the place of a fault', () => {
  it.each([
    ['', 0],
    ['{', 1],
    ['{"a": }', 6],
    ['{"a": 1,}', 8],
    ['{"a" 1}', 5],
    ['{"a": 1 "b": 2}', 8],
    ['[1, 2', 5],
    ['[1, 2}', 5],
    ['{"a": tru}', 6],
    ['{"a": "x', 6],
    ['{"a": "\\x"}', 6],
    ['{"a": 01}', 7],
    ['{} {}', 3],
    ['\n\n  x', 4],
    ["{'a': 1}", 1],
  ])('%j is broken at %i', (text, offset) => {
    expect(jsonFault(text).offset).toBe(offset);
  });

  it('is found in whatever JSON.parse refuses, within the text', () => {
    const json = fc.json({ maxDepth: 3 });
    fc.assert(
      fc.property(json, fc.nat(), fc.constantFrom('', '}', ',', '"', 'x', ']'), (text, at, put) => {
        const cut = at % (text.length + 1);
        const broken = text.slice(0, cut) + put + text.slice(cut + 1);
        fc.pre(!parses(broken));
        const { offset } = jsonFault(broken);
        expect(offset).toBeLessThanOrEqual(broken.length);
        // What comes before the fault is the beginning of some JSON text.
        expect(completable(broken.slice(0, offset))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether a text ends too early at worst. */
function completable(text: string): boolean {
  return parses(text) || jsonFault(text).offset === text.length;
}

it('refuses with line and column', () => {
  expect(() => parseJson('{\n  "a": ,\n}', 'p.json', 'npm install')).toThrow(
    'p.json:2:8: a value was expected',
  );
});

it('reads only own properties', () => {
  const object = parseJson('{"__proto__":{"x":1},"a":2}', 'p.json', '');
  expect(field(object, 'constructor')).toBeUndefined();
  expect(field(object, '__proto__')).toEqual({ x: 1 });
  expect(field(object, 'x')).toBeUndefined();
});

describe('JSON with comments', () => {
  it.each([
    ['{"a": [1, 2,],}', { a: [1, 2] }],
    ['// c\n{"a": 1, /* , } */ }', { a: 1 }],
    ['{"a": "// no, /* none */ ,}"}', { a: '// no, /* none */ ,}' }],
    ['{"a": "\\",}", // x\n}', { a: '",}' }],
    ['{"a": 1, // one\n /* two */ // three\n}', { a: 1 }],
  ])('%j', (text, expected) => {
    expect(JSON.parse(plainJson(text))).toEqual(expected);
    expect(plainJson(text)).toHaveLength(text.length);
  });

  it('does not stall', () => {
    const started = performance.now();
    plainJson(`[${','.repeat(2e5)}`);
    plainJson(`[${', '.repeat(2e5)}`);
    plainJson(`[1,${' '.repeat(2e5)}x`);
    plainJson(`[${'/*'.repeat(1e5)}`);
    plainJson(`[${',/**/'.repeat(5e4)}`);
    plainJson('"'.repeat(2e5));
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
