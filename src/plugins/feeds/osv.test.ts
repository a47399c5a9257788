import { describe, expect, it } from 'vitest';
import { readFeed } from '../../../test/contract/feed.contract.ts';
import { zipOf } from '../../../test/support/zip.ts';
import { readOsvRecord } from './osv.schema.ts';
import { osv } from './osv.ts';

/** A record with one affected entry that has these fields besides its package. */
function withEntry(entry: object, record: object = {}) {
  const affected = [{ package: { ecosystem: 'npm', name: 'lodash' }, ...entry }];
  return readOsvRecord({ id: 'GHSA-a', affected, ...record }, 'osv').advisory;
}

describe('vulnerable symbols', () => {
  it.each<[string, object, object, { path: string; name: string }[]]>([
    [
      'imports with symbols',
      { ecosystem_specific: { imports: [{ path: 'lodash/fp', symbols: ['template', 'set'] }] } },
      {},
      [
        { path: 'lodash/fp', name: 'template' },
        { path: 'lodash/fp', name: 'set' },
      ],
    ],
    [
      'an import without symbols means all of it',
      { ecosystem_specific: { imports: [{ path: 'lodash' }] } },
      {},
      [{ path: 'lodash', name: '' }],
    ],
    [
      'RustSec functions',
      { ecosystem_specific: { affects: { functions: ['pyo3::types::Weak::upgrade', 'alone'] } } },
      {},
      [
        { path: 'pyo3::types::Weak', name: 'upgrade' },
        { path: 'alone', name: '' },
      ],
    ],
    [
      'RustSec functions of older exports',
      { ecosystem_specific: { affects: { functions: { 'a::b': ['< 1.0.0'] } } } },
      {},
      [{ path: 'a', name: 'b' }],
    ],
    [
      'plain lists, at the entry and at the record, each name once',
      { ecosystem_specific: { symbols: ['template'] }, database_specific: { symbols: ['set'] } },
      { database_specific: { vulnerable_functions: ['lodash.template', 'lodash.zipObjectDeep'] } },
      [
        { path: 'lodash', name: 'template' },
        { path: 'lodash', name: 'set' },
        { path: 'lodash', name: 'zipObjectDeep' },
      ],
    ],
    ['nothing', { ecosystem_specific: null }, {}, []],
    ['what is no list', { ecosystem_specific: { imports: 'all', symbols: 3 } }, {}, []],
  ])('%s', (_, entry, record, expected) => {
    expect(withEntry(entry, record).affected[0]?.symbols).toEqual(expected);
  });
});

describe('ranges', () => {
  it('keeps events in their order and leaves out ranges of commits', () => {
    const events = [{ introduced: '0' }, { fixed: '1.0.0' }, { introduced: '2.0.0' }];
    const [entry] = withEntry({
      ranges: [
        { type: 'GIT', events: [{ introduced: 'abc' }] },
        { type: 'SEMVER', events: [...events, { last_affected: '2.1.0' }] },
        { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { limit: '3' }] },
      ],
      versions: ['0.9.0'],
    }).affected;
    expect(entry?.ranges).toEqual([
      { type: 'SEMVER', events: [...events, { lastAffected: '2.1.0' }] },
      { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { limit: '3' }] },
    ]);
    expect(entry?.versions).toEqual(['0.9.0']);
  });

  it.each([
    [[{ introduced: 0 }], /one key with a version/],
    [[{ introduced: '0', fixed: '1' }], /one key with a version/],
    [[{ until: '1' }], /unknown range event "until"/],
    [[null], /one key with a version/],
  ])('refuses a record with events %j', (events, message) => {
    expect(() => withEntry({ ranges: [{ type: 'SEMVER', events }] })).toThrow(message);
  });
});

describe('severity', () => {
  const V3 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
  const V2 = 'AV:N/AC:L/Au:N/C:P/I:P/A:P';

  it.each<[string, object, object, object[]]>([
    [
      'of the record',
      {},
      { severity: [{ type: 'CVSS_V3', score: V3 }] },
      [{ type: 'CVSS_V3', vector: V3 }],
    ],
    [
      'of the entry, where the record has none',
      { severity: [{ type: 'CVSS_V2', score: V2 }] },
      { severity: [] },
      [{ type: 'CVSS_V2', vector: V2 }],
    ],
    ['that is no vector', {}, { severity: [{ type: 'Ubuntu', score: 'medium' }, null, '9.8'] }, []],
  ])('%s', (_, entry, record, expected) => {
    expect(withEntry(entry, record).severities).toEqual(expected);
  });

  it.each([
    ['MODERATE', 'medium'],
    ['Important', 'high'],
    ['critical', 'critical'],
    ['whatever', undefined],
  ])('label %s is %s', (severity, expected) => {
    expect(withEntry({}, { database_specific: { severity } }).severityLabel).toBe(expected);
  });
});

describe('hostile records', () => {
  it.each<[string, object, RegExp]>([
    ['an id with a line break', { id: 'GHSA-a\nGHSA-b' }, /id is missing/],
    ['an id of a megabyte', { id: 'a'.repeat(1_000_000) }, /id is missing/],
    ['a date that is none', { id: 'GHSA-a', modified: 'soon' }, /modified is not a date/],
    [
      'a package name with a tab',
      { id: 'GHSA-a', affected: [{ package: { ecosystem: 'npm', name: 'a\tb' } }] },
      /not printable/,
    ],
  ])('%s is refused', (_, record, message) => {
    expect(() => readOsvRecord(record, 'osv')).toThrow(message);
  });

  it('cuts texts that nobody would read and drops links that are none', () => {
    const { details, summary, references, aliases } = withEntry(
      {},
      {
        details: 'x'.repeat(1_000_000),
        references: [{ type: 'WEB', url: 'javascript:alert(1)' }],
        aliases: ['GHSA-a', 'CVE-2020-0001', 'CVE-2020-0001', 7],
      },
    );
    expect(details.length).toBeLessThan(70_000);
    expect(summary.length).toBeLessThan(400);
    expect(references).toEqual([]);
    expect(aliases).toEqual(['CVE-2020-0001']);
  });
});

describe('a zip', () => {
  const path = 'osv/npm/all.zip';
  const files = { 'a.json': '{"id":"GHSA-a"}', 'b.json': '{"id":"GHSA-b"}', LICENSE: 'text' };

  it('goes on after an entry whose content is damaged', async () => {
    const zip = await zipOf(files);
    // The first entry's data begin after its header of 30 bytes and its name.
    zip.writeUInt8((zip[38] ?? 0) ^ 0xff, 38);
    const { records, problems } = await readFeed(osv, path, zip);
    expect(records).toMatchObject([{ advisory: { id: 'GHSA-b' } }]);
    expect(problems).toEqual([expect.stringMatching(/all\.zip!a\.json/)]);
  });

  it('does not inflate more than an entry states', async () => {
    const zip = await zipOf({ 'a.json': `{"id":"${'a'.repeat(5000)}"}` });
    const directory = zip.indexOf(Buffer.from('PK\u0001\u0002'));
    zip.writeUInt32LE(10, directory + 24);
    const { records, problems } = await readFeed(osv, path, zip);
    expect(records).toEqual([]);
    expect(problems).toHaveLength(1);
  });

  it('has more files than 16 bits count', { timeout: 60_000 }, async () => {
    const many = Array.from({ length: 70_000 }, (_, number) => [
      `${number}.json`,
      `{"id":"X-${number}"}`,
    ]);
    const { records, problems } = await readFeed(osv, path, await zipOf(Object.fromEntries(many)));
    expect([records.length, problems.length]).toEqual([70_000, 0]);
  });

  it.each([0.1, 0.5, 0.9, 0.999])('cut at %d of its length is refused', async (share) => {
    const zip = await zipOf(files);
    const reading = readFeed(osv, path, zip.subarray(0, Math.floor(zip.length * share)));
    await expect(reading).rejects.toMatchObject({ code: 'feed-truncated' });
  });
});
