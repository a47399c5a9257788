import { expect, it } from 'vitest';
import { npmOverrides, pnpmOverrides, yarnResolutions } from './overrides.ts';

it.each([
  [{ a: '1.0.0' }, { a: '1.0.0' }],
  [{ a: { b: '2' } }, { 'a > b': '2' }],
  [{ 'a@1': { '.': '1.1.0', b: { c: '3' } } }, { 'a@1': '1.1.0', 'a@1 > b > c': '3' }],
  [{ '@s/a': '$direct' }, { '@s/a': '^4.0.0' }],
  [{ a: '$unknown' }, { a: '$unknown' }],
  [{ a: 7, b: null, c: [] }, {}],
])('npm overrides %j', (overrides, expected) => {
  expect(npmOverrides({ overrides, dependencies: { direct: '^4.0.0' } })).toEqual(expected);
});

it.each([
  ['a', 'a'],
  ['a@1', 'a@1'],
  ['a>b', 'a > b'],
  ['@s/a@1>@s/b@^2', '@s/a@1 > @s/b@^2'],
  ['a@>=1.0.0', 'a@>=1.0.0'],
  ['a@>=1 <2', 'a@>=1 <2'],
  ['a@<1.2>b', 'a@<1.2 > b'],
  ['a@>1', 'a@>1'],
])('pnpm selector %j: %j', (selector, expected) => {
  expect(pnpmOverrides([[selector, '9']], {})).toEqual({ [expected]: '9' });
});

it.each([
  ['a', 'a'],
  ['**/a', 'a'],
  ['a/b', 'a > b'],
  ['a/**/b', 'a > b'],
  ['@s/a', '@s/a'],
  ['@s/a/@t/b', '@s/a > @t/b'],
  ['**/@s/a', '@s/a'],
  ['a@npm:^1.0.0', 'a@npm:^1.0.0'],
  ['a@npm:1/b', 'a@npm:1 > b'],
])('yarn resolution %j: %j', (selector, expected) => {
  expect(yarnResolutions({ resolutions: { [selector]: '9' } })).toEqual({ [expected]: '9' });
});

it('keeps a hostile selector what it is', () => {
  const overrides = npmOverrides(JSON.parse('{"overrides":{"__proto__":{"polluted":"1"}}}'));
  expect(overrides).toEqual({ '__proto__ > polluted': '1' });
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});
