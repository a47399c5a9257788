import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pinPackages, pinsOf, unpin } from './pins.ts';
import type { LockPackages } from './tree.ts';

const tree: LockPackages = {
  '': {
    name: 'app',
    dependencies: { leaf: '^1.0.0', 'leaf-old': 'npm:leaf@~0.9.0', tag: 'next', member: '*' },
    devDependencies: { branch: '^1.0.0' },
  },
  member: { version: '1.0.0', dependencies: { leaf: '^1.0.0' } },
  'node_modules/member': { resolved: 'member', link: true },
  'node_modules/leaf': { version: '1.0.2' },
  'node_modules/leaf-old': { name: 'leaf', version: '0.9.1' },
  'node_modules/tag': { version: '3.0.0-rc.1' },
  'node_modules/branch': {
    version: '1.1.0',
    dependencies: { leaf: '~1.0.0', missing: '^1.0.0' },
    peerDependencies: { leaf: '*' },
    devDependencies: { leaf: '^2.0.0' },
  },
  'node_modules/other': { version: '2.0.0', dependencies: { branch: '^1.0.0', leaf: '^1.1.0' } },
  'node_modules/other/node_modules/branch': { version: '1.1.0', dependencies: { leaf: '~1.0.0' } },
  'node_modules/other/node_modules/leaf': { version: '1.0.0' },
};
const pinned = (names?: ReadonlySet<string>) =>
  pinsOf(tree, names).map(({ path, section, key, exact }) => [path, section, key, exact].join(' '));

describe('pins of an npm tree', () => {
  it('narrows what is met, and nothing else', () => {
    expect(pinned()).toEqual([
      ' dependencies leaf 1.0.2',
      ' dependencies leaf-old npm:leaf@0.9.1',
      ' devDependencies branch 1.1.0',
      'member dependencies leaf 1.0.2',
      'node_modules/branch dependencies leaf 1.0.2',
      'node_modules/other dependencies branch 1.1.0',
      'node_modules/other/node_modules/branch dependencies leaf 1.0.0',
    ]);
  });

  it('can be held to some packages', () => {
    expect(pinned(new Set(['branch']))).toEqual([
      ' devDependencies branch 1.1.0',
      'node_modules/other dependencies branch 1.1.0',
    ]);
  });

  it('pins two copies of a package to what each of them finds', () => {
    const changed = pinPackages(tree, pinsOf(tree));
    expect(changed['node_modules/branch']?.dependencies?.['leaf']).toBe('1.0.2');
    expect(changed['node_modules/other/node_modules/branch']?.dependencies?.['leaf']).toBe('1.0.0');
  });

  it('gives a copy its range back wherever npm moved it', () => {
    const pins = pinsOf(tree);
    const { 'node_modules/branch': branch = {} } = pinPackages(tree, pins);
    const moved = unpin({ 'node_modules/else/node_modules/branch': branch }, pins);
    expect(moved['node_modules/else/node_modules/branch']).toEqual(tree['node_modules/branch']);
  });

  it('comes undone, whatever part of the tree there is', () => {
    fc.assert(
      fc.property(fc.subarray(Object.entries(tree)), (entries) => {
        const part: LockPackages = Object.fromEntries(entries);
        const pins = pinsOf(part);
        expect(unpin(pinPackages(part, pins), pins)).toEqual(part);
      }),
    );
  });
});
