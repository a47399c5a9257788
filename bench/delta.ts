/**
 * Delta matching: inventories of a fleet in the embedded PostgreSQL, and what one new advisory costs.
 *
 *   node bench/delta.ts [--scale 0.1] [--no-baselines] [--chunks]
 *
 * A generated, seeded fleet (delta-fleet.ts) of 100,000 assets with 100 components each: 10 million
 * instances. `--scale` makes it smaller. It is loaded through the store's own functions and measured
 * at 10 %, 30 % and all of it:
 *
 * - how much room it takes, against a row per instance and against a link table, filled with the
 *   same content, with the indexes that the same questions need (the real thing, not extrapolated);
 * - one new advisory, from "this package changed" to the ids of all assets that have an affected
 *   version: one that hits a few assets, one that hits half of them. Target: below 1 s at full size.
 *   "Cold" is the first time on a server that was started again, with what the operating system
 *   still has of the files; "warm" the median of further times;
 * - a look at everything (`matchFrom`): assets per second with 10,000 advisories, which must not
 *   fall with size. Nothing is recorded, and no findings stand recorded.
 *
 * Then, with 5,000 assets, how the cost grows with components per asset and with advisories.
 * `--chunks` compares sizes of chunks instead (delta-chunks.ts).
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { buildIndex } from '../src/advisories/build.ts';
import { openIndex } from '../src/advisories/open-index.ts';
import { startPostgres } from '../src/platform/postgres/server.ts';
import { registerAssets } from '../src/store/assets-register.ts';
import { closeStore, openStore } from '../src/store/database.ts';
import { assetsWithComponents } from '../src/store/delta.ts';
import { recordInventories } from '../src/store/inventory.ts';
import { migrate } from '../src/store/migrate.ts';
import { compareSemver } from '../src/versions/semver.ts';
import { InventoryMatcher } from '../src/workflows/inventory-matcher.ts';
import { advisoryDelta, matchFrom } from '../src/workflows/match-inventory.ts';
import { baselines, sizeOf } from './delta-baselines.ts';
import { compareChunkSizes } from './delta-chunks.ts';
import { type Answer, megabytes, processorWith, row, shown } from './delta-figures.ts';
import { advisoriesOf, advisoryOf, COMMON, Fleet, RARE } from './delta-fleet.ts';

const ASSETS = 100_000;
const COMPONENTS = 100;
const ADVISORIES = 10_000;
const BATCH = 500;
const REPEATS = 7;
const OURS = ['component', 'component_chunk', 'inventory'];
const npm = [{ osvName: 'npm', compare: compareSemver }];

const { values: flags } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    'no-baselines': { type: 'boolean', default: false },
    chunks: { type: 'boolean', default: false },
  },
});

const scratch = mkdtempSync(join(tmpdir(), 'suture-bench-'));
// The server runs as another user where we are root; its data is then still in here.
chmodSync(scratch, 0o711);
let server = await startPostgres({ home: scratch });
let db = openStore(server.url);
try {
  if (flags.chunks) compareChunkSizes();
  else await measureAll(Math.max(1_000, Math.round(ASSETS * Number(flags.scale))));
} finally {
  await closeStore(db);
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
}

async function measureAll(assets: number): Promise<void> {
  await migrate(server.url);
  const index = await advisories(ADVISORIES);
  console.log(
    `${assets} assets with ${COMPONENTS} components each; times are warm (cold) [processor], ms\n`,
  );
  row('assets', 'load s', 'assets/s', 'MB', 'few', 'half', 'look at all, assets/s');
  const fleet = new Fleet(COMPONENTS);
  let loaded = 0;
  let seconds = 0;
  for (const part of [0.1, 0.3, 1]) {
    const size = Math.round(assets * part);
    const before = loaded;
    const took = await load(fleet, loaded, size);
    seconds += took;
    loaded = size;
    const few = await oneAdvisory(RARE);
    const half = await oneAdvisory(COMMON);
    row(
      size,
      seconds.toFixed(0),
      ((size - before) / took).toFixed(0),
      megabytes(await sizeOf(db, OURS)),
      shown(few),
      shown(half),
      (await lookAtAll(index, size)).toFixed(0),
    );
    if (part === 1) {
      console.log(`\none advisory hits ${few.found} assets, the other ${half.found}`);
      if (!flags['no-baselines']) await compareWithBaselines(few, half);
    }
  }
  await growth();
}

async function compareWithBaselines(few: Answer, half: Answer): Promise<void> {
  const ours = await sizeOf(db, OURS);
  console.log('');
  row('kept as', 'fill s', 'MB', 'few', 'half', 'room, few, half against ours');
  for (const baseline of baselines) {
    const start = performance.now();
    await baseline.fill(db);
    const seconds = (performance.now() - start) / 1000;
    const ask = async (name: string) =>
      await timed(async () => (await baseline.assetsWith(db, name, ['1.0.0'])).length);
    const theirFew = await ask(RARE);
    const theirHalf = await ask(COMMON);
    if (theirFew.found !== few.found || theirHalf.found !== half.found) {
      throw new Error(`${baseline.name} finds other assets`);
    }
    const bytes = await sizeOf(db, [
      baseline.table,
      ...(baseline.table.endsWith('links') ? ['component'] : []),
    ]);
    row(
      baseline.name,
      seconds.toFixed(0),
      megabytes(bytes),
      shown(theirFew),
      shown(theirHalf),
      [bytes / ours, theirFew.warm / few.warm, theirHalf.warm / half.warm]
        .map((ratio) => `${ratio.toFixed(1)}×`)
        .join(', '),
    );
  }
}

/** With 5,000 assets at most: half and double the components, a tenth and ten times the advisories. */
async function growth(): Promise<void> {
  const assets = Math.min(5_000, Math.round(ASSETS * Number(flags.scale)));
  console.log(`\n${assets} assets`);
  row('components', 'advisories', 'assets/s', 'MB', 'few', 'half', 'look at all, assets/s');
  for (const [components, advisoryCount] of [
    [COMPONENTS / 2, ADVISORIES],
    [COMPONENTS, ADVISORIES],
    [COMPONENTS * 2, ADVISORIES],
    [COMPONENTS, ADVISORIES / 10],
    [COMPONENTS, ADVISORIES * 10],
  ] as const) {
    await sql`truncate asset, inventory, component_chunk, component cascade`.execute(db);
    const index = await advisories(advisoryCount);
    const took = await load(new Fleet(components), 0, assets);
    const few = await oneAdvisory(RARE);
    const half = await oneAdvisory(COMMON);
    row(
      components,
      advisoryCount,
      (assets / took).toFixed(0),
      megabytes(await sizeOf(db, OURS)),
      shown(few),
      shown(half),
      (await lookAtAll(index, assets)).toFixed(0),
    );
  }
}

/** Registers assets and records their inventories; seconds. */
async function load(fleet: Fleet, from: number, to: number): Promise<number> {
  const start = performance.now();
  for (let first = from; first < to; first += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, to - first) }, (_, at) => first + at);
    const outcomes = await registerAssets(
      db,
      numbers.map((number) => ({ kind: 'repository', location: `/srv/asset-${number}` })),
    );
    await recordInventories(
      db,
      outcomes.map((outcome, at) => {
        if ('error' in outcome) throw outcome.error;
        return {
          assetId: outcome.asset.id,
          components: fleet.componentsOf(numbers[at] ?? 0),
        };
      }),
    );
  }
  // What autovacuum does by itself after a load like this one.
  for (const table of ['asset', ...OURS]) await sql`vacuum analyze ${sql.table(table)}`.execute(db);
  return (performance.now() - start) / 1000;
}

/** From "an advisory of this package is new" to the ids of all assets that it affects. */
async function oneAdvisory(name: string): Promise<Answer> {
  const home = mkdtempSync(join(scratch, 'index-'));
  const record = advisoryOf('GHSA-new', name, '1.0.1');
  await buildIndex({ home, delta: { apply: [unitOf([record])], remove: [] } });
  const index = openIndex(home);
  const changed = {
    everything: false as const,
    packages: [{ ecosystem: 'npm', name, advisories: ['GHSA-new'] }],
    threats: [],
  };
  try {
    return await timed(async () => {
      const { components } = await advisoryDelta(db, changed, index, npm);
      let found = 0;
      for await (const page of assetsWithComponents(db, components)) found += page.length;
      return found;
    });
  } finally {
    await index.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Once on a server that was just started, then again and again. */
async function timed(ask: () => Promise<number>): Promise<Answer> {
  await closeStore(db);
  await server.stop();
  server = await startPostgres({ home: scratch });
  // One connection: its process on the server is the one that works.
  db = openStore(server.url, { poolSize: 1 });
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  const processor = () => processorWith(rows[0]?.pid ?? 0);
  const times: number[] = [];
  let found = 0;
  let before = 0;
  for (let round = 0; round <= REPEATS; round += 1) {
    if (round === 1) before = processor();
    const start = performance.now();
    found = await ask();
    times.push(performance.now() - start);
  }
  const [cold = 0, ...others] = times;
  const warm = others.sort((a, b) => a - b)[Math.floor(others.length / 2)] ?? 0;
  return { found, cold, warm, processor: (processor() - before) / REPEATS };
}

/** Assets per second of a look at everything, with nothing at hand from before. */
async function lookAtAll(home: string, assets: number): Promise<number> {
  const index = openIndex(home);
  const matcher = new InventoryMatcher(index, npm);
  const start = performance.now();
  let looked = 0;
  let cursor: string | undefined;
  do {
    const page = await matchFrom(db, matcher, cursor, BATCH, { now: new Date() });
    looked += page.looked;
    cursor = page.next;
  } while (cursor !== undefined);
  const seconds = (performance.now() - start) / 1000;
  await index.close();
  if (looked !== assets) throw new Error(`looked at ${looked} of ${assets} assets`);
  return looked / seconds;
}

async function advisories(count: number): Promise<string> {
  const home = mkdtempSync(join(scratch, 'index-'));
  await buildIndex({ home, delta: { apply: [unitOf(advisoriesOf(count))], remove: [] } });
  return home;
}

function unitOf(records: Iterable<ReturnType<typeof advisoryOf>>) {
  return {
    name: 'osv/generated',
    feed: 'osv',
    digest: 'generated',
    source: 'memory',
    syncedAt: '2026-01-02T00:00:00.000Z',
    async *read() {
      yield* records;
    },
  };
}
