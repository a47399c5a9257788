import { describe, expect, it } from 'vitest';
import type { PackageAdvisory } from '../../domain/advisory.ts';
import type { Component } from '../../domain/component.ts';
import { compareSemver } from '../../versions/semver.ts';
import { findingOn, newlyAffected, unmatchable } from './delta.ts';
import { matchComponents } from './match.ts';

const npm = [{ osvName: 'npm', compare: compareSemver }];

function component(name: string, version: string, ecosystem = 'npm'): Component {
  return {
    purl: `pkg:${ecosystem.toLowerCase()}/${name}@${version}`,
    ecosystem,
    name,
    version,
    scope: 'runtime',
    direct: true,
    paths: [],
    seenIn: [],
  };
}

function advisory(id: string, fixed: string, aliases: readonly string[] = []): PackageAdvisory {
  const events = [{ introduced: '0' }, { fixed }];
  const ranges = [{ type: 'SEMVER' as const, events }];
  return {
    id,
    aliases,
    summary: '',
    published: '',
    severities: [],
    cwes: [],
    threat: {},
    affected: [{ ecosystem: 'npm', name: 'a', ranges, versions: [], symbols: [], record: id }],
  };
}

const index = {
  affecting: (_: string, name: string) =>
    name === 'a' ? [advisory('GHSA-old', '3.0.0'), advisory('GHSA-new', '2.0.0', ['CVE-1'])] : [],
  advisory: () => undefined,
  feeds: () => [],
  close: () => Promise.resolve(),
};

describe('newlyAffected', () => {
  const stored = [component('a', '1.0.0'), component('a', '2.5.0'), component('b', '1.0.0')];

  it.each<[string, string, readonly string[], readonly string[]]>([
    ['versions that the advisory affects', 'a', ['GHSA-new'], ['1.0.0']],
    ['an advisory by an alias', 'a', ['CVE-1'], ['1.0.0']],
    ['several advisories', 'a', ['GHSA-old', 'GHSA-new'], ['1.0.0', '2.5.0']],
    ['an advisory that is gone', 'a', ['GHSA-gone'], []],
    ['a package that nobody has', 'c', ['GHSA-new'], []],
    ['a package that nothing is said of any more', 'b', ['GHSA-new'], []],
  ])('takes %s', (_, name, advisories, versions) => {
    const changed = [{ ecosystem: 'npm', name, advisories }];
    const found = newlyAffected(stored, changed, index, npm);
    expect(found.map(({ version }) => version)).toEqual(versions);
  });

  it('judges nothing that it cannot compare', () => {
    const changed = [
      { ecosystem: 'npm', name: 'a', advisories: ['GHSA-new'] },
      { ecosystem: 'PyPI', name: 'a', advisories: ['GHSA-new'] },
    ];
    const found = newlyAffected(
      [component('a', ''), component('a', '1.0.0', 'PyPI')],
      changed,
      index,
      npm,
    );
    expect(found).toEqual([]);
  });

  it('finds packages under any name that their registry takes for the same', () => {
    const changed = [{ ecosystem: 'PyPI', name: 'foo-bar', advisories: ['P'] }];
    const asked: string[] = [];
    const one = {
      affecting: (_: string, name: string) => {
        asked.push(name);
        return [advisory('P', '9.0.0')];
      },
    };
    const python = [{ osvName: 'PyPI', compare: compareSemver }];
    expect(
      newlyAffected([component('Foo_Bar', '1.0.0', 'PyPI')], changed, one, python),
    ).toHaveLength(1);
    expect(asked).toEqual(['foo-bar']);
  });
});

describe('findingOn', () => {
  it('is the finding that matching the asset itself makes', () => {
    const components = [component('a', '1.0.0')];
    const [shared, own] = ['', 'repository:shop'].map((id) =>
      matchComponents(id, components, index, npm),
    );
    expect(shared?.map((finding) => findingOn('repository:shop', finding))).toEqual(own);
    expect(own).toHaveLength(2);
  });
});

describe('unmatchable', () => {
  it('counts by ecosystem', () => {
    const components = [
      component('a', '1', 'PyPI'),
      component('b', '1', 'PyPI'),
      component('c', '1'),
    ];
    expect(unmatchable(components, npm)).toEqual(new Map([['PyPI', 2]]));
  });
});
