import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import { storedChange } from '../../test/support/made-change.ts';
import { registerAsset } from './assets-register.ts';
import { moveChange } from './changes.ts';
import type { Store } from './database.ts';
import { beginSync, queueSync } from './feed-syncs.ts';
import {
  beginRemediation,
  endRemediation,
  endWhenSettled,
  queueRemediation,
} from './remediations.ts';
import { beginScan, endScan, finishScan, queueScan } from './scans.ts';
import { pauseState, putSetting, setPause, setting } from './settings.ts';
import { endTurn, takeTurn } from './turns.ts';
import { beat, declareDead, leave, listWorkers, registerWorker, takeOver } from './workers.ts';

async function anAsset(store: Store): Promise<string> {
  const asset = await registerAsset(store, { kind: 'repository', location: '/srv/shop' });
  return asset.id;
}

describe('a scan', () => {
  const nothing = { commit: null, components: 0, open: 0, added: 0, closed: 0, problems: [] };

  it('that waits is the one that is asked for again; one that runs is not', async () => {
    await using database = await testStore();
    const { store } = database;
    const assetId = await anAsset(store);
    const ask = (workflowId: string) =>
      queueScan(store, { assetId, trigger: 'demand', workflowId });
    expect(await Promise.all(['a', 'b', 'c'].map(ask))).toEqual(
      expect.arrayContaining([expect.any(String)]),
    );
    const waiting = await ask('d');
    expect(new Set(await Promise.all(['e', 'f'].map(ask)))).toEqual(new Set([waiting]));
    expect(await beginScan(store, waiting)).toMatchObject({ state: 'running' });
    expect(await ask('g')).toBe('g');
    // Asking twice under one name is asking once, also when it has ended.
    await finishScan(store, waiting, nothing);
    expect(await ask(waiting)).toBe(waiting);
  });

  it('that was cancelled does not begin', async () => {
    await using database = await testStore();
    const { store } = database;
    const assetId = await anAsset(store);
    await queueScan(store, { assetId, trigger: 'demand', workflowId: 'a' });
    expect(await endScan(store, 'a', 'cancelled', 'no more')).toBe(true);
    expect(await endScan(store, 'a', 'failed', 'too late')).toBe(false);
    expect(await beginScan(store, 'a')).toBeUndefined();
  });
});

describe('a remediation', () => {
  const work = (assetId: string, id: string, workKey = 'same') =>
    ({
      id,
      assetId,
      workKey,
      trigger: 'scan',
      baseCommit: 'c',
      findingIds: ['f'],
      avoid: [],
      policyVersion: 1,
    }) as const;

  it('of the same work is begun once, however many ask at once', async () => {
    await using database = await testStore();
    const { store } = database;
    const assetId = await anAsset(store);
    const ids = await Promise.all(
      ['a', 'b', 'c', 'd'].map((id) => queueRemediation(store, work(assetId, id), 24)),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await queueRemediation(store, work(assetId, 'e', 'other'), 24)).toBe('e');
  });

  it('ends with its last changes, also when two of them end at the same time', async () => {
    await using database = await testStore();
    const { store } = database;
    const assetId = await anAsset(store);
    const now = '2026-11-02T08:00:00.000Z';
    const { id } = await storedChange(store, { id: 'one', assetId, now });
    await sql`update remediation set proven_at = now()`.execute(store);
    const [row] = await store.selectFrom('change').selectAll().where('id', '=', id).execute();
    if (row === undefined) throw new Error('it was stored');
    await sql`insert into change select * from jsonb_populate_record(null::change,
      (select to_jsonb(change) from change) || '{"id": "other", "position": 1, "remedy_set": "other"}')`.execute(
      store,
    );
    const bothMoved = Promise.withResolvers<void>();
    let moved = 0;
    const end = async (changeId: string) =>
      await store.transaction().execute(async (trx) => {
        await moveChange(trx, changeId, { to: 'rejected', from: ['observed'], because: 'no' });
        moved += 1;
        if (moved === 2) bothMoved.resolve();
        await bothMoved.promise;
        return await endWhenSettled(trx, row.remediation_id);
      });
    expect(await Promise.all([end(id), end('other')])).toContain(true);
  });

  it('that came to nothing is begun again after a while, and not before', async () => {
    await using database = await testStore();
    const { store } = database;
    const assetId = await anAsset(store);
    await queueRemediation(store, work(assetId, 'a'), 24);
    await beginRemediation(store, 'a');
    await endRemediation(store, 'a', 'done');
    expect(await queueRemediation(store, work(assetId, 'b'), 24)).toBeUndefined();
    await store
      .updateTable('remediation')
      .set({ ended_at: new Date(Date.now() - 25 * 3_600_000) })
      .execute();
    expect(await queueRemediation(store, work(assetId, 'b'), 24)).toBe('b');
    expect(await beginRemediation(store, 'a')).toBeUndefined();
  });
});

it('of syncs that are asked for, one is under way', async () => {
  await using database = await testStore();
  const { store } = database;
  const ids = await Promise.all(['a', 'b'].map((workflowId) => queueSync(store, { workflowId })));
  expect(new Set(ids).size).toBe(1);
  const [id = ''] = ids;
  expect(await beginSync(store, id)).toBe(true);
  expect(await queueSync(store, { workflowId: 'c' })).toBe(id);
});

describe('a turn', () => {
  const turn = { name: 'sweep', everySeconds: 60, leaseSeconds: 60 };

  it('is taken by one of many, once in its time', async () => {
    await using database = await testStore();
    const { store } = database;
    const takers = ['a', 'b', 'c', 'd'];
    const taken = await Promise.all(takers.map((by) => takeTurn(store, turn, by)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    const by = takers[taken.indexOf(true)] ?? '';
    await endTurn(store, turn, by);
    expect(await takeTurn(store, turn, 'a')).toBe(false);
    await endTurn(store, { ...turn, everySeconds: 0 }, by);
    expect(await takeTurn(store, turn, 'a')).toBe(true);
  });

  it('that nobody ended goes to the next when its lease is over', async () => {
    await using database = await testStore();
    const { store } = database;
    expect(await takeTurn(store, { ...turn, leaseSeconds: 0 }, 'a')).toBe(true);
    expect(await takeTurn(store, turn, 'b')).toBe(true);
    // The first has come late: what it says does not count any more.
    await endTurn(store, { ...turn, everySeconds: 0 }, 'a');
    expect(await takeTurn(store, turn, 'a')).toBe(false);
  });
});

describe('a worker', () => {
  const worker = (id: string) => ({ id, host: 'here', pid: 1, version: '1' });

  it('that stops to beat is found dead, and learns it', async () => {
    await using database = await testStore();
    const { store } = database;
    await registerWorker(store, worker('a'));
    await registerWorker(store, worker('b'));
    expect(await declareDead(store, 60)).toEqual([]);
    await store
      .updateTable('worker')
      .set({ heartbeat_at: new Date(Date.now() - 120_000) })
      .where('id', '=', 'a')
      .execute();
    const found = await Promise.all([declareDead(store, 60), declareDead(store, 60)]);
    expect(found.flat()).toEqual(['a']);
    expect(await beat(store, 'a')).toBe(false);
    expect(await beat(store, 'b')).toBe(true);
    expect((await listWorkers(store)).map(({ id, state }) => [id, state])).toEqual([
      ['b', 'alive'],
      ['a', 'dead'],
    ]);
  });

  it('that is gone is taken over by one, and again by the next when that one dies over it', async () => {
    await using database = await testStore();
    const { store } = database;
    await registerWorker(store, worker('a'));
    await leave(store, 'a');
    const dies = () => Promise.reject(new Error('killed'));
    await expect(takeOver(store, 'b', dies)).rejects.toThrow('killed');
    const taken: string[] = [];
    const take = (by: string) =>
      takeOver(store, by, async (id) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        taken.push(`${by} ${id}`);
      });
    await Promise.all(['c', 'd'].map(take));
    expect(taken).toHaveLength(1);
    expect(await takeOver(store, 'e', dies)).toEqual([]);
  });
});

it('settings are kept, and so is who paused and why', async () => {
  await using database = await testStore();
  const { store } = database;
  expect(await setting(store, 'schedules')).toBeUndefined();
  await putSetting(store, 'schedules', { scan: '0 3 * * *' });
  await putSetting(store, 'schedules', { scan: '0 4 * * *' });
  expect(await setting(store, 'schedules')).toEqual({ scan: '0 4 * * *' });
  expect(await pauseState(store)).toEqual({ paused: false, reason: '' });
  const ann = await store
    .insertInto('user_account')
    .values({ issuer: 'test', subject: 'ann', name: 'Ann' })
    .returning('id')
    .executeTakeFirstOrThrow();
  expect(await setPause(store, { paused: true, reason: 'release' }, ann.id)).toMatchObject({
    paused: true,
    reason: 'release',
    by: { id: ann.id, name: 'Ann' },
  });
});
