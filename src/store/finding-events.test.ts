import { expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import { madeAsset } from '../../test/support/made-asset.ts';
import { madeFinding } from '../../test/support/made-finding.ts';
import type { Store } from './database.ts';
import { applyFindingEvent, findingHistory, recordFindings } from './findings.ts';

const NOW = '2026-11-02T00:00:00.000Z';

async function recorded(store: Store, count: number): Promise<readonly string[]> {
  const assetId = await madeAsset(store);
  const findings = Array.from({ length: count }, (_, index) => madeFinding({ name: `p${index}` }));
  const scan = { assetId, scanId: '1', whole: true, now: '2026-11-01T00:00:00.000Z' };
  return (await recordFindings(store, { ...scan, findings })).added;
}

it('moves many at once, and only those it means something to', async () => {
  await using database = await testStore();
  const { store } = database;
  const [first, second, third] = await recorded(store, 3);
  await applyFindingEvent(store, [second!], 'accepted', { actor: '7', because: 'agreed' });

  const cause = { actor: 'workflow', because: 'handed over', changeId: 'c1', now: NOW };
  const ids = [first!, second!, third!, 'nothing'];
  const moved = await applyFindingEvent(store, ids, 'handed-over', cause);
  expect(moved.map(({ id, from, to }) => [id, from, to])).toEqual(
    [first, third].map((id) => [id, 'open', 'patched']),
  );
  expect(await applyFindingEvent(store, ids, 'handed-over', cause)).toEqual([]);
  expect(await applyFindingEvent(store, [], 'handed-over', cause)).toEqual([]);

  const history = await findingHistory(store, first!);
  expect(history.slice(1)).toMatchObject([
    { at: NOW, event: 'handed-over', from: 'open', to: 'patched', changeId: 'c1', actorName: null },
  ]);
  const row = await store
    .selectFrom('finding')
    .select(['state', 'state_since', 'change_id'])
    .where('id', '=', first!)
    .executeTakeFirst();
  expect(row).toEqual({ state: 'patched', state_since: NOW, change_id: 'c1' });
});

it('names the person in the history', async () => {
  await using database = await testStore();
  const { store } = database;
  const [id] = await recorded(store, 1);
  const person = await store
    .insertInto('user_account')
    .values({ issuer: 'local', subject: 'ann', name: 'Ann' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await applyFindingEvent(store, [id!], 'judged-not-affected', {
    actor: person.id,
    because: 'the code is not called',
    decisionSeq: 3,
  });
  expect((await findingHistory(store, id!)).at(-1)).toMatchObject({
    actor: person.id,
    actorName: 'Ann',
    because: 'the code is not called',
    decisionSeq: '3',
  });
});

it('lets writers of overlapping findings wait for each other, never in a ring', async () => {
  await using database = await testStore();
  const { store } = database;
  const ids = await recorded(store, 30);
  const cause = { actor: 'workflow', because: 'again and again' };
  const events = ['work-started', 'work-ended', 'approval-requested', 'handed-over'] as const;
  const writers = Array.from({ length: 24 }, (_, index) => {
    const some = ids.filter((_, position) => (position + index) % 3 !== 0);
    const ordered = index % 2 === 0 ? some : some.toReversed();
    return applyFindingEvent(store, ordered, events[index % events.length]!, cause);
  });
  await Promise.all(writers);
  const rows = await store.selectFrom('finding').select(['id', 'state']).execute();
  for (const { id, state } of rows) {
    expect((await findingHistory(store, id)).at(-1)?.to).toBe(state);
  }
});
