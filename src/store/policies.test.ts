import { describe, expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import type { Store } from './database.ts';
import { activatePolicy, draftPolicy, installFirstPolicy, reviewPolicy } from './policies.ts';
import { activePolicy, listPolicies, policyVersion } from './policies-read.ts';

const now = new Date('2026-11-02T08:00:00.000Z');
const later = new Date('2026-11-03T08:00:00.000Z');
const first = { document: 'otherwise: approve\n', note: 'what comes with it', now };

async function people(store: Store): Promise<readonly [string, string]> {
  const rows = await store
    .insertInto('user_account')
    .values(['Ann', 'Bob'].map((name) => ({ issuer: 'local', subject: name, name })))
    .returning('id')
    .execute();
  return [rows[0]!.id, rows[1]!.id];
}

const draft = (store: Store, author: string, document = 'otherwise: observe\n') =>
  draftPolicy(store, { document, note: 'calmer', author, now });

describe('the first policy', () => {
  it('is version 1, in force, and installed once', async () => {
    await using database = await testStore();
    const { store } = database;
    expect(await activePolicy(store)).toBeUndefined();
    const installed = await Promise.all([1, 2, 3, 4].map(() => installFirstPolicy(store, first)));
    expect(installed.filter(Boolean)).toHaveLength(1);
    expect(await activePolicy(store)).toMatchObject({
      number: 1,
      state: 'active',
      author: null,
      document: first.document,
      activatedAt: now.toISOString(),
    });
    expect((await listPolicies(store, { limit: 10 })).items).toHaveLength(1);
  });
});

describe('a draft', () => {
  it('comes into force when somebody else has reviewed it', async () => {
    await using database = await testStore();
    const { store } = database;
    const [ann, bob] = await people(store);
    await installFirstPolicy(store, first);
    const { number } = await draft(store, ann);
    await expect(reviewPolicy(store, number, ann, now)).rejects.toMatchObject({
      code: 'policy-own-review',
    });
    await expect(activatePolicy(store, number, { by: ann, now })).rejects.toMatchObject({
      code: 'policy-not-reviewed',
    });
    const reviewed = await reviewPolicy(store, number, bob, now);
    expect(reviewed).toMatchObject({ state: 'draft', reviewedBy: { id: bob, name: 'Bob' } });
    const { version, retired } = await activatePolicy(store, number, { by: ann, now: later });
    expect([version.state, retired]).toEqual(['active', 1]);
    expect(version).toMatchObject({ activatedBy: { name: 'Ann' }, author: { name: 'Ann' } });
    expect(await policyVersion(store, 1)).toMatchObject({
      state: 'retired',
      retiredAt: later.toISOString(),
    });
    expect((await activePolicy(store))?.document).toBe('otherwise: observe\n');
  });

  it('keeps its first reviewer, and reviewing or activating again changes nothing', async () => {
    await using database = await testStore();
    const { store } = database;
    const [ann, bob] = await people(store);
    await installFirstPolicy(store, first);
    const { number } = await draft(store, ann);
    await reviewPolicy(store, number, bob, now);
    expect((await reviewPolicy(store, number, bob, later)).reviewedAt).toBe(now.toISOString());
    await activatePolicy(store, number, { by: ann, now });
    expect(await activatePolicy(store, number, { by: bob, now: later })).toMatchObject({
      version: { activatedBy: { name: 'Ann' }, activatedAt: now.toISOString() },
    });
  });

  it('may go without review where the caller says so', async () => {
    await using database = await testStore();
    const { store } = database;
    const [ann] = await people(store);
    await installFirstPolicy(store, first);
    const { number } = await draft(store, ann);
    const { version } = await activatePolicy(store, number, { by: ann, now, withoutReview: true });
    expect(version).toMatchObject({ state: 'active', reviewedBy: null });
  });

  it('is refused when another version came into force meanwhile, and nothing changes', async () => {
    await using database = await testStore();
    const { store } = database;
    const [ann] = await people(store);
    await installFirstPolicy(store, first);
    const one = await draft(store, ann);
    const two = await draft(store, ann);
    const options = { by: ann, now, withoutReview: true, inForce: 1 };
    await activatePolicy(store, one.number, options);
    await expect(activatePolicy(store, two.number, options)).rejects.toMatchObject({
      code: 'policy-moved-on',
    });
    expect((await activePolicy(store))?.number).toBe(one.number);
  });
});

describe('versions', () => {
  it('have exactly one in force, whoever activates at the same time', async () => {
    await using database = await testStore();
    const { store } = database;
    const [ann] = await people(store);
    await installFirstPolicy(store, first);
    const drafts = await Promise.all(Array.from({ length: 8 }, () => draft(store, ann)));
    const done = await Promise.all(
      drafts.map(({ number }) =>
        activatePolicy(store, number, { by: ann, now, withoutReview: true }),
      ),
    );
    const { items } = await listPolicies(store, { limit: 50 });
    expect(items.filter(({ state }) => state === 'active')).toHaveLength(1);
    expect(items.filter(({ state }) => state === 'retired')).toHaveLength(8);
    // Each took the place of another: a chain without a fork.
    expect(new Set(done.map(({ retired }) => retired)).size).toBe(8);
  });

  it('can come into force again without another review', async () => {
    await using database = await testStore();
    const { store } = database;
    const [ann] = await people(store);
    await installFirstPolicy(store, first);
    const { number } = await draft(store, ann);
    await activatePolicy(store, number, { by: ann, now, withoutReview: true });
    const { version, retired } = await activatePolicy(store, 1, { by: ann, now: later });
    expect([version.number, version.state, version.retiredAt, retired]).toEqual([
      1,
      'active',
      null,
      number,
    ]);
  });

  it('are listed newest first, page by page', async () => {
    await using database = await testStore();
    const { store } = database;
    const [ann] = await people(store);
    for (const note of ['a', 'b', 'c']) {
      await draftPolicy(store, { document: '', note, author: ann, now });
    }
    const page = await listPolicies(store, { limit: 2 });
    expect([page.items.map(({ note }) => note), page.next]).toEqual([['c', 'b'], 2]);
    const rest = await listPolicies(store, { limit: 2, before: page.next! });
    expect([rest.items.map(({ note }) => note), rest.next]).toEqual([['a'], undefined]);
  });

  it('that are not there are refused', async () => {
    await using database = await testStore();
    await expect(policyVersion(database.store, 7)).rejects.toMatchObject({
      code: 'policy-unknown',
    });
  });
});
