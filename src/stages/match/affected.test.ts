import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AffectedPackage, AffectedRange, RangeEvent } from '../../domain/advisory.ts';
import { compareSemver } from '../../versions/semver.ts';
import { affectedBy, intervalAround } from './affected.ts';

/** Events in shorthand: `>=1`, `<2` (fixed), `<=3` (last affected), `!4` (limit). */
function range(text: string, type: AffectedRange['type'] = 'SEMVER'): AffectedRange {
  const events = text
    .split(' ')
    .filter(Boolean)
    .map((part): RangeEvent => {
      if (part.startsWith('>=')) return { introduced: part.slice(2) };
      if (part.startsWith('<=')) return { lastAffected: part.slice(2) };
      if (part.startsWith('<')) return { fixed: part.slice(1) };
      return { limit: part.slice(1) };
    });
  return { type, events };
}

function entry(
  record: string,
  ranges: readonly AffectedRange[],
  versions: readonly string[] = [],
): AffectedPackage & { record: string } {
  return { ecosystem: 'npm', name: 'a', ranges, versions, symbols: [], record };
}

describe('a range', () => {
  it.each([
    ['>=0 <1.2.3', '1.2.2', '<1.2.3'],
    ['>=0 <1.2.3', '1.2.3', undefined],
    ['>=0 <1.2.3', '1.2.3-rc.1', '<1.2.3'],
    ['>=0', '99.0.0', '*'],
    ['>=0', '0.0.0-0', '*'],
    ['>=1.0.0', '0.9.0', undefined],
    ['>=1.0.0', '1.0.0', '>=1.0.0'],
    ['>=1.0.0 <=1.4.0', '1.4.0', '>=1.0.0 <=1.4.0'],
    ['>=1.0.0 <=1.4.0', '1.4.1', undefined],
    ['>=1.0.0 <=1.0.0', '1.0.0', '>=1.0.0 <=1.0.0'],
    ['>=1.0.0 <1.5.0 >=2.0.0 <2.1.0', '1.6.0', undefined],
    ['>=1.0.0 <1.5.0 >=2.0.0 <2.1.0', '2.0.5', '>=2.0.0 <2.1.0'],
    // Events may come in any order.
    ['<2.1.0 >=1.0.0 <1.5.0 >=2.0.0', '2.0.5', '>=2.0.0 <2.1.0'],
    ['<2.1.0 >=1.0.0 <1.5.0 >=2.0.0', '1.2.0', '>=1.0.0 <1.5.0'],
    // Fixed and introduced again at the same version: affected there.
    ['>=1.0.0 <2.0.0 >=2.0.0', '2.0.0', '>=2.0.0'],
    // Introduced twice: the first begins it.
    ['>=1.0.0 >=1.1.0 <2.0.0', '1.5.0', '>=1.0.0 <2.0.0'],
    // Two ends: the lower one ends it.
    ['>=1.0.0 <1.2.0 <1.4.0', '1.3.0', undefined],
    ['>=1.0.0 <=1.2.0 <1.4.0', '1.3.0', undefined],
    ['>=0 !2.0.0', '1.0.0', '*'],
    ['>=0 !2.0.0', '2.0.0', undefined],
    ['>=0 !2.0.0 !3.0.0', '2.5.0', '*'],
    ['>=0 !*', '9.0.0', '*'],
    ['', '1.0.0', undefined],
    ['<1.0.0', '0.5.0', undefined],
    // No version of semver: it sorts first, so only an open beginning reaches it.
    ['>=0 <1.0.0', 'not-a-version', '<1.0.0'],
    ['>=0.0.0 <1.0.0', 'not-a-version', undefined],
  ])('%j around %s: %j', (text, version, expected) => {
    expect(intervalAround(version, range(text), compareSemver)).toBe(expected);
    expect(intervalAround(version, range(text, 'ECOSYSTEM'), compareSemver)).toBe(expected);
    expect(intervalAround(version, range(text, 'GIT'), compareSemver)).toBeUndefined();
  });
});

describe('records of one vulnerability', () => {
  it.each([
    [[entry('GHSA', [range('>=0 <1.0.0')])], '0.5.0', { how: 'range', record: 'GHSA' }],
    [[entry('GHSA', [], ['0.5.0'])], '0.5.0', { how: 'enumerated', range: '0.5.0' }],
    [[entry('GHSA', [range('>=0 <1.0.0')], ['0.5.0'])], '0.5.0', { how: 'enumerated' }],
    [
      [entry('GHSA', [range('>=0 <1.0.0')]), entry('CVE', [range('>=0 <2.0.0')])],
      '1.5.0',
      { record: 'CVE', range: '<2.0.0' },
    ],
    [
      [entry('GHSA', [range('>=0 <1.0.0'), range('>=3.0.0 <3.1.0')])],
      '3.0.1',
      { range: '>=3.0.0 <3.1.0', grammar: 'semver' },
    ],
  ])('%#', (affected, version, expected) => {
    expect(affectedBy(version, { affected }, compareSemver)).toMatchObject(expected);
  });

  it('does not match where none of them does', () => {
    const affected = [entry('GHSA', [range('>=0 <1.0.0')], ['2.0.0']), entry('CVE', [])];
    expect(affectedBy('1.0.0', { affected }, compareSemver)).toBeUndefined();
  });
});

const version = fc
  .tuple(fc.nat(3), fc.nat(3), fc.constantFrom('', '-0', '-rc.1'))
  .map(([major, minor, pre]) => `${major}.${minor}.0${pre}`);
const event: fc.Arbitrary<RangeEvent> = fc.oneof(
  fc.oneof(version, fc.constant('0')).map((introduced) => ({ introduced })),
  version.map((fixed) => ({ fixed })),
  version.map((lastAffected) => ({ lastAffected })),
  fc.oneof(version, fc.constant('*')).map((limit) => ({ limit })),
);
const events = fc.array(event, { maxLength: 8 });

function holds(version: string, list: readonly RangeEvent[]): boolean {
  const subject: AffectedRange = { type: 'SEMVER', events: list };
  return intervalAround(version, subject, compareSemver) !== undefined;
}

/**
 * The schema's pseudocode read literally: among the events at or before the version the last one
 * decides. Ties: an end at a version yields to a beginning there.
 */
function naive(version: string, list: readonly RangeEvent[]): boolean {
  const limits = list.flatMap((each) => ('limit' in each ? [each.limit] : []));
  const limited = limits.length > 0;
  if (limited && !limits.some((limit) => limit === '*' || compareSemver(version, limit) < 0)) {
    return false;
  }
  const points = ['0', ...list.flatMap((each) => Object.values<string>(each))].filter(
    (point) => point !== '*',
  );
  const ordered = [...new Set(points)].sort((a, b) =>
    a === b ? 0 : a === '0' ? -1 : b === '0' ? 1 : compareSemver(a, b),
  );
  let vulnerable = false;
  for (const point of ordered) {
    const at = point === '0' ? 1 : compareSemver(version, point);
    const has = (kind: string) => list.some((each) => Reflect.get(each, kind) === point);
    if (at >= 0 && has('fixed')) vulnerable = false;
    if (at >= 0 && has('introduced')) vulnerable = true;
    if (at > 0 && has('lastAffected')) vulnerable = false;
  }
  return vulnerable;
}

describe('laws', () => {
  it('equals a literal reading of the specification', () => {
    fc.assert(
      fc.property(version, events, (subject, list) => {
        expect(holds(subject, list)).toBe(naive(subject, list));
      }),
      { numRuns: 5000 },
    );
  });

  it('does not depend on the order of events', () => {
    fc.assert(
      fc.property(version, events, fc.infiniteStream(fc.nat()), (subject, list, noise) => {
        const keys = new Map(list.map((each) => [each, noise.next().value ?? 0]));
        const shuffled = [...list].sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
        expect(holds(subject, shuffled)).toBe(holds(subject, list));
      }),
      { numRuns: 2000 },
    );
  });

  it('only widens with another beginning, only narrows with another end', () => {
    fc.assert(
      fc.property(version, events, version, (subject, list, bound) => {
        const before = Number(holds(subject, list));
        expect(Number(holds(subject, [...list, { introduced: bound }]))).toBeGreaterThanOrEqual(
          before,
        );
        expect(Number(holds(subject, [...list, { fixed: bound }]))).toBeLessThanOrEqual(before);
        const last = [...list, { lastAffected: bound }];
        expect(Number(holds(subject, last))).toBeLessThanOrEqual(before);
      }),
      { numRuns: 3000 },
    );
  });

  it('names an interval that holds the version', () => {
    fc.assert(
      fc.property(version, events, (subject, list) => {
        const interval = intervalAround(subject, { type: 'SEMVER', events: list }, compareSemver);
        const bounds = interval === undefined || interval === '*' ? [] : interval.split(' ');
        const inside = bounds.every((bound) => {
          const [, operator, value] = /^(>=|<=|<)(.*)$/.exec(bound) ?? [];
          const order = compareSemver(subject, value ?? '');
          return operator === '>=' ? order >= 0 : operator === '<=' ? order <= 0 : order < 0;
        });
        expect(inside).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
