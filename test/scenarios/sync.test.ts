import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openIndex } from '../../src/advisories/open-index.ts';
import { exec } from '../../src/platform/exec.ts';
import { feeds } from '../../src/plugins/feeds/index.ts';
import { type SyncReport, sync, syncStatus } from '../../src/workflows/sync.ts';
import { dumpIndex, temporaryFolder, writeFiles } from '../support/advisories.ts';
import { serveFolder } from '../support/file-server.ts';
import { zipOf } from '../support/zip.ts';

const NOW = new Date('2026-01-02T00:00:00Z');
const RUN_SYNC = fileURLToPath(new URL('../support/run-sync.ts', import.meta.url));
const SHARED_FEEDS = join(import.meta.dirname, '..', '..', '..', 'shared', 'feeds');

let home = '';
let from = '';
beforeEach(() => {
  home = temporaryFolder();
  from = temporaryFolder();
});

const syncFrom = (source: string | undefined = from, now: Date = NOW, into: string = home) =>
  sync({
    home: into,
    ...(source === undefined ? {} : { from: source }),
    ecosystems: ['npm'],
    feeds,
    progress: () => {},
    now,
  });

function record(id: string, name: string, more: object = {}): string {
  const events = [{ introduced: '0' }, { fixed: '2.0.0' }];
  return JSON.stringify({
    id,
    modified: '2026-01-01T00:00:00Z',
    affected: [{ package: { ecosystem: 'npm', name }, ranges: [{ type: 'SEMVER', events }] }],
    ...more,
  });
}

const catalogue = (...ids: string[]) =>
  JSON.stringify({
    dateReleased: '2026-01-01T00:00:00Z',
    vulnerabilities: ids.map((cveID) => ({ cveID, dateAdded: '2025-12-31' })),
  });

/** A folder of feeds with two advisories; the first is in KEV. */
async function writeFeeds(folder: string = from): Promise<void> {
  writeFiles(folder, {
    'osv/npm/all.zip': await zipOf({
      'GHSA-a.json': record('GHSA-a', 'alpha', { aliases: ['CVE-2025-0001'] }),
      'GHSA-b.json': record('GHSA-b', 'beta'),
    }),
    'kev/known_exploited_vulnerabilities.json': catalogue('CVE-2025-0001'),
  });
}

const outcomes = (report: SyncReport) =>
  Object.fromEntries(report.units.map((unit) => [unit.name, unit.outcome]));

function idsOf(name: string): string[] {
  const index = openIndex(home);
  try {
    return index.affecting('npm', name).map((advisory) => advisory.id);
  } finally {
    void index.close();
  }
}

/** Files below a folder with when they were last written. */
function stamps(folder: string): Record<string, number> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.mdb') || name === 'current')
      .map((name) => [name, statSync(join(folder, name)).mtimeMs]),
  );
}

describe('from a folder', () => {
  it('reads what it recognises and joins it', async () => {
    await writeFeeds();
    writeFiles(from, { 'README.md': 'not a feed' });
    const report = await syncFrom();
    expect(report).toMatchObject({
      changes: { added: 3, changed: 0, removed: 0 },
      problems: [],
      feeds: [
        { name: 'kev', asOf: '2026-01-01T00:00:00Z', records: 1, syncedAt: NOW.toISOString() },
        { name: 'osv', asOf: '2026-01-01T00:00:00Z', records: 2, source: from },
      ],
    });
    const index = openIndex(home);
    expect(index.affecting('npm', 'alpha')).toMatchObject([
      { id: 'GHSA-a', threat: { kev: { dateAdded: '2025-12-31' } } },
    ]);
    await index.close();
  });

  it('writes nothing to the index when nothing changed, but knows that it looked', async () => {
    await writeFeeds();
    await syncFrom();
    const before = stamps(home);
    const later = new Date('2026-01-09T00:00:00Z');
    const report = await syncFrom(from, later);
    expect(new Set(Object.values(outcomes(report)))).toEqual(new Set(['unchanged']));
    expect(stamps(home)).toEqual(before);
    expect(await syncStatus(home, later)).toMatchObject([
      { name: 'kev', syncedAt: later.toISOString(), ageDays: 8 },
      { name: 'osv', syncedAt: later.toISOString(), ageDays: 8 },
    ]);
  });

  it('follows the folder: what changed, came and went', async () => {
    await writeFeeds();
    writeFiles(from, { 'osv/PyPI/GHSA-c.json': record('GHSA-c', 'gamma') });
    await syncFrom();
    expect(idsOf('gamma')).toEqual(['GHSA-c']);
    rmSync(join(from, 'osv', 'PyPI'), { recursive: true });
    writeFiles(from, {
      'osv/npm/all.zip': await zipOf({ 'GHSA-a.json': record('GHSA-a', 'delta') }),
    });
    const report = await syncFrom();
    expect(outcomes(report)).toEqual({
      'kev/known_exploited_vulnerabilities.json': 'unchanged',
      'osv/npm/all.zip': 'updated',
      'osv/PyPI/*.json': 'removed',
    });
    expect(['alpha', 'beta', 'gamma', 'delta'].map(idsOf)).toEqual([[], [], [], ['GHSA-a']]);
    const fresh = temporaryFolder();
    await syncFrom(from, NOW, fresh);
    expect(await dumpIndex(home)).toEqual(await dumpIndex(fresh));
  });

  it('keeps a feed that another folder does not have at all', async () => {
    await writeFeeds();
    await syncFrom();
    const other = temporaryFolder();
    writeFiles(other, { 'kev/known_exploited_vulnerabilities.json': catalogue() });
    await syncFrom(other);
    const index = openIndex(home);
    expect(index.affecting('npm', 'alpha')).toMatchObject([{ id: 'GHSA-a', threat: {} }]);
    await index.close();
  });

  it('keeps the old data of a file that became unreadable, and says so', async () => {
    await writeFeeds();
    await syncFrom();
    const zip = await zipOf({ 'GHSA-z.json': record('GHSA-z', 'alpha') });
    writeFiles(from, {
      'osv/npm/all.zip': zip.subarray(0, zip.length - 30),
      'kev/known_exploited_vulnerabilities.json': catalogue(),
    });
    const report = await syncFrom();
    expect(outcomes(report)).toEqual({
      'kev/known_exploited_vulnerabilities.json': 'updated',
      'osv/npm/all.zip': 'failed',
    });
    expect(report.problems).toEqual([
      { severity: 'error', file: 'osv/npm/all.zip', message: expect.stringMatching(/cut short/) },
    ]);
    expect(idsOf('alpha')).toEqual(['GHSA-a']);
  });

  it('does not drop what a file that failed was to replace', async () => {
    await writeFeeds();
    await syncFrom();
    for (const zip of ['no zip at all', (await zipOf({ 'a.json': '{}' })).subarray(0, 60)]) {
      const other = temporaryFolder();
      writeFiles(other, { 'osv/all-of-it/all.zip': zip });
      const report = await syncFrom(other);
      expect(outcomes(report)).toEqual({ 'osv/all-of-it/all.zip': 'failed' });
      expect(idsOf('alpha')).toEqual(['GHSA-a']);
    }
    const missing = temporaryFolder();
    writeFiles(missing, { 'MANIFEST.json': '{"files":{"osv/npm.new/all.zip":{"sha256":"00"}}}' });
    expect((await syncFrom(missing)).problems).toHaveLength(1);
    expect(idsOf('alpha')).toEqual(['GHSA-a']);
  });

  it('lists broken records as warnings, and counts them when they are many', async () => {
    const broken = Array.from({ length: 30 }, (_, number) => [`${number}.json`, '{"id":0}']);
    writeFiles(from, {
      'osv/npm/all.zip': await zipOf({
        ...Object.fromEntries(broken),
        'GHSA-a.json': record('GHSA-a', 'alpha'),
      }),
    });
    const { problems } = await syncFrom();
    expect(problems).toHaveLength(11);
    expect(new Set(problems.map((problem) => problem.severity))).toEqual(new Set(['warning']));
    expect(problems.at(-1)?.message).toBe('20 more records were left out');
    expect(idsOf('alpha')).toEqual(['GHSA-a']);
  });

  it('checks files against the manifest and misses what it lists', async () => {
    await writeFeeds();
    const right = createHash('sha256').update(catalogue('CVE-2025-0001')).digest('hex');
    const manifest = (kev: string) =>
      JSON.stringify({
        files: {
          'kev/known_exploited_vulnerabilities.json': { sha256: kev },
          'epss/epss_scores-current.csv.gz': { sha256: '00' },
        },
      });
    writeFiles(from, { 'MANIFEST.json': manifest('0'.repeat(64)) });
    const { problems } = await syncFrom();
    expect(problems.map(({ file, message }) => [file, message])).toEqual([
      ['epss/epss_scores-current.csv.gz', expect.stringMatching(/no such file/)],
      ['kev/known_exploited_vulnerabilities.json', expect.stringMatching(/MANIFEST.json says/)],
    ]);
    writeFiles(from, { 'MANIFEST.json': manifest(right) });
    expect((await syncFrom()).problems).toHaveLength(1);
  });

  it.each<[string, string, () => Promise<void> | void]>([
    ['from-missing', 'a folder that is not there', () => rmSync(from, { recursive: true })],
    ['from-empty', 'a folder without feeds', () => writeFiles(from, { 'notes.txt': 'x' })],
    [
      'from-manifest',
      'a manifest that is no JSON',
      () =>
        writeFiles(from, { 'MANIFEST.json': '{', 'osv/npm/GHSA-a.json': record('GHSA-a', 'a') }),
    ],
    [
      'sync-failed',
      'nothing that can be read',
      () => writeFiles(from, { 'osv/npm/all.zip': 'PK but no zip' }),
    ],
  ])('%s: %s', async (code, _, prepare) => {
    await prepare();
    await expect(syncFrom()).rejects.toMatchObject({ code, remedy: expect.stringMatching(/./) });
    expect(() => openIndex(home)).toThrow(expect.objectContaining({ code: 'index-missing' }));
  });
});

describe('from a mirror', () => {
  it('asks conditionally, and fetches only what changed', async () => {
    await writeFeeds();
    const kevOnly = feeds.filter((feed) => feed.id !== 'epss');
    const server = await serveFolder(from);
    const run = () =>
      sync({
        home,
        from: server.url,
        ecosystems: ['npm'],
        feeds: kevOnly,
        progress() {},
        now: NOW,
      });
    expect((await run()).problems).toEqual([]);
    expect(idsOf('alpha')).toEqual(['GHSA-a']);
    server.log.length = 0;
    writeFiles(from, { 'kev/known_exploited_vulnerabilities.json': catalogue() });
    await run();
    expect(server.log.sort()).toEqual([
      '200 /kev/known_exploited_vulnerabilities.json',
      '304 /osv/npm/all.zip',
      '404 /MANIFEST.json',
    ]);
  });

  it('takes everything its manifest lists, and skips by checksum alone', async () => {
    const files = {
      'osv/crates.io/all.zip': await zipOf({ 'a.json': record('RUSTSEC-1', 'a') }),
      'poc/poc_counts.tsv': 'cve\tpoc_links\nCVE-2025-0001\t7\n',
    };
    const sums = Object.entries(files).map(([path, content]) => [
      path,
      { sha256: createHash('sha256').update(content).digest('hex') },
    ]);
    const manifest = JSON.stringify({ files: Object.fromEntries(sums) });
    writeFiles(from, { ...files, 'MANIFEST.json': manifest });
    const server = await serveFolder(from);
    expect(outcomes(await syncFrom(server.url))).toEqual({
      'osv/crates.io/all.zip': 'updated',
      'poc/poc_counts.tsv': 'updated',
    });
    server.log.length = 0;
    await syncFrom(server.url);
    expect(server.log).toEqual(['200 /MANIFEST.json']);
  });

  it('keeps the old data of a feed that cannot be had', { timeout: 60_000 }, async () => {
    await writeFeeds();
    const kevOnly = feeds.filter((feed) => feed.id !== 'epss');
    const server = await serveFolder(from);
    const run = () =>
      sync({
        home,
        from: server.url,
        ecosystems: ['npm'],
        feeds: kevOnly,
        progress() {},
        now: NOW,
      });
    await run();
    writeFiles(from, { 'kev/known_exploited_vulnerabilities.json': catalogue() });
    server.broken.add('/osv/npm/all.zip');
    const report = await run();
    expect(outcomes(report)).toMatchObject({ 'osv/npm/all.zip': 'failed' });
    expect(report.problems).toMatchObject([{ severity: 'error', file: 'osv/npm/all.zip' }]);
    const index = openIndex(home);
    expect(index.affecting('npm', 'alpha')).toMatchObject([{ id: 'GHSA-a', threat: {} }]);
    await index.close();
  });
});

describe('a sync that dies', () => {
  /** Runs a sync and kills it when it has said this many lines. */
  async function killAfter(lines: number): Promise<'killed' | 'finished'> {
    const child = spawn(process.execPath, [RUN_SYNC, home, from], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let seen = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString().split('\n').length - 1;
      if (seen >= lines) child.kill('SIGKILL');
    });
    const signal = await new Promise<string | null>((resolve) => {
      child.on('close', (_, by) => resolve(by));
    });
    return signal === 'SIGKILL' ? 'killed' : 'finished';
  }

  it('leaves the old index in use and no litter after the next', { timeout: 120_000 }, async () => {
    const many = (summary: string, count: number) =>
      zipOf(
        Object.fromEntries(
          Array.from({ length: count }, (_, number) => [
            `${number}.json`,
            record(`GHSA-${number}`, `package-${number % 100}`, { summary }),
          ]),
        ),
      );
    writeFiles(from, { 'osv/npm/all.zip': await many('old', 2000) });
    await syncFrom();
    const old = await dumpIndex(home);
    writeFiles(from, { 'osv/npm/all.zip': await many('new', 12_000) });
    let killed = 0;
    for (const lines of [1, 2, 4, 7, 11]) {
      if ((await killAfter(lines)) === 'killed') killed += 1;
      expect(await dumpIndex(home)).toEqual(old);
    }
    expect(killed).toBe(5);
    await syncFrom();
    const fresh = temporaryFolder();
    await syncFrom(from, NOW, fresh);
    expect(await dumpIndex(home)).toEqual(await dumpIndex(fresh));
    expect(readdirSync(join(home, 'advisories')).sort()).toEqual([
      'checked.json',
      'current',
      expect.stringMatching(/^gen-/),
    ]);
  });
});

describe('two syncs at once', () => {
  it('follow one another and end with one whole index', { timeout: 60_000 }, async () => {
    await writeFeeds();
    const reports = await Promise.all(
      [1, 2, 3].map(() => exec([process.execPath, RUN_SYNC, home, from])),
    );
    expect(reports.map((report) => report.exitCode)).toEqual([0, 0, 0]);
    // The first built it; the others found nothing to do.
    const added = reports.map((report) => report.stdout.includes('"added":3'));
    expect(added.filter(Boolean)).toHaveLength(1);
    expect(idsOf('alpha')).toEqual(['GHSA-a']);
  });
});

describe('a disk that is full', () => {
  it('is named, and the old index stays', { timeout: 60_000 }, async ({ skip }) => {
    const disk = join(home, 'small-disk');
    mkdirSync(disk);
    const mounted = await exec(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).catch(
      () => undefined,
    );
    if (mounted?.exitCode !== 0) skip('mounting a small disk needs root');
    onTestFinished(async () => {
      await exec(['umount', disk]);
    });
    await writeFeeds();
    home = join(disk, 'home');
    await syncFrom();
    const large = Array.from({ length: 4000 }, (_, number) => [
      `${number}.json`,
      record(`GHSA-${number}`, `package-${number}`, { details: `${Math.random()}`.repeat(20) }),
    ]);
    writeFiles(from, { 'osv/npm/all.zip': await zipOf(Object.fromEntries(large)) });
    const result = await exec([process.execPath, RUN_SYNC, home, from]);
    expect(result.stdout).toContain('"error":"disk-full"');
    expect(idsOf('alpha')).toEqual(['GHSA-a']);
    expect(readdirSync(join(home, 'advisories')).filter((name) => name.startsWith('gen-'))).toEqual(
      ['gen-000001'],
    );
  });
});

describe.skipIf(!existsSync(SHARED_FEEDS))('the shared feeds (skipped where they are not)', () => {
  it('are read without a problem, and their known facts come out', {
    timeout: 120_000,
  }, async () => {
    const report = await syncFrom(SHARED_FEEDS);
    expect(report.problems).toEqual([]);
    const records = Object.fromEntries(report.feeds.map((feed) => [feed.name, feed.records]));
    expect(records).toMatchObject({ cve: 44_026, epss: 66, exploits: 167_093, kev: 1404 });
    const index = openIndex(home);
    const log4shell = index.advisory('CVE-2021-44228');
    expect(log4shell).toMatchObject({
      id: 'GHSA-jfh8-c2jp-5v3q',
      cwes: expect.arrayContaining(['CWE-502']),
    });
    const core = index.affecting('Maven', 'org.apache.logging.log4j:log4j-core');
    expect(core.find((each) => each.id === log4shell?.id)).toMatchObject({
      threat: { kev: { dateAdded: '2021-12-10', ransomware: true } },
    });
    expect(index.affecting('npm', 'lodash').length).toBeGreaterThan(3);
    await index.close();
  });
});
