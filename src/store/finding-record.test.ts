import { expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import { madeAsset } from '../../test/support/made-asset.ts';
import { madeFinding } from '../../test/support/made-finding.ts';
import type { Finding } from '../domain/finding.ts';
import { findingDocument } from '../domain/finding-document.ts';
import type { Store } from './database.ts';
import { applyFindingEvent, findingHistory, recordFindings } from './findings.ts';

const lodash = madeFinding();
const minimist = madeFinding({
  name: 'minimist',
  version: '1.2.0',
  advisory: 'GHSA-vh95-rmgr-6w4m',
});
const NOTHING = { added: [], closed: [], reopened: [] };

function at(hour: number): string {
  return new Date(Date.UTC(2026, 10, 1, hour)).toISOString();
}

async function scanned(
  db: Store,
  assetId: string,
  scanId: number,
  findings: readonly Finding[],
  whole = true,
) {
  const scan = { assetId, scanId: String(scanId), findings, whole, now: at(scanId) };
  return await recordFindings(db, scan);
}

async function states(db: Store): Promise<Record<string, string>> {
  const rows = await db.selectFrom('finding').select(['package', 'state']).orderBy('id').execute();
  return Object.fromEntries(rows.map((row) => [row.package, row.state]));
}

it('follows a finding from first seen to closed and back', async () => {
  await using database = await testStore();
  const { store } = database;
  const asset = await madeAsset(store);

  expect(await scanned(store, asset, 1, [lodash, minimist])).toEqual({
    ...NOTHING,
    added: [lodash.id, minimist.id].sort(),
    open: 2,
  });
  expect(await scanned(store, asset, 2, [lodash])).toEqual({
    ...NOTHING,
    closed: [minimist.id],
    open: 1,
  });
  expect(await scanned(store, asset, 3, [lodash, minimist])).toEqual({
    ...NOTHING,
    reopened: [minimist.id],
    open: 2,
  });

  const row = await store
    .selectFrom('finding')
    .selectAll()
    .where('id', '=', minimist.id)
    .executeTakeFirstOrThrow();
  expect(row).toMatchObject({
    state: 'reopened',
    state_since: at(3),
    first_seen: at(1),
    last_seen: at(3),
    closed_at: null,
    exposed: true,
    environment: 'production',
  });
  const history = await findingHistory(store, minimist.id);
  expect(history.map(({ at, event, from, to, scanId }) => [at, event, from, to, scanId])).toEqual([
    [at(1), 'seen', null, 'open', '1'],
    [at(2), 'gone', 'open', 'verified-closed', '2'],
    [at(3), 'seen', 'verified-closed', 'reopened', '3'],
  ]);
});

it('keeps the finding as scan writes it', async () => {
  await using database = await testStore();
  const { store } = database;
  const asset = await madeAsset(store);
  await scanned(store, asset, 1, [lodash]);
  const worse = madeFinding({ band: 'act', score: 91.25, due: '2026-11-20', kev: true });
  await scanned(store, asset, 2, [worse]);

  const row = await store
    .selectFrom('finding')
    .innerJoin('finding_detail', 'finding_detail.finding_id', 'finding.id')
    .select(['band', 'score', 'due', 'kev', 'state', 'state_since', 'detail'])
    .executeTakeFirstOrThrow();
  expect(row).toEqual({
    band: 'act',
    score: 91.25,
    due: '2026-11-20',
    kev: true,
    state: 'open',
    state_since: at(1),
    detail: JSON.parse(JSON.stringify(findingDocument(worse))),
  });
});

it('gives the same answer for the same scan, and changes nothing', async () => {
  await using database = await testStore();
  const { store } = database;
  const asset = await madeAsset(store);
  await scanned(store, asset, 1, [minimist]);
  const first = await scanned(store, asset, 2, [lodash]);
  const written = async () => [
    await store.selectFrom('finding').selectAll().orderBy('id').execute(),
    await store.selectFrom('finding_event').selectAll().orderBy('id').execute(),
  ];
  const before = await written();
  expect(await scanned(store, asset, 2, [lodash])).toEqual(first);
  expect(await written()).toEqual(before);
});

it('lets no older scan undo what a newer one saw', async () => {
  await using database = await testStore();
  const { store } = database;
  const asset = await madeAsset(store);
  await scanned(store, asset, 1, [lodash]);
  await scanned(store, asset, 3, [minimist]);
  expect(await scanned(store, asset, 2, [lodash])).toEqual({ ...NOTHING, open: 1 });
  expect(await states(store)).toEqual({ lodash: 'verified-closed', minimist: 'open' });
});

it('closes nothing after a look at a part', async () => {
  await using database = await testStore();
  const { store } = database;
  const asset = await madeAsset(store);
  await scanned(store, asset, 1, [lodash]);
  const part = await scanned(store, asset, 2, [minimist], false);
  expect(part).toEqual({ ...NOTHING, added: [minimist.id], open: 2 });
  expect(await scanned(store, asset, 2, [minimist], false)).toEqual(part);
  expect(await states(store)).toEqual({ lodash: 'open', minimist: 'open' });
});

it('does not close what a look at a part found after the scan of everything had begun', async () => {
  await using database = await testStore();
  const { store } = database;
  const asset = await madeAsset(store);
  await scanned(store, asset, 1, [lodash]);
  await scanned(store, asset, 3, [minimist], false);
  await scanned(store, asset, 2, []);
  expect(await states(store)).toEqual({ lodash: 'verified-closed', minimist: 'open' });
});

it('shows what the asset’s own file accepts as accepted, for as long as it does', async () => {
  await using database = await testStore();
  const { store } = database;
  const asset = await madeAsset(store);
  const suppression = {
    reason: 'not built in',
    expires: '2027-01-01',
    declaredIn: 'suture.yaml:4',
  };
  const accepted = madeFinding({ suppression });
  expect(await scanned(store, asset, 1, [accepted])).toEqual({ ...NOTHING, open: 0 });
  expect(await scanned(store, asset, 2, [accepted])).toEqual({ ...NOTHING, open: 0 });
  await scanned(store, asset, 3, [lodash]);
  const history = await findingHistory(store, lodash.id);
  expect(history.map(({ event, to, because }) => [event, to, because])).toEqual([
    ['seen', 'open', expect.any(String)],
    ['accepted', 'accepted', 'suture.yaml:4: not built in (until 2027-01-01)'],
    ['acceptance-ended', 'open', expect.any(String)],
  ]);
});

it('leaves what a person accepted alone', async () => {
  await using database = await testStore();
  const { store } = database;
  const asset = await madeAsset(store);
  await scanned(store, asset, 1, [lodash]);
  await applyFindingEvent(store, [lodash.id], 'accepted', { actor: '1', because: 'later' });
  expect(await scanned(store, asset, 2, [lodash])).toEqual({ ...NOTHING, open: 0 });
  expect(await states(store)).toEqual({ lodash: 'accepted' });
});

it('hides nothing because a VEX statement says so', async () => {
  await using database = await testStore();
  const { store } = database;
  const asset = await madeAsset(store);
  const vex = { status: 'not_affected', because: 'the supplier says so' } as const;
  const { added } = await scanned(store, asset, 1, [madeFinding({ vex })]);
  expect(added).toEqual([lodash.id]);
});

it.each([
  ['one finding', { finding_id: lodash.id }, 'accepted'],
  ['an alias of its advisory', { advisory_id: 'CVE-2021-23337' }, 'accepted'],
  [
    'the advisory in the package',
    { advisory_id: 'GHSA-35jh-r3h4-6jhm', package: 'lodash' },
    'accepted',
  ],
  [
    'the advisory in another package',
    { advisory_id: 'CVE-2021-23337', package: 'lodash-es' },
    'open',
  ],
  ['another advisory', { advisory_id: 'CVE-2020-0001' }, 'open'],
  ['a judgement', { finding_id: lodash.id, kind: 'not-affected' as const }, 'not-affected'],
  ['one that has ended', { finding_id: lodash.id, expires_at: at(0) }, 'open'],
  ['one not agreed to', { finding_id: lodash.id, state: 'requested' as const }, 'open'],
])('applies exceptions to what is new: %s', async (_, exception, expected) => {
  await using database = await testStore();
  const { store } = database;
  const asset = await madeAsset(store);
  const { id: person } = await store
    .insertInto('user_account')
    .values({ issuer: 'local', subject: 'ann', name: 'Ann' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await store
    .insertInto('exception')
    .values({
      reason: 'behind a proxy',
      owner: person,
      requested_by: person,
      expires_at: at(100),
      state: 'active',
      ...exception,
    })
    .execute();
  const recorded = await scanned(store, asset, 1, [lodash]);
  expect(recorded.added).toEqual(expected === 'open' ? [lodash.id] : []);
  expect(await states(store)).toEqual({ lodash: expected });
});

it('records scans of one asset that come at once one after the other', async () => {
  await using database = await testStore();
  const { store } = database;
  const asset = await madeAsset(store);
  const many = Array.from({ length: 20 }, (_, index) => madeFinding({ name: `p${index}` }));
  await Promise.all(
    [1, 2, 3, 4, 5, 6].map((scan) => scanned(store, asset, scan, many.slice(scan), scan % 2 === 0)),
  );
  // The last scan of everything was the sixth; those of a part saw two more, before or after it.
  const seen = await states(store);
  expect(Object.keys(seen).length).toBeGreaterThanOrEqual(14);
  const events = await store
    .selectFrom('finding_event')
    .select(['finding_id', 'to_state'])
    .orderBy('id')
    .execute();
  const last = new Map(events.map((event) => [event.finding_id, event.to_state]));
  const rows = await store.selectFrom('finding').select(['id', 'state']).execute();
  expect(new Map(rows.map(({ id, state }) => [id, state]))).toEqual(last);
  for (const row of rows.filter(({ id }) => many.slice(6).some((one) => one.id === id))) {
    expect(row.state).not.toBe('verified-closed');
  }
});

it('keeps text that PostgreSQL would refuse, without what it refuses', async () => {
  await using database = await testStore();
  const { store } = database;
  const asset = await madeAsset(store);
  const odd = madeFinding({ summary: 'cut \uD83D', name: 'a\0b' });
  const evidence = { file: 'x.js', line: 1, column: 1, symbol: 'x', code: 'a\0\uDE00', via: [] };
  const finding = { ...odd, reachability: { ...odd.reachability, evidence: [evidence] } };
  expect((await scanned(store, asset, 1, [finding])).added).toEqual([odd.id]);
  expect(await scanned(store, asset, 2, [finding])).toEqual({ ...NOTHING, open: 1 });
  const row = await store
    .selectFrom('finding')
    .innerJoin('vulnerability as v', 'v.id', 'vulnerability_id')
    .select(['finding.package', 'v.summary'])
    .executeTakeFirst();
  expect(row).toEqual({ package: 'a\uFFFDb', summary: 'cut \uFFFD' });
});

it('says that there is no such asset', async () => {
  await using database = await testStore();
  await expect(scanned(database.store, '99', 1, [lodash])).rejects.toMatchObject({
    code: 'unknown-asset',
  });
});

it('follows the asset’s environment, and leaves lists with it', async () => {
  await using database = await testStore();
  const { store } = database;
  const asset = await madeAsset(store);
  await scanned(store, asset, 1, [lodash]);
  await store.updateTable('asset').set({ environment: 'staging' }).execute();
  const row = () =>
    store.selectFrom('finding').select(['environment', 'exposed', 'facet']).executeTakeFirst();
  expect(await row()).toMatchObject({ environment: 'staging', exposed: true });
  await store
    .updateTable('asset')
    .set({ archived_at: at(2) })
    .execute();
  expect(await row()).toMatchObject({ exposed: false, facet: null });
  await store.updateTable('asset').set({ archived_at: null }).execute();
  expect(await row()).toMatchObject({ exposed: true, facet: expect.any(Number) });
});
