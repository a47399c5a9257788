import { expect, it } from 'vitest';
import type { AffectedPackage, PackageAdvisory, RangeEvent } from '../../domain/advisory.ts';
import type { Component } from '../../domain/component.ts';
import type { AdvisoryIndex } from '../../ports/advisory-index.ts';
import { compareSemver } from '../../versions/semver.ts';
import { fixesFor, matchComponents } from './match.ts';

type Entry = AffectedPackage & { record: string };

function entry(record: string, events: RangeEvent[], versions: string[] = []): Entry {
  const ranges = [{ type: 'SEMVER' as const, events }];
  return { ecosystem: 'npm', name: 'a', ranges, versions, symbols: [], record };
}

function advisory(id: string, affected: Entry[]): PackageAdvisory {
  return {
    id,
    aliases: [],
    summary: '',
    published: '',
    severities: [],
    cwes: [],
    affected,
    threat: {},
  };
}

function component(name: string, version: string): Component {
  return {
    purl: `pkg:npm/${name}@${version}`,
    ecosystem: 'npm',
    name,
    version,
    scope: 'runtime',
    direct: true,
    paths: [],
    seenIn: ['package-lock.json'],
  };
}

function indexOf(byName: Record<string, PackageAdvisory[]>): AdvisoryIndex {
  return {
    affecting: (_, name) => byName[name] ?? [],
    advisory: () => undefined,
    feeds: () => [],
    close: () => Promise.resolve(),
  };
}

const npm = [{ osvName: 'npm', compare: compareSemver }];

it.each<[string, Entry[], string, string[]]>([
  ['one fix', [entry('A', [{ introduced: '0' }, { fixed: '1.2.0' }])], '1.0.0', ['1.2.0']],
  [
    'fixes of several records, lowest first',
    [
      entry('A', [{ introduced: '0' }, { fixed: '1.10.0' }], ['1.0.0']),
      entry('B', [{ introduced: '0' }, { fixed: '1.10.0' }, { fixed: '1.9.0' }]),
    ],
    '1.0.0',
    ['1.10.0'],
  ],
  [
    'every branch above the version',
    [
      entry('A', [
        { introduced: '1.0.0' },
        { fixed: '1.5.0' },
        { introduced: '2.0.0' },
        { fixed: '2.1.0' },
      ]),
    ],
    '1.2.0',
    ['1.5.0', '2.1.0'],
  ],
  [
    'not the fix of a branch below',
    [
      entry('A', [
        { introduced: '0' },
        { fixed: '1.5.0' },
        { introduced: '2.0.0' },
        { fixed: '2.1.0' },
      ]),
    ],
    '2.0.0',
    ['2.1.0'],
  ],
  [
    'not what another record still calls affected',
    [
      entry('A', [{ introduced: '0' }, { fixed: '1.5.0' }]),
      entry('B', [{ introduced: '0' }, { fixed: '1.6.0' }]),
    ],
    '1.0.0',
    ['1.6.0'],
  ],
  ['none where no record names one', [entry('A', [{ introduced: '0' }])], '1.0.0', []],
  [
    'none for what is only the last affected version',
    [entry('A', [{ introduced: '0' }, { lastAffected: '1.4.0' }])],
    '1.0.0',
    [],
  ],
])('fixes: %s', (_, affected, version, expected) => {
  expect(fixesFor(version, { affected }, compareSemver)).toEqual(expected);
});

it('makes one finding for a component and a vulnerability, stable across runs', () => {
  const index = indexOf({
    a: [
      advisory('GHSA-2', [entry('GHSA-2', [{ introduced: '0' }])]),
      advisory('GHSA-1', [
        entry('GHSA-1', [{ introduced: '0' }, { fixed: '1.0.0' }]),
        entry('CVE-1', [{ introduced: '0' }, { fixed: '3.0.0' }]),
      ]),
    ],
  });
  const components = [component('a', '2.0.0'), component('b', '1.0.0')];
  const findings = matchComponents('repository', components, index, npm);
  expect(findings.map(({ advisory, match }) => [advisory.id, match.record, match.how])).toEqual([
    ['GHSA-1', 'CVE-1', 'range'],
    ['GHSA-2', 'GHSA-2', 'range'],
  ]);
  expect(findings[0]?.fixedIn).toEqual(['3.0.0']);
  expect(matchComponents('repository', components, index, npm)).toEqual(findings);
  const elsewhere = matchComponents('other', components, index, npm);
  expect(elsewhere.map(({ id }) => id)).not.toEqual(findings.map(({ id }) => id));
  expect(new Set(findings.map(({ id }) => id)).size).toBe(2);
});

it('leaves out what it cannot compare: no version, no such ecosystem', () => {
  const index = indexOf({ a: [advisory('A', [entry('A', [{ introduced: '0' }])])] });
  const unknown = { ...component('a', '1.0.0'), ecosystem: 'Other' };
  expect(matchComponents('r', [component('a', ''), unknown], index, npm)).toEqual([]);
});
