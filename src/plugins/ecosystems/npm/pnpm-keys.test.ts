import { expect, it } from 'vitest';
import { keyOfReference, keyStyle, type PnpmKeyStyle, splitKey } from './pnpm-keys.ts';

it.each<[string, PnpmKeyStyle]>([
  ['5.1', 5],
  ['5.4', 5],
  ['5.4-inlineSpecifiers', 5],
  ['6.0', 6],
  ['6.1', 6],
  ['7.0', 9],
  ['9.0', 9],
  ['', 5],
])('version %j writes keys of style %i', (version, style) => {
  expect(keyStyle(version)).toBe(style);
});

it.each<[PnpmKeyStyle, string, string, string]>([
  [5, 'a', '1.0.0', '/a/1.0.0'],
  [5, '@s/a', '1.0.0_b@2.0.0', '/@s/a/1.0.0_b@2.0.0'],
  [5, 'a', '1.0.0_@s+b@2.0.0', '/a/1.0.0_@s+b@2.0.0'],
  [5, 'alias', '/b/2.0.0', '/b/2.0.0'],
  [5, 'a', 'git.example/o/a/abc', 'git.example/o/a/abc'],
  [5, 'a', 'file:a', 'file:a'],
  [6, 'a', '1.0.0', '/a@1.0.0'],
  [6, 'a', '1.0.0(@s/b@2.0.0)', '/a@1.0.0(@s/b@2.0.0)'],
  [6, 'alias', '/@s/b@2.0.0(c@1.0.0)', '/@s/b@2.0.0(c@1.0.0)'],
  [6, 'a', '@files.example/a.tgz', '@files.example/a.tgz'],
  [9, 'a', '1.0.0', 'a@1.0.0'],
  [9, 'a', '1.0.0(@s/b@2.0.0(c@1.0.0))', 'a@1.0.0(@s/b@2.0.0(c@1.0.0))'],
  [9, 'alias', '@s/b@2.0.0', '@s/b@2.0.0'],
  [9, 'alias', 'b@2.0.0(c@1.0.0)', 'b@2.0.0(c@1.0.0)'],
  [9, 'a', 'https://files.example/a.tgz', 'a@https://files.example/a.tgz'],
  [9, 'a', 'git+ssh://git@git.example/a.git#abc', 'a@git+ssh://git@git.example/a.git#abc'],
  [9, 'a', 'file:a', 'a@file:a'],
])('%i: %j at %j is %j', (style, name, reference, key) => {
  expect(keyOfReference(name, reference, style)).toBe(key);
});

it.each<[PnpmKeyStyle, string, string | undefined, string?]>([
  [5, '/a/1.0.0', 'a', '1.0.0'],
  [5, '/@s/a/1.0.0_b@2.0.0', '@s/a', '1.0.0'],
  [5, '/a_b/1.0.0', 'a_b', '1.0.0'],
  [5, '/a_b/1.0.0-rc.1_c@1.0.0+d@2.0.0', 'a_b', '1.0.0-rc.1'],
  [5, '/a/1.0.0/b@2.0.0', 'a', '1.0.0'],
  [5, 'registry.example/a/1.0.0', 'a', '1.0.0'],
  [5, 'file:a', undefined],
  [6, '/a@1.0.0(b@2.0.0)', 'a', '1.0.0'],
  [6, '/@s/a@1.0.0', '@s/a', '1.0.0'],
  [6, 'registry.example/@s/a@1.0.0', '@s/a', '1.0.0'],
  [9, '@s/a@1.0.0(b@2.0.0(c@1.0.0))(patch_hash=x)', '@s/a', '1.0.0'],
  [9, 'a@file:a', 'a', 'file:a'],
  [9, 'a', undefined],
])('%i: %j spells %j %j', (style, key, name, version) => {
  expect(splitKey(key, style)).toEqual(name === undefined ? undefined : { name, version });
});
