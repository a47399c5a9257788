/**
 * The advisory index: how long a sync takes and how much memory, and how fast look-ups are.
 *
 * `node bench/advisories.ts [FEEDS…]`: default ../shared/feeds where it is there, and a synthetic
 * export of 300,000 advisories. Baselines: reading and parsing every record of the same zips (what
 * answering one question costs without an index), and look-ups in a Map that holds everything.
 */
import { existsSync, globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSyntheticExport } from '../scripts/synthetic-export.ts';
import { openIndex } from '../src/advisories/open-index.ts';
import { exec } from '../src/platform/exec.ts';
import { zipEntries } from '../src/plugins/feeds/formats/zip-entries.ts';

const LOOKUPS = 1500;
const SYNTHETIC = 300_000;
const SHARED = join(import.meta.dirname, '..', '..', 'shared', 'feeds');

interface Sync {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly records: number;
  readonly advisories: number;
  readonly problems: number;
}

const scratch = mkdtempSync(join(tmpdir(), 'suture-bench-'));
try {
  const given = process.argv.slice(2);
  for (const from of given.length > 0 ? given : existsSync(SHARED) ? [SHARED] : [])
    await measure(from);
  if (given.length === 0) {
    const synthetic = join(scratch, 'synthetic');
    await writeSyntheticExport(synthetic, SYNTHETIC);
    await measure(synthetic);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function measure(from: string): Promise<void> {
  const home = mkdtempSync(join(scratch, 'home-'));
  const baseline = await parseEverything(from);
  const first = await syncOnce(home, from);
  const second = await syncOnce(home, from);
  const size = globSync(join(home, 'advisories', '*', 'index.mdb')).map(
    (path) => statSync(path).size,
  );
  console.log(`${from}: ${first.advisories} advisories, ${first.records} records in all`);
  line('sync', `${first.seconds.toFixed(1)} s (${first.cpuSeconds.toFixed(1)} s of processor)`);
  line('  peak memory', `${first.peakMegabytes.toFixed(0)} MB`);
  line('  index on disk', `${((size[0] ?? 0) / 1e6).toFixed(0)} MB`);
  line(
    '  again, nothing changed',
    `${second.seconds.toFixed(2)} s, ${second.peakMegabytes.toFixed(0)} MB`,
  );
  line(
    '  JSON.parse of every advisory',
    `${baseline.seconds.toFixed(1)} s: sync takes ${ratio(first.seconds / baseline.seconds)}`,
  );
  lookups(home, baseline);
  rmSync(home, { recursive: true });
}

function lookups(home: string, baseline: Baseline): void {
  // One package in ten has advisories, as in a lockfile.
  const known = [...baseline.packages.keys()];
  const names = Array.from({ length: LOOKUPS }, (_, index) => {
    const hit = known[Math.floor((index * known.length) / LOOKUPS)];
    return index % 10 === 0 && hit !== undefined ? hit : `npm\tnobody-${index}`;
  }).map((key) => key.split('\t') as [string, string]);

  const memoryBefore = process.memoryUsage().rss;
  const opened = performance.now();
  const index = openIndex(home);
  let found = 0;
  for (const [ecosystem, name] of names) found += index.affecting(ecosystem, name).length;
  const cold = performance.now() - opened;
  const memory = process.memoryUsage().rss - memoryBefore;

  const rounds = 20;
  const started = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    for (const [ecosystem, name] of names) index.affecting(ecosystem, name);
  }
  const perSecond = (rounds * LOOKUPS * 1000) / (performance.now() - started);
  void index.close();

  const mapStarted = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    for (const [ecosystem, name] of names) baseline.packages.get(`${ecosystem}\t${name}`);
  }
  const mapPerSecond = (rounds * LOOKUPS * 1000) / (performance.now() - mapStarted);
  line(
    `open and ${LOOKUPS} look-ups`,
    `${cold.toFixed(1)} ms, ${(memory / 1e6).toFixed(0)} MB more memory, ${found} advisories`,
  );
  line(
    '  without an index (parse all)',
    `${(baseline.seconds * 1000).toFixed(0)} ms: ${ratio((baseline.seconds * 1000) / cold)} as long`,
  );
  line('look-ups, warm', `${Math.round(perSecond).toLocaleString('en')} per second`);
  line(
    '  a Map in memory',
    `${Math.round(mapPerSecond).toLocaleString('en')} per second: ${ratio(mapPerSecond / perSecond)} as many, for ${(baseline.mapBytes / 1e6).toFixed(0)} MB and no threat join`,
  );
}

interface Baseline {
  readonly seconds: number;
  /** Package to parsed records. */
  readonly packages: ReadonlyMap<string, object[]>;
  readonly mapBytes: number;
}

/** What there is to do without an index: unpack and parse every record, keep it by package. */
async function parseEverything(from: string): Promise<Baseline> {
  const packages = new Map<string, object[]>();
  const before = process.memoryUsage().heapUsed;
  const started = performance.now();
  for (const path of globSync(join(from, 'osv', '*', 'all.zip'))) {
    for await (const { content } of zipEntries(
      { origin: path, path },
      () => true,
      () => {},
    )) {
      const record = JSON.parse(content.toString('utf8')) as {
        affected?: { package?: { ecosystem: string; name: string } }[];
      };
      for (const { package: target } of record.affected ?? []) {
        const key = `${target?.ecosystem}\t${target?.name}`;
        const list = packages.get(key);
        if (list === undefined) packages.set(key, [record]);
        else list.push(record);
      }
    }
  }
  const seconds = (performance.now() - started) / 1000;
  return { seconds, packages, mapBytes: process.memoryUsage().heapUsed - before };
}

async function syncOnce(home: string, from: string): Promise<Sync> {
  const script = join(import.meta.dirname, 'advisories-sync.ts');
  const { stdout, stderr, exitCode } = await exec([process.execPath, script, home, from]);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Sync;
}

function line(name: string, value: string): void {
  console.log(`  ${name.padEnd(34)} ${value}`);
}

function ratio(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)}×`;
}
