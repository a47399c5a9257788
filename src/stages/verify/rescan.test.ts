import { describe, expect, it } from 'vitest';
import type { MatchedFinding } from '../../domain/finding.ts';
import { compareScans } from './rescan.ts';

/** `lodash@4.17.11 GHSA-1` as a finding whose id is that text. */
function finding(text: string): MatchedFinding {
  const [, name = '', version = '', advisory = ''] = /^(.+)@(\S+) (\S+)$/.exec(text) ?? [];
  return {
    id: text,
    component: {
      purl: `pkg:npm/${name}@${version}`,
      ecosystem: 'npm',
      name,
      version,
      scope: 'runtime',
      direct: true,
      paths: [],
      seenIn: [],
    },
    advisory: {
      id: advisory,
      aliases: [],
      summary: '',
      published: '',
      severities: [],
      cwes: [],
      affected: [],
      threat: {},
    },
    match: { how: 'range', range: '', record: advisory, grammar: 'semver' },
    fixedIn: [],
  };
}

describe('compareScans', () => {
  it.each([
    {
      name: 'a hole that is gone is closed',
      before: ['a@1.0.0 G1'],
      after: [],
      closes: ['a@1.0.0 G1'],
      expected: { closed: ['a@1.0.0 G1'], remaining: [], introduced: [] },
    },
    {
      name: 'a hole that moved along with the version remains',
      before: ['a@1.0.0 G1'],
      after: ['a@1.1.0 G1'],
      closes: ['a@1.0.0 G1'],
      expected: { closed: [], remaining: ['a@1.0.0 G1'], introduced: [] },
    },
    {
      name: 'another instance that was vulnerable all along does not count against it',
      before: ['a@1.0.0 G1', 'a@2.0.0 G1'],
      after: ['a@2.0.0 G1'],
      closes: ['a@1.0.0 G1'],
      expected: { closed: ['a@1.0.0 G1'], remaining: [], introduced: [] },
    },
    {
      name: 'a hole that was not there before is introduced',
      before: ['a@1.0.0 G1'],
      after: ['a@2.0.0 G2', 'b@1.0.0 G3'],
      closes: ['a@1.0.0 G1'],
      expected: {
        closed: ['a@1.0.0 G1'],
        remaining: [],
        introduced: ['a@2.0.0 G2', 'b@1.0.0 G3'],
      },
    },
    {
      name: 'what nobody meant to close is neither',
      before: ['a@1.0.0 G1', 'b@1.0.0 G2'],
      after: ['b@1.0.0 G2'],
      closes: ['a@1.0.0 G1'],
      expected: { closed: ['a@1.0.0 G1'], remaining: [], introduced: [] },
    },
  ])('$name', ({ before, after, closes, expected }) => {
    expect(compareScans(before.map(finding), after.map(finding), closes)).toEqual(expected);
  });
});
