import { expect, it } from 'vitest';
import { parseNpmRequirement, satisfiesNpmRequirement } from './npm-requirement.ts';

it.each([
  ['1.2.3', '^1.0.0', true],
  ['2.0.0', '^1.0.0', false],
  ['1.2.3', '', true],
  ['1.2.3', '*', true],
  ['1.2.3', ' >=1.0.0 <2.0.0 || 3.x ', true],
  ['2.0.0-rc.1', '>=1.0.0', false],
  ['4.17.15', 'npm:lodash@4.17.15', true],
  ['4.17.21', 'npm:lodash@4.17.15', false],
  ['1.0.0', 'npm:@scope/name@^1', true],
  ['1.0.0', 'npm:@scope/name', true],
  ['1.5.0', 'npm:^1.0.0', true],
  ['1.5.0', 'workspace:*', true],
  ['1.5.0', 'workspace:^', true],
  ['1.5.0', 'workspace:^1.2.0', true],
  ['2.5.0', 'workspace:^1.2.0', false],
  ['1.5.0', 'workspace:other@^1.2.0', true],
  ['1.5.0', 'latest', false],
  ['1.5.0', 'next', false],
  ['1.5.0', 'github:o/r#semver:^1', false],
  ['1.5.0', 'https://registry.example/a.tgz', false],
  ['1.5.0', 'file:../a', false],
  ['4.9.5', 'patch:typescript@npm%3A^4.0.0#~builtin<compat/typescript>', true],
  ['not a version', '*', false],
])('%j satisfies %j: %j', (version, requirement, expected) => {
  expect(satisfiesNpmRequirement(version, requirement)).toBe(expected);
});

it.each([
  ['^1.2', 'range'],
  ['', 'range'],
  ['npm:a@1', 'alias'],
  ['npm:@s/a', 'alias'],
  ['npm:1.0.0', 'range'],
  ['beta', 'tag'],
  ['workspace:*', 'workspace'],
  ['workspace:packages/a', 'file'],
  ['github:o/r', 'git'],
  ['o/r#main', 'git'],
  ['git@git.example:o/r.git', 'git'],
  ['git+ssh://git@git.example/o/r.git#v1', 'git'],
  ['https://git.example/o/r.git', 'git'],
  ['https://registry.example/a.tgz', 'url'],
  ['file:../a', 'file'],
  ['../a', 'file'],
  ['link:../a', 'file'],
  ['portal:../a', 'file'],
])('%j is a %s requirement', (requirement, kind) => {
  expect(parseNpmRequirement(requirement).kind).toBe(kind);
});
