/**
 * How fast a million findings can be looked at: lists with every filter, pairs of filters and random
 * combinations, counts, groups, the overview; one user first, then fifty at once while findings
 * change.
 *
 *   node bench/findings.ts [--scale FINDINGS] [--assets N] [--runs N] [--users N] [--seconds N]
 *                          [--url URL] [--keep]
 *
 * Target: below 200 ms for 95 of 100 of every question at one user. Beside it, the same questions as
 * one would ask them first: a page by offset with `count(*)`, a `group by` for each facet. It makes
 * an embedded server with its default settings in a temporary folder and fills it (some minutes for
 * a million); `--url` takes a database of yours, which is filled when it has no findings.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../src/platform/postgres/server.ts';
import { closeStore, openStore, type Store } from '../src/store/database.ts';
import { exposureSince, keepExposure } from '../src/store/exposure.ts';
import {
  findingById,
  findingFacets,
  findingGroups,
  findingHistory,
  listFindings,
} from '../src/store/findings.ts';
import { migrate } from '../src/store/migrate.ts';
import { assetCounts, exposureNow, riskiestAssets } from '../src/store/overview.ts';
import { deadlinesAtRisk } from '../src/store/overview-deadlines.ts';
import { timeToPatch } from '../src/store/overview-time-to-patch.ts';
import { seedMillion } from '../test/support/million-findings.ts';
import { random } from '../test/support/random.ts';
import { loadRun } from './findings-load.ts';
import {
  type NamedFilter,
  naiveFacets,
  naiveGroups,
  naiveList,
  pairs,
  randomFilters,
  SORTS,
  singleFilters,
} from './findings-shapes.ts';
import { heading, type Question, report } from './findings-timing.ts';

const { values: given } = parseArgs({
  options: {
    scale: { type: 'string', default: '1000000' },
    assets: { type: 'string', default: '10000' },
    runs: { type: 'string', default: '10' },
    users: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '30' },
    url: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const NOW = '2026-11-22T00:00:00.000Z';
const TODAY = NOW.slice(0, 10);
const RUNS = Number(given.runs);

async function fill(store: Store, url: string): Promise<void> {
  await migrate(url);
  const { n } = await store
    .selectFrom('finding_count')
    .select(({ fn }) => fn.sum<string | null>('n').as('n'))
    .executeTakeFirstOrThrow();
  if (n !== null) {
    console.log(`${Number(n).toLocaleString('en')} findings are there`);
    return;
  }
  const started = performance.now();
  const sizes = { findings: Number(given.scale), assets: Number(given.assets), now: NOW };
  const made = await seedMillion({ store, url }, sizes);
  const seconds = ((performance.now() - started) / 1_000).toFixed(0);
  console.log(`${made.toLocaleString('en')} findings made in ${seconds} s`);
}

/** The same question about each filter; the baseline is asked once. */
function about(
  filters: readonly NamedFilter[],
  ask: (one: NamedFilter) => Promise<unknown>,
  naive?: (one: NamedFilter) => Promise<unknown>,
): readonly Question[] {
  return filters.map((one) => ({
    name: one.name,
    ask: () => ask(one),
    ...(naive !== undefined && { naive: () => naive(one) }),
  }));
}

async function oneUser(store: Store): Promise<void> {
  const singles = await singleFilters(store, TODAY);
  const two = pairs(singles);
  const many = randomFilters(random(5), singles, 150);
  const everything: readonly NamedFilter[] = [{ name: 'no filter', filter: {} }];
  const lists = (filters: readonly NamedFilter[]) =>
    SORTS.flatMap((sort) =>
      about(
        filters.map(({ name, filter }) => ({ name: `${name}, by ${sort}`, filter })),
        ({ filter }) => listFindings(store, filter, { sort, limit: 50 }),
        ({ filter }) => naiveList(store, filter, sort, 0),
      ),
    );
  const chance = random(6);
  const anyOrder = (filters: readonly NamedFilter[]) =>
    filters.flatMap((one) => lists([one]).slice(chance.below(SORTS.length)).slice(0, 1));
  const facets = (filters: readonly NamedFilter[]) =>
    about(
      filters,
      ({ filter }) => findingFacets(store, filter),
      ({ filter }) => naiveFacets(store, filter),
    );
  const groups = (filters: readonly NamedFilter[]) =>
    about(
      filters,
      ({ filter }) => findingGroups(store, filter, { limit: 50 }),
      ({ filter }) => naiveGroups(store, filter),
    );

  const load = loadavg()[0]?.toFixed(1);
  heading(
    `One user, ${RUNS} runs of each question; ${availableParallelism()} processors, load ${load}`,
  );
  await report('list, no filter', lists(everything), RUNS);
  await report('list, page 200', await deepPages(store), RUNS);
  await report('list, one filter', lists(singles), RUNS);
  await report('list, two filters', anyOrder(two), RUNS);
  await report('list, one to five filters', anyOrder(many), RUNS);
  await report('facets, none or one filter', facets([...everything, ...singles]), RUNS);
  await report('facets, two filters', facets(two), RUNS);
  await report('groups, none or one filter', groups([...everything, ...singles]), RUNS);
  await report('groups, two filters', groups(two), RUNS);
  await report('one finding, its history', await oneFinding(store), RUNS);
  await report('overview', overview(store), RUNS);
}

/** Far down each list: by a cursor as a person would have it, and by an offset. */
async function deepPages(store: Store): Promise<readonly Question[]> {
  const pages = 200;
  const questions: Question[] = [];
  for (const sort of SORTS) {
    let cursor: string | null = null;
    for (let page = 1; page < pages; page++) {
      const at = cursor === null ? {} : { cursor };
      ({ nextCursor: cursor } = await listFindings(store, {}, { sort, limit: 50, ...at }));
      if (cursor === null) break;
    }
    if (cursor === null) continue;
    const page = { sort, limit: 50, cursor };
    questions.push({
      name: `by ${sort}`,
      ask: () => listFindings(store, {}, page),
      naive: () => naiveList(store, {}, sort, (pages - 1) * 50),
    });
  }
  return questions;
}

async function oneFinding(store: Store): Promise<readonly Question[]> {
  const { items } = await listFindings(store, {}, { sort: 'score', limit: 1 });
  const id = items[0]?.id ?? '';
  return [
    { name: 'finding', ask: () => findingById(store, id) },
    { name: 'history', ask: () => findingHistory(store, id) },
  ];
}

function overview(store: Store): readonly Question[] {
  return [
    { name: 'counts now', ask: () => exposureNow(store) },
    { name: 'assets', ask: () => assetCounts(store) },
    { name: 'deadlines', ask: () => deadlinesAtRisk(store, TODAY, 10) },
    { name: 'exposure by day', ask: () => exposureSince(store, '2026-08-22') },
    { name: 'time to patch', ask: () => timeToPatch(store, NOW, 90) },
    { name: 'riskiest assets', ask: () => riskiestAssets(store, 10) },
  ];
}

async function main(url: string): Promise<void> {
  const store = openStore(url);
  try {
    await fill(store, url);
    const started = performance.now();
    const days = await keepExposure(store, NOW);
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    console.log(`exposure of ${days.length} days counted in ${seconds} s`);
    await oneUser(store);
    const users = { users: Number(given.users), seconds: Number(given.seconds), today: TODAY };
    await loadRun(store, { ...users, thinkMs: 0 });
    await loadRun(store, { ...users, thinkMs: 5_000 });
  } finally {
    await closeStore(store);
  }
}

if (given.url === undefined) {
  const home = mkdtempSync(join(tmpdir(), 'suture-bench-findings-'));
  // Or the server, which may run as another user, would keep its data elsewhere, and that would stay.
  chmodSync(home, 0o711);
  const server = await startPostgres({ home });
  try {
    await main(server.url);
  } finally {
    await server.stop();
    if (given.keep) console.log(`kept: ${home}`);
    else rmSync(home, { recursive: true, force: true });
  }
} else await main(given.url);
