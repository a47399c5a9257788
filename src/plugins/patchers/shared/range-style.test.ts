import fc from 'fast-check';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { restyle } from './range-style.ts';

describe('restyle', () => {
  it.each([
    ['^1.2.3', '2.0.1', '^2.0.1'],
    ['~1.2.3', '1.2.9', '~1.2.9'],
    ['1.2.3', '1.2.4', '1.2.4'],
    ['=1.2.3', '1.2.4', '=1.2.4'],
    ['v1.2.3', '1.2.4', 'v1.2.4'],
    ['>=1.2.3', '2.0.0', '>=2.0.0'],
    ['> 1.2.3', '2.0.0', '>= 2.0.0'],
    ['>=1.2.3 <2.0.0', '1.5.0', '>=1.5.0 <2.0.0'],
    ['>=1.2.3 <2', '2.5.1', '>=2.5.1 <3.0.0'],
    ['1.x', '2.3.4', '2.x'],
    ['1.2.x', '1.3.4', '1.3.x'],
    ['1', '2.3.4', '2'],
    ['^1', '2.3.4', '^2'],
    ['^1', '1.5.2', '^1.5.2'],
    ['~1.2', '1.2.7', '~1.2.7'],
    ['~1.2', '1.3.7', '~1.3'],
    ['*', '2.0.0', '*'],
    ['', '2.0.0', ''],
    ['latest', '2.0.0', '^2.0.0'],
    ['^1.0.0 || ^2.0.0', '3.1.0', '^3.1.0'],
    ['1.0.0 - 1.5.0', '1.6.0', '^1.6.0'],
    ['<2.0.0', '1.9.0', '<2.0.0'],
    ['<=1.5.0', '1.9.0', '^1.9.0'],
    ['^1.0.0', '2.0.0-rc.1', '^2.0.0-rc.1'],
    ['1.x', '2.0.0-rc.1', '2.0.0-rc.1'],
    ['npm:leaf@^1.0.0', '1.0.2', 'npm:leaf@^1.0.2'],
    ['npm:@a/b@1', '2.0.0', 'npm:@a/b@2'],
    ['npm:^1.0.0', '1.0.2', 'npm:^1.0.2'],
    ['workspace:^', '1.0.0', undefined],
    ['file:../leaf', '1.0.0', undefined],
    ['github:o/r#v1', '1.0.0', undefined],
    ['https://registry.example/leaf.tgz', '1.0.0', undefined],
    ['o/r', '1.0.0', undefined],
  ])('%j → %s is %j', (range, to, expected) => {
    expect(restyle(range, to)).toBe(expected);
  });

  it('always admits the version it is for', () => {
    const version = fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)).map((parts) => parts.join('.'));
    const operator = fc.constantFrom('', '=', '^', '~', '>=', '>', '<', '<=', 'v');
    const shape = fc.constantFrom<(v: string) => string>(
      (v) => v,
      (v) => v.split('.').slice(0, 2).join('.'),
      (v) => v.split('.')[0] ?? v,
      (v) => `${v.split('.').slice(0, 2).join('.')}.x`,
    );
    const comparator = fc.tuple(operator, version, shape).map(([op, v, form]) => op + form(v));
    const range = fc.oneof(
      comparator,
      fc.tuple(comparator, comparator).map((both) => both.join(' || ')),
      fc.tuple(version, version).map(([low, high]) => `>=${low} <${high}`),
      fc.tuple(version, version).map((both) => both.join(' - ')),
    );
    fc.assert(
      fc.property(range, version, (written, to) => {
        fc.pre(semver.validRange(written) !== null);
        expect(semver.satisfies(to, restyle(written, to) ?? '')).toBe(true);
      }),
    );
  });
});
