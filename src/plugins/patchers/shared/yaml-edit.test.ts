import { describe, expect, it } from 'vitest';
import { removeFromYaml, setInYaml } from './yaml-edit.ts';

describe('setInYaml', () => {
  it.each([
    ['an empty file', '', ['overrides', 'a'], '1.0.0', 'overrides:\n  a: 1.0.0\n'],
    [
      'a new block after what is there',
      'packages:\n  - a # first\n',
      ['overrides', 'b>a'],
      '1.0.0',
      'packages:\n  - a # first\noverrides:\n  b>a: 1.0.0\n',
    ],
    [
      'a new key in a block with comments',
      '# top\noverrides:\n    x: "1" # why\n\n# tail\nother: yes\n',
      ['overrides', '@a/b'],
      '1.0.0',
      '# top\noverrides:\n    x: "1" # why\n    \'@a/b\': 1.0.0\n\n# tail\nother: yes\n',
    ],
    [
      'a double-quoted value',
      'catalog:\n  a: "^1.0.0" # keep\n  b: 2\n',
      ['catalog', 'a'],
      '^2.0.0',
      'catalog:\n  a: "^2.0.0" # keep\n  b: 2\n',
    ],
    [
      'a single-quoted value',
      "catalog:\n  a: '^1'\n",
      ['catalog', 'a'],
      '^2',
      "catalog:\n  a: '^2'\n",
    ],
    [
      'CRLF',
      'catalog:\r\n  a: ^1\r\n',
      ['overrides', 'a'],
      '1',
      "catalog:\r\n  a: ^1\r\noverrides:\r\n  a: '1'\r\n",
    ],
    [
      'no newline at the end',
      'catalog:\n  a: ^1',
      ['catalog', 'b'],
      '^1',
      'catalog:\n  a: ^1\n  b: ^1\n',
    ],
    ['a flow map', 'catalog: { a: ^1 }\n', ['catalog', 'a'], '^2', 'catalog: { a: ^2 }\n'],
    ['a value that must be quoted', '', ['catalog', 'a'], '>=1', "catalog:\n  a: '>=1'\n"],
  ] as const)('%s', (_, text, path, value, expected) => {
    expect(setInYaml(text, path, value)).toBe(expected);
  });
});

describe('removeFromYaml', () => {
  it.each([
    ['one of two', 'overrides:\n  a: 1 # x\n  b: 2\n', ['overrides', 'a'], 'overrides:\n  b: 2\n'],
    [
      'the last one takes its block along',
      'k: 1\noverrides:\n  a: 1\n',
      ['overrides', 'a'],
      'k: 1\n',
    ],
    ['what is not there', 'k: 1\n', ['overrides', 'a'], 'k: 1\n'],
  ] as const)('%s', (_, text, path, expected) => {
    expect(removeFromYaml(text, path)).toBe(expected);
  });
});
