import fc from 'fast-check';
import { PackageURL } from 'packageurl-js';
import { expect, it } from 'vitest';
import { purlOf } from './purl.ts';

it.each([
  ['lodash', '4.17.21', 'pkg:npm/lodash@4.17.21'],
  ['@babel/core', '7.0.0', 'pkg:npm/%40babel/core@7.0.0'],
  ['a', '1.0.0+build', 'pkg:npm/a@1.0.0%2Bbuild'],
  ['a', '', 'pkg:npm/a'],
  ['JSONStream', '1.0.0', 'pkg:npm/JSONStream@1.0.0'],
  ['a b?c#d', '1', 'pkg:npm/a%20b%3Fc%23d@1'],
  ["x!'()*", '1', 'pkg:npm/x%21%27%28%29%2A@1'],
  ['\uD800', '1', 'pkg:npm/%EF%BF%BD@1'],
])('%j %s: %s', (name, version, expected) => {
  expect(purlOf({ type: 'npm', name, version })).toBe(expected);
});

it('is read back by the reference implementation', () => {
  const part = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._~+!' ()*-]{0,8}[A-Za-z0-9]$/);
  fc.assert(
    fc.property(fc.boolean(), part, part, part, (scoped, scope, name, version) => {
      // The type `generic` has no rules of its own on what a name may be.
      const full = scoped ? `@${scope}/${name}` : name;
      const parsed = PackageURL.fromString(purlOf({ type: 'generic', name: full, version }));
      expect([parsed.namespace, parsed.name].filter(Boolean).join('/')).toBe(full);
      expect(parsed.version).toBe(version);
    }),
  );
});
