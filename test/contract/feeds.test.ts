import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cve } from '../../src/plugins/feeds/cve.ts';
import { epss } from '../../src/plugins/feeds/epss.ts';
import { exploits } from '../../src/plugins/feeds/exploits.ts';
import { feeds } from '../../src/plugins/feeds/index.ts';
import { kev } from '../../src/plugins/feeds/kev.ts';
import { osv } from '../../src/plugins/feeds/osv.ts';
import { zipOf } from '../support/zip.ts';
import { type FeedCase, feedContract } from './feed.contract.ts';

const ONE = 'CVE-2020-0001';
const TWO = 'CVE-2020-0002';

/** A format as plain text and gzip-compressed; a cut gzip stream has no end. */
function plainAndPacked(
  feed: (typeof feeds)[number],
  format: string,
  example: FeedCase & { good: string },
): void {
  feedContract(feed, format, example);
  const packed = (text: string | Buffer) => gzipSync(text);
  const { empty, truncated: _, ...rest } = example;
  feedContract(feed, `${format}, gzip`, {
    ...rest,
    path: `${example.path}.gz`,
    good: packed(example.good),
    broken: packed(example.broken),
    ...(empty === undefined ? {} : { empty: packed(empty) }),
  });
}

const catalogue = (...entries: object[]) =>
  JSON.stringify({ title: 'KEV', dateReleased: '2026-01-01T00:00:00Z', vulnerabilities: entries });
feedContract(kev, 'catalogue', {
  path: 'kev/known_exploited_vulnerabilities.json',
  good: catalogue({ cveID: ONE, dateAdded: '2021-01-01' }, { cveID: TWO, dateAdded: '2021-01-02' }),
  ids: [ONE, TWO],
  broken: catalogue({ cveID: ONE }, { cveID: TWO, dateAdded: '2021-01-02' }),
  place: /vulnerabilities\[0\].*dateAdded/,
  empty: catalogue(),
});

const HEAD =
  '#model_version:v2025.03.14,score_date:2026-01-01T00:00:00+0000\ncve,epss,percentile\n';
plainAndPacked(epss, 'scores', {
  path: 'epss/epss_scores-current.csv',
  good: `${HEAD}${ONE},0.1,0.2\n${TWO},0.3,0.4\n`,
  ids: [ONE, TWO],
  broken: `${HEAD}${ONE},none,0.2\n${TWO},0.3,0.4\n`,
  place: /:3: .*epss is not a number/,
  empty: HEAD,
  truncated: `${HEAD}${ONE},0.1,0.2\n${TWO},0.`,
});

const COUNTS = 'cve\tpoc_links\treference_pocs\tgithub_pocs\n';
plainAndPacked(exploits, 'counts', {
  path: 'poc/poc_counts.tsv',
  good: `${COUNTS}${ONE}\t2\t1\t1\n${TWO}\t3\t1\t2\n`,
  ids: [ONE, TWO],
  broken: `${COUNTS}${ONE}\tmany\t1\t1\n${TWO}\t3\t1\t2\n`,
  place: /:2: /,
  empty: COUNTS,
  truncated: `${COUNTS}${ONE}\t2\t1\t1\nCVE-20`,
});

const line = (id: string) => `${JSON.stringify({ id, updated: '2026-01-01T00:00:00Z' })}\n`;
plainAndPacked(cve, 'one record a line', {
  path: 'cvelist/vulnrichment.ndjson',
  good: line(ONE) + line(TWO),
  ids: [ONE, TWO],
  broken: `{"id":"${ONE}",\n${line(TWO)}`,
  place: /:1: /,
});

const nvdFile = (...items: object[]) =>
  JSON.stringify({ resultsPerPage: 2, format: 'NVD_CVE', version: '2.0', vulnerabilities: items });
plainAndPacked(cve, 'NVD 2.0', {
  path: 'nvd/nvdcve-2.0-2020.json',
  good: nvdFile({ cve: { id: ONE } }, { cve: { id: TWO } }),
  ids: [ONE, TWO],
  broken: nvdFile({ cve: { id: 'nothing' } }, { cve: { id: TWO } }),
  place: /vulnerabilities\[0\]/,
  empty: nvdFile(),
});

const json5 = (cveId: string) => ({
  dataType: 'CVE_RECORD',
  cveMetadata: { cveId, state: 'PUBLISHED' },
  containers: { cna: {} },
});
feedContract(cve, 'CVE JSON 5', {
  path: 'cvelistV5/cves/2020/0xxx/CVE-2020-0001.json',
  good: JSON.stringify([json5(ONE), json5(TWO)]),
  ids: [ONE, TWO],
  broken: JSON.stringify([json5('none'), json5(TWO)]),
  place: /no CVE id/,
  empty: '[]',
});

const record = (id: string) => JSON.stringify({ id, modified: '2026-01-01T00:00:00Z' });
feedContract(osv, 'zip', {
  path: 'osv/npm/all.zip',
  good: await zipOf({ 'a.json': record('GHSA-a'), 'b.json': record('GHSA-b') }),
  ids: ['GHSA-a', 'GHSA-b'],
  broken: await zipOf({ 'a.json': '{"id":', 'b.json': record('GHSA-b') }),
  place: /all\.zip!a\.json/,
  empty: await zipOf({}),
});
feedContract(osv, 'record', {
  path: 'osv/npm/GHSA-a.json',
  good: `[${record('GHSA-a')},${record('GHSA-b')}]`,
  ids: ['GHSA-a', 'GHSA-b'],
  broken: `[{"id":7},${record('GHSA-b')}]`,
  place: /id is missing/,
  empty: '[]',
});

describe('the list of feeds', () => {
  it('is what is on disk, sorted', () => {
    const folder = new URL('../../src/plugins/feeds/', import.meta.url);
    const onDisk = readdirSync(folder)
      .filter((name) => /^[a-z]+\.ts$/.test(name) && name !== 'index.ts')
      .map((name) => name.replace('.ts', ''));
    expect(feeds.map((feed) => feed.id)).toEqual(onDisk.sort());
  });

  it.each([
    ['osv/npm/all.zip', 'osv'],
    ['npm/all.zip', 'osv'],
    ['osv/npm/CVE-2020-0001.json', 'osv'],
    ['GHSA-29mw-wpgm-hmr9.json', 'osv'],
    ['kev/known_exploited_vulnerabilities.json', 'kev'],
    ['epss/epss_kev_sample.csv', 'epss'],
    ['epss_scores-2026-01-01.csv.gz', 'epss'],
    ['poc/poc_counts.tsv.gz', 'exploits'],
    ['cvelist/vulnrichment.ndjson.gz', 'cve'],
    ['cves/2024/1xxx/CVE-2024-1001.json', 'cve'],
    ['cves/delta.json', undefined],
    ['osv/npm_conflicts.tsv', undefined],
    ['MANIFEST.json', undefined],
    ['SOURCES.md', undefined],
  ])('%s belongs to %s alone', (path, id) => {
    const claiming = feeds.filter((feed) => feed.claims(path)).map((feed) => feed.id);
    expect(claiming).toEqual(id === undefined ? [] : [id]);
  });

  it('fetches over https, to names that the same feed claims in a mirror', () => {
    for (const feed of feeds) {
      for (const file of feed.files(['npm', 'crates.io'])) {
        expect(new URL(file.url).protocol).toBe('https:');
        expect(feed.claims(`${feed.id}/${file.name}`)).toBe(true);
      }
    }
  });
});
