import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestStore, testStore } from '../../test/support/database.ts';
import { seedMillion } from '../../test/support/million-findings.ts';
import { ROW_BOUNDS, type RowBounds } from './finding-counts.ts';
import { FACET_NAMES, FACETS } from './finding-facets.ts';
import type { FindingFilter } from './finding-filter.ts';
import type { FindingSort } from './finding-order.ts';
import { type FindingRow, findingFacets, findingGroups, listFindings } from './findings.ts';

/** Some hundred findings, all of which a test can look at. */
let database: TestStore;
let all: readonly Naive[];

type Naive = FindingRow & { readonly exposed: boolean };

beforeAll(async () => {
  database = await testStore();
  const now = '2026-11-22T00:00:00.000Z';
  await seedMillion(database, { findings: 1_500, assets: 40, seed: 7, now });
  const { rows } = await sql<Naive>`
    select f.id, f.state, f.band, f.score, f.severity, f.package, f.reachability, f.kev, f.due,
      f.first_seen as "firstSeen", f.fixed_in as "fixedIn", f.advisory_id as "advisoryId",
      v.aliases, v.summary, v.remedy_group as "group", f.exposed,
      json_build_object('id', a.id::text, 'environment', f.environment) as asset
    from finding f join vulnerability v on v.id = f.vulnerability_id join asset a on a.id = f.asset_id
  `.execute(database.store);
  all = rows;
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

function matches(filter: FindingFilter, row: Naive): boolean {
  const among = <T>(wanted: readonly T[] | undefined, value: T) =>
    wanted === undefined || wanted.includes(value);
  const text = [row.package, row.advisoryId, ...row.aliases, row.summary].join(' ').toLowerCase();
  return (
    among(filter.state, row.state) &&
    (!(filter.exposed ?? filter.state === undefined) || row.exposed) &&
    among(filter.band, row.band) &&
    among(filter.severity, row.severity) &&
    among(filter.reachability, row.reachability) &&
    among(filter.environment, row.asset.environment) &&
    among(filter.kev, row.kev) &&
    among(filter.fixable, row.fixedIn !== null) &&
    (filter.asset === undefined || row.asset.id === filter.asset) &&
    (filter.package === undefined || row.package === filter.package) &&
    (filter.group === undefined || row.group === filter.group) &&
    (filter.advisory === undefined || [row.advisoryId, ...row.aliases].includes(filter.advisory)) &&
    (filter.dueBefore === undefined || (row.due !== null && row.due < filter.dueBefore)) &&
    (filter.firstSeenAfter === undefined || row.firstSeen > filter.firstSeenAfter) &&
    (filter.text ?? '')
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word))
  );
}

/** Filters by what is in the data; `rows` of which are taken. */
const filters: fc.Arbitrary<FindingFilter> = fc.nat().chain((pick) => {
  const row = all[pick % all.length]!;
  const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 });
  return fc.record(
    {
      state: some(FACETS.state),
      exposed: fc.boolean(),
      band: some(FACETS.band),
      severity: some(FACETS.severity),
      reachability: some(FACETS.reachability),
      environment: some(FACETS.environment),
      kev: some(FACETS.kev),
      fixable: some(FACETS.fixable),
      asset: fc.constant(row.asset.id),
      package: fc.constant(row.package),
      group: fc.constant(row.group),
      advisory: fc.constantFrom(row.advisoryId, ...row.aliases),
      dueBefore: fc.constantFrom('2025-11-22', '2026-10-01', '2026-11-23', row.due ?? '2027-01-01'),
      firstSeenAfter: fc.constantFrom('2026-01-01T00:00:00.000Z', row.firstSeen),
      text: fc.constantFrom(
        'injection',
        'IN  js',
        row.package.slice(0, 4),
        row.advisoryId,
        '%',
        '_',
        '\0',
      ),
    },
    { requiredKeys: [] },
  );
});
const sorts = fc.constantFrom<FindingSort>('score', 'due', 'first-seen', 'package');

/** Bounds that every way of reading is taken with: few rows, and many. */
const bounds = fc.constantFrom<RowBounds>(
  ROW_BOUNDS,
  { count: 2_000, gather: 0 },
  { count: 5, gather: 5 },
);

/** Every page, one after the other. */
async function pages(filter: FindingFilter, sort: FindingSort, limit: number, rows: RowBounds) {
  const items: FindingRow[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = { sort, limit, ...(cursor !== undefined && { cursor }) };
    const list = await listFindings(database.store, filter, page, rows);
    items.push(...list.items);
    if (list.nextCursor === null) return items;
    cursor = list.nextCursor;
  }
}

function keyOf(row: FindingRow, sort: FindingSort): string | number {
  if (sort === 'score') return -row.score;
  if (sort === 'due') return row.due ?? '9999';
  if (sort === 'first-seen') return -Date.parse(row.firstSeen);
  return row.package;
}

describe('a list', () => {
  it('has what matches, each once, in order, over all pages', async () => {
    const limits = fc.constantFrom(7, 50, 200);
    await fc.assert(
      fc.asyncProperty(filters, sorts, limits, bounds, async (filter, sort, limit, rows) => {
        const wanted = all.filter((row) => matches(filter, row));
        const listed = await pages(
          filter,
          sort,
          Math.max(limit, Math.ceil(wanted.length / 20)),
          rows,
        );
        expect(listed.map(({ id }) => id).sort()).toEqual(wanted.map(({ id }) => id).sort());
        const keys = listed.map((row) => keyOf(row, sort));
        // Package names have the database's order; equal ones are together in any.
        if (sort === 'package') {
          const runs = keys.filter((key, index) => key !== keys[index - 1]);
          expect(new Set(runs).size).toBe(runs.length);
        } else expect(keys).toEqual(keys.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
      }),
      { numRuns: 300 },
    );
  });

  it('says how many there are', async () => {
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const { total } = await listFindings(database.store, filter, { sort: 'score', limit: 1 });
        const value = all.filter((row) => matches(filter, row)).length;
        expect(total).toEqual({ value, atLeast: false });
      }),
      { numRuns: 150 },
    );
  });

  it('says no more than there are when it does not count them all', async () => {
    const few = { count: 5, gather: 5 };
    const filter = { firstSeenAfter: '2026-06-01T00:00:00.000Z' };
    const page = { sort: 'score', limit: 1 } as const;
    const { total } = await listFindings(database.store, filter, page, few);
    const value = all.filter((row) => matches(filter, row)).length;
    expect(total.atLeast).toBe(true);
    // The sample is of whole pages of the table, of which there are few here.
    expect(total.value).toBeLessThan(value * 4);
  });

  it.each(['', 'x', 'bm90LWpzb24', Buffer.from('["score"]').toString('base64url')])(
    'refuses the cursor %j',
    async (cursor) => {
      const page = { sort: 'score', limit: 10, cursor } as const;
      await expect(listFindings(database.store, {}, page)).rejects.toMatchObject({
        code: 'bad-cursor',
      });
    },
  );

  it('refuses the cursor of another order', async () => {
    const { nextCursor } = await listFindings(database.store, {}, { sort: 'due', limit: 1 });
    const page = { sort: 'score', limit: 1, cursor: nextCursor! } as const;
    await expect(listFindings(database.store, {}, page)).rejects.toMatchObject({
      code: 'bad-cursor',
    });
  });
});

it('counts each facet’s values under the rest of the filter', async () => {
  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      const { total, facets } = await findingFacets(database.store, filter);
      expect(total.value).toBe(all.filter((row) => matches(filter, row)).length);
      for (const name of FACET_NAMES) {
        // Choosing states says by itself whether what is accepted or closed is wanted.
        if (name === 'state') continue;
        for (const value of FACETS[name]) {
          const chosen = { ...filter, [name]: [value] };
          const expected = all.filter((row) => matches(chosen, row)).length;
          expect([name, value, facets[name][String(value)]?.value]).toEqual([
            name,
            value,
            expected,
          ]);
        }
      }
    }),
    { numRuns: 100 },
  );
});

it('counts states whatever states are wanted', async () => {
  const { facets } = await findingFacets(database.store, { band: ['act'] });
  const counts = Map.groupBy(
    all.filter(({ band }) => band === 'act'),
    ({ state }) => state,
  );
  for (const state of FACETS.state) {
    expect(facets.state[state]?.value).toBe(counts.get(state)?.length ?? 0);
  }
});

it('groups by remedy, most risk first, over all pages', async () => {
  await fc.assert(
    fc.asyncProperty(filters, fc.constantFrom(20, 200), async (filter, limit) => {
      const groups = [];
      let cursor: string | undefined;
      do {
        const page = { limit, ...(cursor !== undefined && { cursor }) };
        const list = await findingGroups(database.store, filter, page);
        groups.push(...list.items);
        cursor = list.nextCursor ?? undefined;
      } while (cursor !== undefined);
      const expected = Map.groupBy(
        all.filter((row) => matches(filter, row)),
        ({ group }) => group,
      );
      expect(groups.map(({ group }) => group).sort()).toEqual([...expected.keys()].sort());
      const risks = groups.map(({ risk }) => risk);
      expect(risks).toEqual(risks.toSorted((a, b) => b - a));
      for (const group of groups) {
        const rows = expected.get(group.group)!;
        const due = rows.flatMap((row) => row.due ?? []).sort()[0] ?? null;
        expect(group).toMatchObject({
          findings: rows.length,
          assets: { value: new Set(rows.map(({ asset }) => asset.id)).size, atLeast: false },
          advisories: new Set(rows.map(({ advisoryId }) => advisoryId)).size,
          topScore: Math.max(...rows.map(({ score }) => score)),
          due,
        });
        expect(group.risk).toBeCloseTo(
          rows.reduce((sum, { score }) => sum + score, 0),
          1,
        );
        const { act, attend, track } = group.bands;
        expect(act + attend + track).toBe(rows.length);
        expect(act).toBe(rows.filter(({ band }) => band === 'act').length);
      }
    }),
    { numRuns: 60 },
  );
});
