import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, it, vi } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import type { LiveEvent } from './live-events.ts';
import {
  announce,
  announceAll,
  lastLiveEvent,
  readLiveEvents,
  trimLiveEvents,
} from './live-events.ts';
import { listenLive } from './live-listener.ts';

function subjects(events: readonly LiveEvent[]): readonly string[] {
  return events.map(({ subject }) => subject);
}

it('reads on from where somebody stopped', async () => {
  await using database = await testStore();
  const { store } = database;
  expect(await lastLiveEvent(store)).toBe('0');
  await announce(store, 'asset', '1', '1');
  await announceAll(store, [
    { topic: 'finding', subject: 'a' },
    { topic: 'change', subject: 'b' },
  ]);
  const { events, missed } = await readLiveEvents(store, '0', 10);
  expect(missed).toBe(false);
  expect(events).toMatchObject([
    { topic: 'asset', subject: '1', assetId: '1' },
    { topic: 'finding', subject: 'a', assetId: null },
    { topic: 'change', subject: 'b' },
  ]);
  expect(await lastLiveEvent(store)).toBe(events[2]!.id);
  const rest = await readLiveEvents(store, events[0]!.id, 1);
  expect(subjects(rest.events)).toEqual(['a']);
  expect((await readLiveEvents(store, events[2]!.id, 10)).events).toEqual([]);
});

it('orders events by when they were committed, so that a late one is not overlooked', async () => {
  await using database = await testStore({ poolSize: 3 });
  const { store } = database;
  const hold = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const slow = store.transaction().execute(async (trx) => {
    await announce(trx, 'scan', 'slow');
    begun.resolve();
    await hold.promise;
  });
  await begun.promise;
  await announce(store, 'scan', 'quick');
  const first = await readLiveEvents(store, '0', 10);
  expect(subjects(first.events)).toEqual(['quick']);
  hold.resolve();
  await slow;
  const second = await readLiveEvents(store, first.events[0]!.id, 10);
  expect(subjects(second.events)).toEqual(['slow']);
});

it('announces nothing of a transaction that is rolled back', async () => {
  await using database = await testStore();
  const { store } = database;
  const failing = store.transaction().execute(async (trx) => {
    await announce(trx, 'scan', 'never');
    throw new Error('rolled back');
  });
  await expect(failing).rejects.toThrow('rolled back');
  expect((await readLiveEvents(store, '0', 10)).events).toEqual([]);
});

it('says when events may have been trimmed away', async () => {
  await using database = await testStore();
  const { store } = database;
  for (const subject of ['a', 'b', 'c']) await announce(store, 'scan', subject);
  const { events } = await readLiveEvents(store, '0', 10);
  expect(await trimLiveEvents(store, new Date(Date.now() - 3_600_000).toISOString())).toBe(0);
  // The newest stays, or nobody could tell that there is nothing new.
  expect(await trimLiveEvents(store, new Date(Date.now() + 3_600_000).toISOString())).toBe(2);
  expect(await readLiveEvents(store, events[0]!.id, 10)).toMatchObject({ missed: true });
  expect(await readLiveEvents(store, events[2]!.id, 10)).toEqual({ events: [], missed: false });
  expect(subjects((await readLiveEvents(store, '0', 10)).events)).toEqual(['c']);
});

it('tells listeners at once, each event once and in order', async () => {
  await using database = await testStore();
  const { store, url } = database;
  await announce(store, 'scan', 'before');
  const heard: LiveEvent[] = [];
  const listener = listenLive(url, (event) => heard.push(event));
  await listener.ready;
  await Promise.all(
    Array.from({ length: 40 }, (_, index) => announce(store, 'scan', String(index))),
  );
  await vi.waitFor(() => {
    expect(heard).toHaveLength(40);
  });
  const ids = heard.map(({ id }) => Number(id));
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  expect(subjects(heard)).not.toContain('before');
  await listener.stop();
  await announce(store, 'scan', 'after');
  expect(heard).toHaveLength(40);
});

it('loses nothing when its connection is cut, and doubles nothing', async () => {
  await using database = await testStore();
  const { store, url } = database;
  const heard: string[] = [];
  const onLost = vi.fn<(error: unknown) => void>();
  const listener = listenLive(url, ({ subject }) => heard.push(subject), { onLost, retryMs: 5 });
  await listener.ready;
  for (let round = 0; round < 5; round++) {
    const numbers = Array.from({ length: 20 }, (_, index) => `${round}.${index}`);
    const announcing = (async () => {
      for (const number of numbers) await announce(store, 'scan', number);
    })();
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'suture live events' and datname = current_database()`.execute(
      store,
    );
    await announcing;
  }
  await vi.waitFor(() => {
    expect(heard).toHaveLength(100);
  });
  await sleep(50);
  expect(heard).toEqual(
    Array.from({ length: 100 }, (_, index) => `${Math.floor(index / 20)}.${index % 20}`),
  );
  expect(onLost).toHaveBeenCalled();
  await listener.stop();
});

it('goes on after the event it is told', async () => {
  await using database = await testStore();
  const { store, url } = database;
  for (const subject of ['a', 'b', 'c']) await announce(store, 'scan', subject);
  const [first] = (await readLiveEvents(store, '0', 1)).events;
  const heard: string[] = [];
  const listener = listenLive(url, ({ subject }) => heard.push(subject), { afterId: first!.id });
  await listener.ready;
  expect(heard).toEqual(['b', 'c']);
  await listener.stop();
});

it('stops at once while there is no server to listen to', async () => {
  const onLost = vi.fn<(error: unknown) => void>();
  const url = 'postgresql://nobody@localhost/none?host=/nonexistent';
  const listener = listenLive(url, () => {}, { onLost, retryMs: 60_000 });
  await vi.waitFor(() => {
    expect(onLost).toHaveBeenCalledWith(expect.objectContaining({ code: 'database-unreachable' }));
  });
  await listener.stop();
});
