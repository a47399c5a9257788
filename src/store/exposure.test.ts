import { expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import { madeAsset } from '../../test/support/made-asset.ts';
import { madeFinding } from '../../test/support/made-finding.ts';
import type { Finding } from '../domain/finding.ts';
import type { Store } from './database.ts';
import { exposureSince, keepExposure, rollExposure } from './exposure.ts';
import { applyFindingEvent, recordFindings } from './findings.ts';

const act = madeFinding({ name: 'a', band: 'act', score: 80 });
const track = madeFinding({ name: 'b', band: 'track', score: 10.5 });

async function scanned(db: Store, assetId: string, day: number, findings: readonly Finding[]) {
  const now = `2026-11-0${day}T10:00:00.000Z`;
  await recordFindings(db, { assetId, scanId: String(day), findings, whole: true, now });
}

it('says how each day ended, also of days that nobody counted at the time', async () => {
  await using database = await testStore();
  const { store } = database;
  const asset = await madeAsset(store);
  await scanned(store, asset, 1, [act, track]);
  await scanned(store, asset, 3, [track]);
  await applyFindingEvent(store, [track.id], 'accepted', {
    actor: '1',
    because: 'agreed',
    now: '2026-11-04T09:00:00.000Z',
  });
  const days = await keepExposure(store, '2026-11-05T12:00:00.000Z');
  expect(days).toEqual(['2026-11-01', '2026-11-02', '2026-11-03', '2026-11-04', '2026-11-05']);

  const none = { act: 0, attend: 0, track: 0, risk: 0, opened: 0, closed: 0 };
  const both = { ...none, act: 1, track: 1, risk: 90.5 };
  const expected = [
    { ...both, day: '2026-11-01', opened: 2 },
    { ...both, day: '2026-11-02' },
    { ...none, day: '2026-11-03', track: 1, risk: 10.5, closed: 1 },
    { ...none, day: '2026-11-04', closed: 1 },
    { ...none, day: '2026-11-05' },
  ];
  expect(await exposureSince(store, '2026-10-01')).toEqual(expected);
  expect(await exposureSince(store, '2026-11-03', 'production')).toEqual(expected.slice(2));
  expect(await exposureSince(store, '2026-11-03', 'staging')).toEqual(
    [3, 4, 5].map((day) => ({ ...none, day: `2026-11-0${day}` })),
  );
});

it('keeps today up to date, and a day that is over as it was', async () => {
  await using database = await testStore();
  const { store } = database;
  const asset = await madeAsset(store);
  await scanned(store, asset, 1, [act]);
  const noon = '2026-11-01T12:00:00.000Z';
  await rollExposure(store, '2026-11-01', noon);
  await rollExposure(store, '2026-11-01', noon);
  const first = await exposureSince(store, '2026-11-01');
  expect(first).toMatchObject([{ act: 1, track: 0, opened: 1 }]);

  const worse = madeFinding({ name: 'c', band: 'act', score: 90 });
  await recordFindings(store, {
    assetId: asset,
    scanId: '2',
    findings: [act, worse],
    whole: true,
    now: '2026-11-01T20:00:00.000Z',
  });
  expect(await keepExposure(store, '2026-11-02T00:30:00.000Z')).toEqual([
    '2026-11-01',
    '2026-11-02',
  ]);
  expect(await exposureSince(store, '2026-11-01')).toMatchObject([
    { act: 2, opened: 2 },
    { act: 2 },
  ]);

  // What the past looks like from later does not change what was written at its end.
  await scanned(store, asset, 3, [track]);
  expect(await keepExposure(store, '2026-11-03T23:00:00.000Z')).toEqual([
    '2026-11-02',
    '2026-11-03',
  ]);
  await rollExposure(store, '2026-11-01', '2026-11-03T23:00:00.000Z');
  expect(await exposureSince(store, '2026-11-01')).toMatchObject([
    { day: '2026-11-01', act: 2, opened: 2, closed: 0 },
    { day: '2026-11-02', act: 2, opened: 0, closed: 0 },
    { day: '2026-11-03', act: 0, track: 1, opened: 1, closed: 2 },
  ]);
});

it('has nothing to count before the first scan', async () => {
  await using database = await testStore();
  expect(await keepExposure(database.store, '2026-11-05T12:00:00.000Z')).toEqual([]);
  expect(await exposureSince(database.store, '2026-01-01')).toEqual([]);
});
