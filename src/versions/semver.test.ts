import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { compareSemver, parseSemver } from './semver.ts';

const chains = readFileSync(new URL('./orderings/semver.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

/** `a < b = c` as each adjacent triple; operators stand alone between spaces. */
function steps(chain: string): [string, '<' | '=', string][] {
  const parts = chain.split(/ ([<=]) /);
  const result: [string, '<' | '=', string][] = [];
  for (let at = 0; at + 2 < parts.length; at += 2) {
    result.push([parts[at]!, parts[at + 1] as '<' | '=', parts[at + 2]!]);
  }
  return result;
}

describe('orderings as data', () => {
  it('reads every chain', () => {
    expect(chains.length).toBeGreaterThan(20);
    expect(chains.filter((chain) => steps(chain).length === 0)).toEqual([]);
  });

  it.each(chains.flatMap(steps))('%s %s %s', (a, operator, b) => {
    const expected = operator === '<' ? -1 : 0;
    expect(Math.sign(compareSemver(a, b))).toBe(expected);
    expect(Math.sign(compareSemver(b, a))).toBe(expected === 0 ? 0 : 1);
  });
});

const number = fc.oneof(fc.nat(3), fc.nat(12), fc.nat());
const identifier = fc.oneof(
  fc.nat(20).map(String),
  fc.constantFrom('alpha', 'beta', 'rc', 'A', 'a-b', '-', 'x1', '1x'),
);
const version = fc
  .tuple(
    number,
    number,
    number,
    fc.array(identifier, { maxLength: 3 }),
    fc.constantFrom('', '+b', '+1.2-3'),
  )
  .map(
    ([major, minor, patch, pre, build]) =>
      `${major}.${minor}.${patch}${pre.length > 0 ? `-${pre.join('.')}` : ''}${build}`,
  );
const anything = fc.oneof(
  { weight: 4, arbitrary: version },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.constantFrom('', 'latest', 'v1', '=1.0', '1.2.3.4', '1.2.3beta') },
);

describe('laws', () => {
  it('agrees with node-semver on every version', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(Math.sign(compareSemver(a, b))).toBe(semver.compare(a, b));
      }),
      { numRuns: 2000 },
    );
  });

  it('reads whatever node-semver reads in loose mode, as the same version', () => {
    const spelling = fc.stringMatching(
      /^[v= ]{0,2}[0-9.]{1,6}-?[a-z0-9.-]{0,4}(\+[a-z0-9]{1,3})?$/,
    );
    fc.assert(
      fc.property(spelling, (text) => {
        const theirs = semver.parse(text, { loose: true });
        // Their loose grammar cuts `1.2.34.5` into 1.2.3 with prerelease 4.5; we call it no version.
        fc.pre(theirs !== null && !/\d\.\d+\.\d+\./.test(text));
        const ours = parseSemver(text);
        expect(ours).toEqual({
          major: theirs.major,
          minor: theirs.minor,
          patch: theirs.patch,
          prerelease: [...theirs.prerelease],
        });
      }),
      { numRuns: 3000 },
    );
  });

  it('is antisymmetric and reflexive', () => {
    fc.assert(
      fc.property(anything, anything, (a, b) => {
        expect(Math.sign(compareSemver(a, b)) + Math.sign(compareSemver(b, a))).toBe(0);
        expect(compareSemver(a, a)).toBe(0);
      }),
    );
  });

  it('is transitive', () => {
    fc.assert(
      fc.property(anything, anything, anything, (...three) => {
        const [low, middle, high] = three.sort(compareSemver);
        expect(compareSemver(low, middle)).toBeLessThanOrEqual(0);
        expect(compareSemver(middle, high)).toBeLessThanOrEqual(0);
        expect(compareSemver(low, high)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });
});

it('does not stall on hostile text', () => {
  const started = performance.now();
  for (const text of ['1.'.repeat(1e5), '1'.repeat(1e6), `1.0.0-${'a.'.repeat(120)}!`]) {
    expect(compareSemver(text, '0.0.0')).toBeLessThan(0);
  }
  expect(performance.now() - started).toBeLessThan(200);
});
