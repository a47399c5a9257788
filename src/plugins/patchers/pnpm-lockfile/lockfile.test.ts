import { describe, expect, it } from 'vitest';
import { dependentsOf, lockfileVersion } from './lockfile.ts';

const nine = `---
lockfileVersion: '9.0'
importers:
  .:
    packageManagerDependencies: {}
---
lockfileVersion: '9.0'
importers:
  packages/a:
    dependencies:
      leaf: { specifier: ^1.0.0, version: 1.0.1(peer@2.0.0) }
      old: { specifier: npm:leaf@0, version: leaf@0.9.0 }
      own: { specifier: 'workspace:*', version: link:../own }
snapshots:
  '@s/branch@1.0.0(peer@2.0.0)':
    dependencies: { leaf: 1.0.1 }
`;
const six = `lockfileVersion: '6.0'
dependencies:
  leaf: { specifier: ^1.0.0, version: 1.0.1 }
packages:
  /@s/branch@1.0.0:
    dependencies: { leaf: 1.0.1, old: /leaf@0.9.0 }
`;
const five = `lockfileVersion: 5.4
specifiers: { leaf: ^1.0.0 }
dependencies: { leaf: 1.0.1_peer@2.0.0 }
packages:
  /@s/branch/1.0.0_peer@2.0.0:
    dependencies: { leaf: 1.0.1, old: /leaf/0.9.0 }
`;
const branch = { name: '@s/branch', version: '1.0.0' };
const leaf = { key: 'leaf', name: 'leaf', version: '1.0.1' };
const old = { key: 'old', name: 'leaf', version: '0.9.0' };

describe('dependentsOf', () => {
  it.each([
    [
      '9.0',
      nine,
      [
        { importer: 'packages/a', ...leaf },
        { importer: 'packages/a', ...old },
        { parent: branch, ...leaf },
      ],
    ],
    [
      '6.0',
      six,
      [
        { importer: '.', ...leaf },
        { parent: branch, ...leaf },
        { parent: branch, ...old },
      ],
    ],
    [
      '5.4',
      five,
      [
        { importer: '.', ...leaf },
        { parent: branch, ...leaf },
        { parent: branch, ...old },
      ],
    ],
  ])('reads version %s', (version, text, expected) => {
    expect(lockfileVersion(text)).toBe(version);
    expect(dependentsOf(text, 'pnpm-lock.yaml')).toEqual(expected);
  });

  it.each(['', '- a', 'a: [', '\u0000'])('refuses %j', (text) => {
    expect(() => dependentsOf(text, 'pnpm-lock.yaml')).toThrow('pnpm-lock.yaml cannot be read');
  });
});
