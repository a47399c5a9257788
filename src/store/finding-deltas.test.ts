import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import { madeAsset } from '../../test/support/made-asset.ts';
import { madeFinding } from '../../test/support/made-finding.ts';
import type { FindingEvent } from '../domain/finding-state.ts';
import type { Store } from './database.ts';
import { applyFindingEvent, foldFindingDeltas, recordFindings } from './findings.ts';

/** What is counted and kept beside what counting says; empty when they agree. */
async function disagreements(db: Store): Promise<readonly unknown[]> {
  const { rows } = await sql`
    with kept as (
      select 'facet' as what, facet::text as key, sum(n) as n, sum(risk) as risk from (
        select facet, n, risk from finding_count union all select facet, n, risk from finding_delta) c
      group by facet
      union all
      select 'vulnerability', vulnerability_id || ' ' || facet, sum(n), sum(risk) from (
        select vulnerability_id, facet, n, risk from vulnerability_count
        union all select vulnerability_id, facet, n, risk from finding_delta) c
      group by vulnerability_id, facet
      union all
      select 'due', due || ' ' || facet, sum(n), 0 from (
        select due, facet, n from due_count
        union all select due, facet, n from finding_delta where due is not null) c
      group by due, facet
      union all
      select 'asset', asset_id || ' ' || band.name, band.n, 0 from asset_exposure,
        lateral (values ('act', act), ('attend', attend), ('track', track)) band(name, n)
      union all select 'risk', asset_id::text, act + attend + track, risk from asset_exposure
    ), counted as (
      select 'facet' as what, facet::text as key, count(*) as n, sum(round(score::numeric * 100)) as risk
      from finding where not archived group by facet
      union all
      select 'vulnerability', vulnerability_id || ' ' || facet, count(*), sum(round(score::numeric * 100))
      from finding where not archived group by vulnerability_id, facet
      union all
      select 'due', due || ' ' || facet, count(*), 0
      from finding where due is not null and not archived group by due, facet
      union all
      select 'asset', asset_id || ' ' || band, count(*), 0 from finding where exposed
      group by asset_id, band
      union all
      select 'risk', asset_id::text, count(*), sum(round(score::numeric * 100)) from finding
      where exposed group by asset_id
    )
    select what, key, kept.n as kept, counted.n as counted, kept.risk, counted.risk as "countedRisk"
    from (select * from kept where n <> 0) kept full join counted using (what, key)
    where (kept.n, kept.risk) is distinct from (counted.n, counted.risk)
  `.execute(db);
  return rows;
}

type Step =
  | {
      readonly do: 'scan';
      readonly asset: number;
      readonly packages: readonly number[];
      readonly whole: boolean;
      readonly score: number;
    }
  | { readonly do: 'event'; readonly event: FindingEvent; readonly some: number }
  | {
      readonly do: 'environment';
      readonly asset: number;
      readonly environment: 'staging' | 'production';
    }
  | { readonly do: 'archive'; readonly asset: number; readonly archived: boolean }
  | { readonly do: 'delete'; readonly asset: number }
  | { readonly do: 'fold' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('scan' as const),
      asset: fc.nat(2),
      packages: fc.uniqueArray(fc.nat(9)),
      whole: fc.boolean(),
      score: fc.integer({ min: 1, max: 9_999 }).map((hundredths) => hundredths / 100),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('event' as const),
      event: fc.constantFrom<FindingEvent>(
        'work-started',
        'handed-over',
        'accepted',
        'acceptance-ended',
        'gone',
        'seen',
        'judged-not-affected',
      ),
      some: fc.nat(6),
    }),
  },
  fc.record({
    do: fc.constant('environment' as const),
    asset: fc.nat(2),
    environment: fc.constantFrom('staging' as const, 'production' as const),
  }),
  fc.record({ do: fc.constant('archive' as const), asset: fc.nat(2), archived: fc.boolean() }),
  fc.record({ do: fc.constant('delete' as const), asset: fc.constant(2) }),
  fc.record({ do: fc.constant('fold' as const) }),
);

async function take(db: Store, one: Step, assets: readonly string[], number: number) {
  switch (one.do) {
    case 'scan': {
      const findings = one.packages.map((index) =>
        madeFinding({
          asset: assets[one.asset]!,
          name: `p${index}`,
          band: one.score > 70 ? 'act' : 'track',
          score: one.score,
          ...(index % 2 === 0 && { due: `2026-12-0${1 + (number % 9)}` }),
        }),
      );
      const scan = { assetId: assets[one.asset]!, scanId: String(number), whole: one.whole };
      await recordFindings(db, { ...scan, findings, now: '2026-11-22T00:00:00.000Z' }).catch(
        (error: unknown) => {
          expect(error).toMatchObject({ code: 'unknown-asset' });
        },
      );
      return;
    }
    case 'event': {
      const rows = await db.selectFrom('finding').select('id').orderBy('id').execute();
      const ids = rows.filter((_, index) => index % 7 >= one.some).map(({ id }) => id);
      await applyFindingEvent(db, ids, one.event, { actor: 'workflow', because: 'test' });
      return;
    }
    case 'environment':
      await db
        .updateTable('asset')
        .set({ environment: one.environment })
        .where('id', '=', assets[one.asset]!)
        .execute();
      return;
    case 'archive':
      await db
        .updateTable('asset')
        .set({ archived_at: one.archived ? '2026-11-22T00:00:00Z' : null })
        .where('id', '=', assets[one.asset]!)
        .execute();
      return;
    case 'delete':
      await db.deleteFrom('asset').where('id', '=', assets[one.asset]!).execute();
      return;
    case 'fold':
      await foldFindingDeltas(db);
  }
}

let made = 0;

async function threeAssets(db: Store): Promise<readonly string[]> {
  made += 1;
  const names = ['a', 'b', 'c'].map((name) => `${name}${made}`);
  return await Promise.all(names.map((name) => madeAsset(db, { name })));
}

it('keeps counts that counting agrees with, whatever happens', async () => {
  await using database = await testStore();
  const { store } = database;
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 15 }), async (steps) => {
      const assets = await threeAssets(store);
      for (const one of steps) await take(store, one, assets, ++number);
      expect(await disagreements(store)).toEqual([]);
      await foldFindingDeltas(store);
      expect(await disagreements(store)).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

it('keeps them when everything happens at once', async () => {
  await using database = await testStore();
  const { store } = database;
  const assets = await threeAssets(store);
  const steps = fc.sample(step, { numRuns: 120, seed: 1 }).filter((one) => one.do !== 'delete');
  const lanes = Array.from({ length: 8 }, (_, lane) =>
    steps.flatMap((one, index) => (index % 8 === lane ? [{ one, number: index + 1 }] : [])),
  );
  await Promise.all(
    lanes.map(async (lane) => {
      for (const { one, number } of lane) await take(store, one, assets, number);
    }),
  );
  expect(await disagreements(store)).toEqual([]);
  await foldFindingDeltas(store);
  expect(await disagreements(store)).toEqual([]);
});

it('says how many deltas it folded', async () => {
  await using database = await testStore();
  const { store } = database;
  const assetId = await madeAsset(store);
  const scan = { assetId, scanId: '1', whole: true, now: '2026-11-22T00:00:00.000Z' };
  await recordFindings(store, { ...scan, findings: [madeFinding()] });
  expect(await foldFindingDeltas(store)).toBe(1);
  expect(await foldFindingDeltas(store)).toBe(0);
});
