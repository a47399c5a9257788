import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  advisoryRecord,
  affected,
  buildUnits,
  temporaryFolder,
} from '../../test/support/advisories.ts';
import type { PackageAdvisory } from '../domain/advisory.ts';
import type { FeedRecord } from '../ports/feed.ts';
import { openIndex } from './open-index.ts';

type Units = Readonly<Record<string, readonly FeedRecord[]>>;

async function versionOf(home: string): Promise<string> {
  const index = openIndex(home);
  await index.close();
  return index.version;
}

/** What the last of these states says otherwise than the first. */
async function changes(...states: readonly Units[]) {
  const home = temporaryFolder();
  const [first = {}, ...others] = states;
  await buildUnits(home, first);
  const since = await versionOf(home);
  for (const state of others) await buildUnits(home, state);
  const index = openIndex(home);
  try {
    return index.changesSince(since);
  } finally {
    await index.close();
  }
}

const a = advisoryRecord({ id: 'GHSA-a', aliases: ['CVE-2020-0001'], affected: [affected('x')] });
const b = advisoryRecord({ id: 'GHSA-b', affected: [affected('y')] });
const cve = (vector: string) =>
  advisoryRecord({ id: 'CVE-2020-0001', severities: [{ type: 'CVSS_V3', vector }] });
const threat = (
  id: string,
  given: Extract<FeedRecord, { kind: 'threat' }>['threat'],
): FeedRecord => ({
  kind: 'threat',
  id,
  threat: given,
});
const epss = (score: number) => ({
  epss: { score, percentile: score, modelVersion: 'v1', date: '2026-01-01' },
});
const kev = { kev: { dateAdded: '2026-01-01', ransomware: false } };

const nothing = { everything: false, packages: [], threats: [] };
const npm = (name: string, ...advisories: string[]) => ({ ecosystem: 'npm', name, advisories });

describe('changesSince', () => {
  it.each<[string, readonly Units[], unknown]>([
    ['nothing', [{ 'osv/a': [a] }, { 'osv/a': [a] }], nothing],
    [
      'an advisory that is new',
      [{ 'osv/a': [a] }, { 'osv/a': [a, b] }],
      { ...nothing, packages: [npm('y', 'GHSA-b')] },
    ],
    [
      'nothing when only texts and dates are new',
      [
        { 'osv/a': [advisoryRecord({ id: 'GHSA-a', affected: [affected('x')] })] },
        {
          'osv/a': [
            advisoryRecord({
              id: 'GHSA-a',
              affected: [affected('x')],
              details: 'more',
              modified: '2026-02-01T00:00:00Z',
            }),
          ],
        },
      ],
      nothing,
    ],
    [
      'an advisory that is gone',
      [{ 'osv/a': [a, b] }, { 'osv/a': [b] }],
      { ...nothing, packages: [npm('x', 'GHSA-a')] },
    ],
    [
      'one that was withdrawn',
      [{ 'osv/b': [b] }, { 'osv/b': [{ ...b, withdrawn: true }] }],
      { ...nothing, packages: [npm('y', 'GHSA-b')] },
    ],
    [
      'one that speaks of another package',
      [
        { 'osv/b': [b] },
        { 'osv/b': [advisoryRecord({ id: 'GHSA-b', affected: [affected('z')] })] },
      ],
      { ...nothing, packages: [npm('y', 'GHSA-b'), npm('z', 'GHSA-b')] },
    ],
    [
      'names as registries compare them',
      [
        { 'osv/a': [a] },
        { 'osv/a': [a, advisoryRecord({ id: 'P', affected: [affected('Foo_Bar', '1', 'PyPI')] })] },
      ],
      { ...nothing, packages: [{ ecosystem: 'PyPI', name: 'foo-bar', advisories: ['P'] }] },
    ],
    [
      'a record that joins two others',
      [
        { 'osv/a': [a, b] },
        {
          'osv/a': [a, b, advisoryRecord({ id: 'PYSEC-1', aliases: ['GHSA-b', 'CVE-2020-0009'] })],
        },
      ],
      { ...nothing, packages: [npm('y', 'CVE-2020-0009', 'GHSA-b', 'PYSEC-1')] },
    ],
    [
      'a record that fills a gap of another',
      [{ 'osv/a': [a, cve('AV:L')] }, { 'osv/a': [a, cve('AV:N')] }],
      { ...nothing, packages: [npm('x', 'CVE-2020-0001')] },
    ],
    [
      'KEV for an id that is known',
      [
        { 'osv/a': [a], 'kev/k': [] },
        { 'osv/a': [a], 'kev/k': [threat('CVE-2020-0001', kev)] },
      ],
      { ...nothing, threats: ['CVE-2020-0001'] },
    ],
    [
      'KEV for an id that nobody speaks of',
      [{ 'osv/a': [a] }, { 'osv/a': [a], 'kev/k': [threat('CVE-1999-0001', kev)] }],
      nothing,
    ],
    [
      'KEV that is taken back',
      [
        { 'osv/a': [a], 'kev/k': [threat('CVE-2020-0001', kev)] },
        { 'osv/a': [a], 'kev/k': [] },
      ],
      { ...nothing, threats: ['CVE-2020-0001'] },
    ],
    [
      'EPSS alone',
      [
        { 'osv/a': [a], 'epss/e': [threat('CVE-2020-0001', epss(0.1))] },
        { 'osv/a': [a], 'epss/e': [threat('CVE-2020-0001', epss(0.9))] },
      ],
      nothing,
    ],
    [
      'EPSS that comes beside KEV',
      [
        { 'osv/a': [a], 'kev/k': [threat('CVE-2020-0001', kev)] },
        {
          'osv/a': [a],
          'kev/k': [threat('CVE-2020-0001', kev)],
          'epss/e': [threat('CVE-2020-0001', epss(0.9))],
        },
      ],
      nothing,
    ],
    [
      'several builds together',
      [{ 'osv/a': [a] }, { 'osv/a': [b] }, { 'osv/a': [b], 'kev/k': [threat('GHSA-b', kev)] }],
      {
        everything: false,
        packages: [npm('x', 'GHSA-a'), npm('y', 'GHSA-b')],
        threats: ['GHSA-b'],
      },
    ],
  ])('tells of %s', async (_, states, expected) => {
    const told = await changes(...states);
    const sorted = told.everything
      ? told
      : { ...told, packages: told.packages.toSorted((p, q) => (p.name < q.name ? -1 : 1)) };
    expect(sorted).toEqual(expected);
  });

  it('says everything to who knows no version, or one that it does not', async () => {
    const home = temporaryFolder();
    await buildUnits(home, { 'osv/a': [a] });
    const index = openIndex(home);
    expect(index.changesSince(undefined)).toEqual({ everything: true });
    expect(index.changesSince('f'.repeat(32))).toEqual({ everything: true });
    await index.close();
  });

  it('says everything when there is too much to tell', async () => {
    const many = Array.from({ length: 20_001 }, (_, at) =>
      advisoryRecord({ id: `MAL-${at}`, affected: [affected(`p${at}`)] }),
    );
    expect(await changes({ 'osv/a': [a] }, { 'osv/a': [a, ...many] })).toEqual({
      everything: true,
    });
  });

  it('names indexes of the same files the same, however they came to be', async () => {
    const [one, other] = [temporaryFolder(), temporaryFolder()];
    await buildUnits(one, { 'osv/a': [a] });
    await buildUnits(one, { 'osv/a': [a], 'osv/b': [b] });
    await buildUnits(other, { 'osv/b': [b], 'osv/a': [a] });
    expect(await versionOf(one)).toBe(await versionOf(other));
    const index = openIndex(other);
    expect(index.changesSince(await versionOf(one))).toEqual(nothing);
    await index.close();
  });

  it('forgets what is long ago, and says so', async () => {
    const home = temporaryFolder();
    const state = (round: number) => ({
      'osv/a': [
        advisoryRecord({ id: 'GHSA-a', summary: `round ${round}`, affected: [affected('x')] }),
      ],
    });
    const versions: string[] = [];
    for (let round = 0; round < 203; round += 1) {
      await buildUnits(home, state(round));
      versions.push(await versionOf(home));
    }
    const index = openIndex(home);
    expect(index.changesSince(versions[0])).toEqual({ everything: true });
    expect(index.changesSince(versions[2])).toMatchObject({ packages: [npm('x', 'GHSA-a')] });
    await index.close();
  }, 60_000);
});

const id = fc.constantFrom('GHSA-a', 'GHSA-b', 'GO-1', 'CVE-2020-0001', 'CVE-2020-0002');
const SEVERITIES = ['', 'AV:N', 'AV:L'].map((vector) =>
  vector === '' ? [] : [{ type: 'CVSS_V3' as const, vector }],
);
const anyRecord = fc.oneof(
  fc
    .record({
      id,
      aliases: fc.uniqueArray(id, { maxLength: 3 }),
      severities: fc.constantFrom(...SEVERITIES),
      packages: fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 }),
      withdrawn: fc.boolean(),
    })
    .map(({ aliases, packages, withdrawn, ...given }) =>
      advisoryRecord(
        {
          ...given,
          aliases: aliases.filter((alias) => alias !== given.id),
          affected: packages.map((name) => affected(name)),
        },
        withdrawn,
      ),
    ),
  fc.record({ id, publicExploits: fc.nat(2) }).map(({ id: of, ...given }) => threat(of, given)),
);
const anyUnits = fc.dictionary(
  fc.constantFrom('osv/a', 'osv/b', 'cve/c'),
  fc.array(anyRecord, { maxLength: 4 }),
  { minKeys: 1 },
);

/** Another record in the place of one, or beside them. */
const anyEdit = fc
  .record({ at: fc.nat(4), record: anyRecord, file: fc.constantFrom('osv/a', 'osv/b', 'cve/c') })
  .map(
    ({ at, record, file }) =>
      (units: Units): Units => ({
        ...units,
        [file]: (units[file] ?? []).toSpliced(at, 1, record),
      }),
  );

describe('what is not told of', () => {
  it('is as it was', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        anyUnits,
        fc.array(anyEdit, { minLength: 1, maxLength: 2 }),
        async (first, edits) => {
          const home = temporaryFolder();
          await buildUnits(home, first);
          const before = openIndex(home);
          const said = new Map(
            ['x', 'y', 'z'].map((name) => [name, before.affecting('npm', name)]),
          );
          await before.close();
          let state: Units = first;
          for (const edit of edits) {
            state = edit(state);
            await buildUnits(home, state);
          }
          const after = openIndex(home);
          const told = after.changesSince(before.version);
          if (!told.everything) {
            for (const [name, advisories] of said) {
              const ids = new Set([
                ...(told.packages.find((each) => each.name === name)?.advisories ?? []),
                ...told.threats,
              ]);
              const untouched = (each: PackageAdvisory) =>
                ![each.id, ...each.aliases, ...each.affected.map(({ record }) => record)].some(
                  (one) => ids.has(one),
                );
              expect(after.affecting('npm', name).filter(untouched)).toEqual(
                advisories.filter(untouched),
              );
            }
          }
          await after.close();
        },
      ),
      { numRuns: 300 },
    );
  });
});
