import { expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import { madeAsset } from '../../test/support/made-asset.ts';
import { type MadeFinding, madeFinding } from '../../test/support/made-finding.ts';
import type { Store } from './database.ts';
import { applyFindingEvent, recordFindings } from './findings.ts';
import { assetCounts, exposureNow, riskiestAssets } from './overview.ts';
import { deadlinesAtRisk } from './overview-deadlines.ts';
import { timeToPatch } from './overview-time-to-patch.ts';

let scans = 0;

async function scanned(
  db: Store,
  asset: string,
  findings: readonly MadeFinding[],
  now = '2026-11-01T00:00:00.000Z',
): Promise<void> {
  scans += 1;
  await recordFindings(db, {
    assetId: asset,
    scanId: String(scans),
    findings: findings.map((one) => madeFinding({ asset, ...one })),
    whole: true,
    now,
  });
}

it('shows what counts now, by band and environment', async () => {
  await using database = await testStore();
  const { store } = database;
  const shop = await madeAsset(store);
  const trial = await madeAsset(store, { name: 'trial', environment: 'staging' });
  const acted: MadeFinding = { name: 'a', band: 'act', score: 80 };
  await scanned(store, shop, [acted, { name: 'b', band: 'track', score: 10 }]);
  await scanned(store, trial, [acted]);
  await applyFindingEvent(store, [madeFinding({ asset: shop, name: 'b' }).id], 'accepted', {
    actor: '1',
    because: 'agreed',
  });
  const none = { act: 0, attend: 0, track: 0 };
  expect(await exposureNow(store)).toEqual({
    bands: { ...none, act: 2 },
    environments: {
      production: { ...none, act: 1 },
      staging: { ...none, act: 1 },
      test: none,
      development: none,
    },
    risk: 160,
    accepted: 1,
    notAffected: 0,
    patched: 0,
  });
  expect(await exposureNow(store, 'staging')).toMatchObject({ bands: { act: 1 }, accepted: 0 });
  expect(await assetCounts(store)).toEqual({ assets: 2, neverScanned: 2 });
  expect(await assetCounts(store, 'staging')).toEqual({ assets: 1, neverScanned: 1 });
});

it('has the riskiest assets first, without those that are looked after no more', async () => {
  await using database = await testStore();
  const { store } = database;
  const [a, b, c] = [
    await madeAsset(store, { name: 'a' }),
    await madeAsset(store, { name: 'b' }),
    await madeAsset(store, { name: 'c' }),
  ];
  await scanned(store, a, [{ name: 'x', band: 'act', score: 75.5 }]);
  await scanned(store, b, [
    { name: 'x', score: 50 },
    { name: 'y', score: 45 },
  ]);
  await scanned(store, c, [{ name: 'x', band: 'act', score: 99 }]);
  await store.updateTable('asset').set({ archived_at: new Date() }).where('id', '=', c).execute();
  expect(await riskiestAssets(store, 10)).toMatchObject([
    {
      asset: { id: b, name: 'b', environment: 'production' },
      act: 0,
      attend: 2,
      risk: 95,
      topScore: 50,
    },
    { asset: { id: a }, act: 1, attend: 0, risk: 75.5, topScore: 75.5 },
  ]);
  expect(await riskiestAssets(store, 1)).toHaveLength(1);
  expect(await riskiestAssets(store, 10, 'staging')).toEqual([]);
});

it('counts deadlines that are missed or near', async () => {
  await using database = await testStore();
  const { store } = database;
  const asset = await madeAsset(store);
  const due = [
    '2026-10-01',
    '2026-11-09',
    '2026-11-10',
    '2026-11-11',
    '2026-11-13',
    '2026-11-17',
    '2026-11-18',
  ];
  await scanned(store, asset, [
    ...due.map((day) => ({ name: `due-${day}`, due: day })),
    { name: 'whenever' },
    { name: 'accepted', due: '2026-11-10' },
  ]);
  await applyFindingEvent(store, [madeFinding({ asset, name: 'accepted' }).id], 'accepted', {
    actor: '1',
    because: 'agreed',
  });
  const atRisk = await deadlinesAtRisk(store, '2026-11-10', 4);
  expect(atRisk).toMatchObject({ overdue: 2, within1Day: 2, within3Days: 3, within7Days: 4 });
  expect(atRisk.next.map((item) => item.due)).toEqual(due.slice(0, 4));
  expect(await deadlinesAtRisk(store, '2026-11-10', 4, 'staging')).toEqual({
    overdue: 0,
    within1Day: 0,
    within3Days: 0,
    within7Days: 0,
    next: [],
  });
});

it('measures from first seen to verified closed', async () => {
  await using database = await testStore();
  const { store } = database;
  const asset = await madeAsset(store);
  const names = ['a', 'b', 'c', 'd'];
  const all = names.map((name): MadeFinding => ({ name, band: name === 'd' ? 'track' : 'act' }));
  const at = (day: number) => new Date(Date.UTC(2026, 10, day)).toISOString();
  await scanned(store, asset, all, at(1));
  await scanned(store, asset, all.slice(1), at(2));
  await scanned(store, asset, all.slice(2), at(4));
  await scanned(store, asset, [], at(11));
  const time = await timeToPatch(store, at(12), 90);
  expect(time).toEqual({
    bands: {
      // 24, 72 and 240 hours.
      act: { median: 72, p90: expect.closeTo(206.4), closed: 3 },
      attend: { median: null, p90: null, closed: 0 },
      track: { median: 240, p90: 240, closed: 1 },
    },
    weekly: [
      { week: '2026-10-26', median: null, closed: 0 },
      { week: '2026-11-02', median: 48, closed: 2 },
      { week: '2026-11-09', median: 240, closed: 2 },
    ].slice(1),
    closedLast7Days: 2,
  });
  expect((await timeToPatch(store, at(12), 5)).bands.act.closed).toBe(1);
  expect((await timeToPatch(store, at(12), 90, 'staging')).weekly).toEqual([]);
});
