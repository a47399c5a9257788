import { expect, it } from 'vitest';
import { folderOf, joinInside, matchesWorkspacePatterns } from './paths.ts';

it.each([
  ['', 'package.json', 'package.json'],
  ['a', './b', 'a/b'],
  ['a/b', '../c', 'a/c'],
  ['a', '..', ''],
  ['a', '.', 'a'],
  ['', '..', undefined],
  ['a', '../../b', undefined],
  ['', '/etc/passwd', undefined],
  ['', 'C:\\x', undefined],
  ['', '..\\x', undefined],
  ['a', 'b\\c', 'a/b/c'],
  ['', 'a\0b', undefined],
])('%j and %j: %j', (folder, path, expected) => {
  expect(joinInside(folder, path)).toBe(expected);
});

it.each([
  ['package.json', ''],
  ['a/b/package.json', 'a/b'],
])('the folder of %j', (path, expected) => {
  expect(folderOf(path)).toBe(expected);
});

it.each<[string[], string, boolean]>([
  [['packages/*'], 'packages/a', true],
  [['packages/*'], 'packages/a/b', false],
  [['packages/**'], 'packages/a/b', true],
  [['./packages/*/'], 'packages/a', true],
  [['**/x'], 'x', true],
  [['**/x'], 'a/b/x', true],
  [['a/**/x'], 'a/x', true],
  [['{apps,libs}/*'], 'libs/a', true],
  [['{apps,libs}/*'], 'other/a', false],
  [['packages/*', '!packages/no'], 'packages/no', false],
  [['packages/pre-*'], 'packages/pre-a', true],
  [['packages/?'], 'packages/ab', false],
  [['a.b'], 'axb', false],
  [['a(b|c)+'], 'ab', false],
  [['{a,b'], 'a', false],
  [[''], '', false],
])('%j selects %j: %j', (patterns, folder, expected) => {
  expect(matchesWorkspacePatterns(patterns, folder)).toBe(expected);
});
