/** Many users at once on the same store, while findings change under them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Store } from '../src/store/database.ts';
import {
  applyFindingEvent,
  findingById,
  findingFacets,
  findingGroups,
  findingHistory,
  listFindings,
} from '../src/store/findings.ts';
import { exposureNow } from '../src/store/overview.ts';
import { type Random, random } from '../test/support/random.ts';
import { type NamedFilter, randomFilters, SORTS, singleFilters } from './findings-shapes.ts';
import { percentile, timed } from './findings-timing.ts';

export interface Load {
  readonly users: number;
  readonly seconds: number;
  /** How long each looks at an answer before the next question; on average. */
  readonly thinkMs: number;
  readonly today: string;
}

const SHARES = { list: 45, facets: 20, groups: 10, finding: 20, overview: 5 };
type Kind = keyof typeof SHARES;

export async function loadRun(store: Store, load: Load): Promise<void> {
  const { users, seconds, thinkMs, today } = load;
  const singles = await singleFilters(store, today);
  const until = performance.now() + seconds * 1_000;
  const times: Record<Kind, number[]> = {
    list: [],
    facets: [],
    groups: [],
    finding: [],
    overview: [],
  };
  const writing = write(store, until);
  await Promise.all(
    Array.from({ length: users }, async (_, user) => {
      const chance = random(1_000 + user);
      if (thinkMs > 0) await sleep(chance.below(thinkMs));
      while (performance.now() < until) {
        const kind = chance.weighted(SHARES);
        times[kind].push(await timed(() => question(store, kind, chance, singles)));
        if (thinkMs > 0) await sleep(thinkMs * (0.5 + chance.next()));
      }
    }),
  );
  const written = await writing;
  const think = thinkMs === 0 ? 'without a pause' : `each pausing ${thinkMs / 1_000} s`;
  console.log(
    `\n${users} users for ${seconds} s, ${think}; ${written} findings changed meanwhile\n`,
  );
  console.log('| question | answers/s | p50 ms | p95 ms | p99 ms | max ms |');
  console.log('|---|---|---|---|---|---|');
  for (const [kind, own] of [
    ...Object.entries(times),
    ['all', Object.values(times).flat()] as const,
  ]) {
    const shares = [0.5, 0.95, 0.99, 1].map((share) => percentile(own, share).toFixed(0));
    console.log(`| ${[kind, (own.length / seconds).toFixed(1), ...shares].join(' | ')} |`);
  }
  console.log(`\nKept counts and counting agree: ${(await agree(store)) ? 'yes' : 'NO'}`);
}

async function question(
  store: Store,
  kind: Kind,
  chance: Random,
  singles: readonly NamedFilter[],
): Promise<unknown> {
  const [{ filter } = { filter: {} }] =
    chance.next() < 0.2 ? [] : randomFilters(chance, singles, 1);
  const sort = SORTS[chance.below(SORTS.length)] ?? 'score';
  switch (kind) {
    case 'list':
      return await listFindings(store, filter, { sort, limit: 50 });
    case 'facets':
      return await findingFacets(store, filter);
    case 'groups':
      return await findingGroups(store, filter, { limit: 50 });
    case 'overview':
      return await exposureNow(store);
    case 'finding': {
      const id = await anyFinding(store, chance);
      return [await findingById(store, id), await findingHistory(store, id)];
    }
  }
}

async function anyFinding(store: Store, chance: Random): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from finding
    where id >= ${chance.below(0xf_ff_ff).toString(16).padStart(5, '0')} order by id limit 1`.execute(
    store,
  );
  return rows[0]?.id ?? '';
}

/** Takes findings up and lets them go, some at a time, as remediations do. */
async function write(store: Store, until: number): Promise<number> {
  const chance = random(99);
  const cause = { actor: 'workflow', because: 'benchmark' };
  let moved = 0;
  while (performance.now() < until) {
    const ids = await Promise.all(Array.from({ length: 10 }, () => anyFinding(store, chance)));
    const event = chance.next() < 0.5 ? 'work-started' : 'work-ended';
    moved += (await applyFindingEvent(store, ids, event, cause)).length;
    await sleep(200);
  }
  return moved;
}

async function agree(store: Store): Promise<boolean> {
  const { rows } = await sql<{ differ: number }>`
    with kept as (select facet, sum(n) as n from (
      select facet, n from finding_count union all select facet, n from finding_delta) c group by facet
    ), counted as (select facet, count(*) as n from finding where facet is not null group by facet)
    select count(*)::int as differ from kept full join counted using (facet)
    where coalesce(kept.n, 0) <> coalesce(counted.n, 0)`.execute(store);
  return rows[0]?.differ === 0;
}
