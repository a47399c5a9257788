import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  advisoryRecord,
  affected,
  buildUnits,
  temporaryFolder,
} from '../../test/support/advisories.ts';
import type { FeedRecord } from '../ports/feed.ts';
import { currentGeneration, indexFile, layoutOf } from './layout.ts';
import { openIndex } from './open-index.ts';
import { openTables } from './tables.ts';

async function indexOf(...records: FeedRecord[]) {
  const home = temporaryFolder();
  await buildUnits(home, { 'osv/all.zip': records });
  const index = openIndex(home);
  onTestFinished(() => index.close());
  return index;
}

const CVSS = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';

describe('affecting', () => {
  it('answers one advisory for records that are aliases, with both entries', async () => {
    const index = await indexOf(
      advisoryRecord({
        id: 'PYSEC-1',
        aliases: ['CVE-2020-0001', 'GHSA-a'],
        summary: 'from PyPA',
        published: '2020-01-01T00:00:00Z',
        affected: [affected('Flask_Thing', '2.0.0', 'PyPI')],
      }),
      advisoryRecord({
        id: 'GHSA-a',
        aliases: ['CVE-2020-0001'],
        summary: 'from GitHub',
        published: '2020-02-01T00:00:00Z',
        severityLabel: 'high',
        affected: [affected('flask-thing', '2.0.1', 'PyPI')],
      }),
    );
    expect(index.affecting('PyPI', 'flask.thing')).toEqual([
      {
        id: 'GHSA-a',
        aliases: ['CVE-2020-0001', 'PYSEC-1'],
        summary: 'from GitHub',
        published: '2020-01-01T00:00:00Z',
        severities: [],
        severityLabel: 'high',
        cwes: [],
        affected: [
          { ...affected('flask-thing', '2.0.1', 'PyPI'), record: 'GHSA-a' },
          { ...affected('Flask_Thing', '2.0.0', 'PyPI'), record: 'PYSEC-1' },
        ],
        threat: {},
      },
    ]);
  });

  it('is empty for packages nobody speaks of, whatever their names look like', async () => {
    const index = await indexOf(advisoryRecord({ id: 'GHSA-a', affected: [affected('ab')] }));
    for (const name of ['a', 'abc', 'ab\tGHSA-a', '', '__proto__']) {
      expect(index.affecting('npm', name)).toEqual([]);
    }
    expect(index.affecting('PyPI', 'ab')).toEqual([]);
    expect(index.affecting('npm', 'ab')).toHaveLength(1);
  });

  it('never answers withdrawn records, but their live twins', async () => {
    const index = await indexOf(
      advisoryRecord({ id: 'GHSA-gone', affected: [affected('a')] }, true),
      advisoryRecord({ id: 'GHSA-b', aliases: ['CVE-2020-0002'], affected: [affected('b')] }, true),
      advisoryRecord({ id: 'PYSEC-b', aliases: ['CVE-2020-0002'], affected: [affected('b')] }),
    );
    expect(index.affecting('npm', 'a')).toEqual([]);
    expect(index.affecting('npm', 'b')).toMatchObject([
      { affected: [{ name: 'b', record: 'PYSEC-b' }] },
    ]);
  });

  it('joins threat, severity and weaknesses over all ids of a vulnerability', async () => {
    const kev = { dateAdded: '2021-01-01', ransomware: false };
    const epss = { score: 0.5, percentile: 0.9, modelVersion: 'v1', date: '2026-01-01' };
    const index = await indexOf(
      advisoryRecord({
        id: 'GO-1',
        aliases: ['CVE-2020-0001', 'CVE-2020-0002'],
        affected: [affected('a', '1.0.0', 'Go')],
      }),
      {
        kind: 'threat',
        id: 'CVE-2020-0001',
        threat: { kev, publicExploits: 2 },
        severities: [{ type: 'CVSS_V3', vector: CVSS }],
        cwes: ['CWE-79'],
      },
      { kind: 'threat', id: 'CVE-2020-0002', threat: { epss, publicExploits: 3 }, cwes: ['CWE-9'] },
    );
    expect(index.affecting('Go', 'a')).toMatchObject([
      {
        id: 'GO-1',
        threat: { kev, epss, publicExploits: 3 },
        severities: [{ type: 'CVSS_V3', vector: CVSS }],
        cwes: ['CWE-9', 'CWE-79'],
      },
    ]);
  });

  it("prefers the advisory's own severity to the CVE record's", async () => {
    const own = [{ type: 'CVSS_V3', vector: CVSS }] as const;
    const index = await indexOf(
      advisoryRecord({
        id: 'GHSA-a',
        aliases: ['CVE-2020-0001'],
        severities: own,
        affected: [affected('a')],
      }),
      {
        kind: 'threat',
        id: 'CVE-2020-0001',
        threat: {},
        severities: [{ type: 'CVSS_V2', vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' }],
      },
    );
    expect(index.affecting('npm', 'a')[0]?.severities).toEqual(own);
  });
});

describe('advisory', () => {
  it('tells the whole vulnerability by any of its ids', async () => {
    const index = await indexOf(
      advisoryRecord({
        id: 'GO-1',
        aliases: ['GHSA-a'],
        details: 'long',
        affected: [affected('x')],
      }),
      advisoryRecord({ id: 'GHSA-a', aliases: ['CVE-2020-0001'], summary: 'short' }),
    );
    const expected = {
      id: 'GHSA-a',
      aliases: ['CVE-2020-0001', 'GO-1'],
      summary: 'short',
      details: 'long',
      affected: [affected('x')],
    };
    for (const id of ['GHSA-a', 'GO-1', 'CVE-2020-0001']) {
      expect(index.advisory(id)).toMatchObject(expected);
    }
    expect(index.advisory('CVE-2020-9999')).toBeUndefined();
  });

  it('marks what was withdrawn', async () => {
    const index = await indexOf(advisoryRecord({ id: 'GHSA-gone', summary: 'oops' }, true));
    expect(index.advisory('GHSA-gone')).toMatchObject({ summary: 'oops', withdrawn: true });
  });
});

describe('openIndex', () => {
  it('says what to do before the first sync', () => {
    expect(() => openIndex(temporaryFolder())).toThrow(
      expect.objectContaining({
        code: 'index-missing',
        remedy: expect.stringContaining('suture sync'),
      }),
    );
  });

  it('says what to do with the index of another version', async () => {
    const home = temporaryFolder();
    await buildUnits(home, { 'osv/a': [advisoryRecord({ id: 'GHSA-a' })] });
    const layout = layoutOf(home);
    const tables = openTables(indexFile(layout, currentGeneration(layout) ?? ''), 'write');
    await tables.meta.put('state', JSON.stringify({ format: 999, units: [] }));
    await tables.environment.close();
    expect(() => openIndex(home)).toThrow(expect.objectContaining({ code: 'index-format' }));
  });

  it('reads from a home that cannot be written', async () => {
    const home = temporaryFolder();
    await buildUnits(home, {
      'osv/a': [advisoryRecord({ id: 'GHSA-a', affected: [affected('a')] })],
    });
    const generation = join(home, 'advisories', 'gen-000001');
    for (const name of readdirSync(generation)) chmodSync(join(generation, name), 0o444);
    for (const folder of [generation, join(home, 'advisories'), home]) chmodSync(folder, 0o555);
    onTestFinished(() => {
      for (const folder of [home, join(home, 'advisories'), generation]) chmodSync(folder, 0o755);
    });
    const index = openIndex(home);
    expect(index.affecting('npm', 'a')).toHaveLength(1);
    await index.close();
  });

  it('keeps answering from the generation it opened while another replaces it', async () => {
    const home = temporaryFolder();
    await buildUnits(home, {
      'osv/a': [advisoryRecord({ id: 'GHSA-a', affected: [affected('a')] })],
    });
    const old = openIndex(home);
    await buildUnits(home, {
      'osv/a': [advisoryRecord({ id: 'GHSA-b', affected: [affected('b')] })],
    });
    const { removeLitter } = await import('./layout.ts');
    await removeLitter(layoutOf(home));
    expect(readdirSync(layoutOf(home).root).filter((name) => name.startsWith('gen-'))).toEqual([
      'gen-000002',
    ]);
    const renewed = openIndex(home);
    expect(old.affecting('npm', 'a')).toHaveLength(1);
    expect(old.affecting('npm', 'b')).toHaveLength(0);
    expect(renewed.affecting('npm', 'a')).toHaveLength(0);
    expect(renewed.affecting('npm', 'b')).toHaveLength(1);
    await old.close();
    await renewed.close();
  });
});
