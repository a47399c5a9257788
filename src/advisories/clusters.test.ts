import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cluster, clusterRecords, type RecordIds } from './clusters.ts';
import { primaryId } from './identity.ts';

/** `GHSA-a: CVE-1 CVE-2` or, withdrawn, `~GHSA-a: CVE-1`. */
function records(...lines: string[]): RecordIds[] {
  return lines.map((line) => {
    const [id = '', aliases = ''] = line.replace('~', '').split(':');
    const list = aliases.split(' ').filter((alias) => alias !== '');
    return { id, aliases: list, withdrawn: line.startsWith('~') };
  });
}

/** `primary = aliases < records`, sorted. */
function show(clusters: Iterable<Cluster>): string[] {
  return [...clusters]
    .map(({ primary, aliases, records, withdrawn }) => {
      const ids = [primary, ...aliases].join(' ');
      return `${withdrawn ? '~' : ''}${ids} < ${records.join(' ')}`;
    })
    .sort();
}

describe('clusterRecords', () => {
  it.each<[string, string[], string[]]>([
    ['a record alone', ['GHSA-a:'], ['GHSA-a < GHSA-a']],
    [
      'four databases, one vulnerability',
      ['GHSA-a: CVE-1', 'PYSEC-1: CVE-1 GHSA-a', 'GO-1: GHSA-a', 'RUSTSEC-1: CVE-1'],
      ['GHSA-a CVE-1 GO-1 PYSEC-1 RUSTSEC-1 < GHSA-a GO-1 PYSEC-1 RUSTSEC-1'],
    ],
    [
      'an alias that only the other record names',
      ['GO-1: GHSA-a', 'GHSA-a:'],
      ['GHSA-a GO-1 < GHSA-a GO-1'],
    ],
    [
      'two GHSAs for one CVE',
      ['GHSA-a: CVE-1', 'GHSA-b: CVE-1'],
      ['GHSA-a CVE-1 GHSA-b < GHSA-a GHSA-b'],
    ],
    [
      'a report that covers two vulnerabilities speaks of both, and merges neither',
      ['GHSA-a: CVE-1', 'GHSA-b: CVE-2', 'GO-1: CVE-1 CVE-2 GHSA-a GHSA-b'],
      ['GHSA-a CVE-1 GO-1 < GHSA-a GO-1', 'GHSA-b CVE-2 < GHSA-b GO-1'],
    ],
    [
      'the same report where nobody else tells the two apart',
      ['GO-1: CVE-1 CVE-2 GHSA-a GHSA-b'],
      ['GO-1 CVE-1 CVE-2 GHSA-a GHSA-b < GO-1'],
    ],
    [
      'a chain of single wrong aliases',
      ['GHSA-a: CVE-1', 'GHSA-b: CVE-2', 'NSWG-1: CVE-1 NSWG-2', 'NSWG-2: CVE-2'],
      ['GHSA-a CVE-1 NSWG-1 < GHSA-a NSWG-1', 'GHSA-b CVE-2 NSWG-2 < GHSA-b NSWG-1 NSWG-2'],
    ],
    [
      'GHSAs without a CVE, linked by a third party or by one of them',
      ['GHSA-a: GHSA-b', 'GHSA-b:', 'PYSEC-1: GHSA-a GHSA-b'],
      ['GHSA-a PYSEC-1 < GHSA-a PYSEC-1', 'GHSA-b < GHSA-b PYSEC-1'],
    ],
    [
      'a withdrawn twin of a live record is an alias and says nothing',
      ['GHSA-a: CVE-1', '~PYSEC-1: CVE-1'],
      ['GHSA-a CVE-1 PYSEC-1 < GHSA-a'],
    ],
    [
      'a withdrawn record links nobody',
      ['GHSA-a: CVE-1', 'GHSA-b: CVE-2', '~GO-1: CVE-1 CVE-2'],
      ['GHSA-a CVE-1 < GHSA-a', 'GHSA-b CVE-2 < GHSA-b', '~GO-1 < GO-1'],
    ],
    ['a withdrawn record alone', ['~GHSA-a: CVE-1'], ['~GHSA-a < GHSA-a']],
  ])('%s', (_, given, expected) => {
    expect(show(clusterRecords(records(...given)))).toEqual(expected.sort());
  });

  const id = fc.constantFrom(
    'GHSA-a',
    'GHSA-b',
    'GHSA-c',
    'CVE-1',
    'CVE-2',
    'CVE-3',
    'GO-1',
    'PYSEC-1',
    'NSWG-1',
  );
  const someRecords = fc.uniqueArray(
    fc.record({ id, aliases: fc.uniqueArray(id, { maxLength: 4 }), withdrawn: fc.boolean() }),
    { selector: (record) => record.id, maxLength: 9 },
  );

  it('does not depend on the order of the records', () => {
    fc.assert(
      fc.property(someRecords, fc.infiniteStream(fc.nat()), (given, numbers) => {
        const shuffled = given
          .map((record) => ({ record, at: numbers.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ record }) => record);
        expect(show(clusterRecords(shuffled))).toEqual(show(clusterRecords(given)));
      }),
    );
  });

  it('puts every id into one cluster, loses no record, and merges no GHSAs without a shared CVE', () => {
    fc.assert(
      fc.property(someRecords, (given) => {
        const clusters = [...clusterRecords(given)];
        const ids = clusters.flatMap(({ primary, aliases }) => [primary, ...aliases]);
        expect(new Set(ids).size).toBe(ids.length);
        expect(given.map((record) => record.id).filter((id) => !ids.includes(id))).toEqual([]);
        const live = given.filter((record) => !record.withdrawn);
        const told = new Set(clusters.flatMap((cluster) => cluster.records));
        expect(live.map((record) => record.id).filter((id) => !told.has(id))).toEqual([]);
        for (const { primary, aliases } of clusters) {
          const members = new Set([primary, ...aliases]);
          const cves = live
            .filter((record) => record.id.startsWith('GHSA-') && members.has(record.id))
            .map((record) => record.aliases.filter((alias) => alias.startsWith('CVE-')).join());
          // Where several are in one cluster, each names exactly the CVE they share.
          expect(cves.length < 2 || (cves[0] !== '' && new Set(cves).size === 1)).toBe(true);
        }
      }),
    );
  });
});

describe('primaryId', () => {
  it.each<[string[], string[], string]>([
    [['CVE-1', 'GHSA-a', 'GO-1'], [], 'GHSA-a'],
    [['CVE-1', 'GO-1'], [], 'GO-1'],
    [['OSV-1', 'CVE-1'], [], 'CVE-1'],
    [['NSWG-1', 'OSV-1'], [], 'OSV-1'],
    [['GHSA-a', 'GHSA-b', 'GO-1'], ['GO-1'], 'GO-1'],
    [['GHSA-a', 'GHSA-b', 'GO-1'], ['GHSA-b', 'GO-1'], 'GHSA-b'],
  ])('of %j with records %j is %s', (ids, recorded, expected) => {
    expect(primaryId(ids, (id) => recorded.includes(id))).toBe(expected);
  });
});
