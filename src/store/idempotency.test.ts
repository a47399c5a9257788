import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestStore, testStore } from '../../test/support/database.ts';
import { claimKey, releaseKey, storeAnswer } from './idempotency.ts';
import { createLocalUser } from './users.ts';

let test: TestStore;
let userId = '';
beforeAll(async () => {
  test = await testStore();
  ({ id: userId } = await createLocalUser(test.store, { name: 'A', roles: [], groups: [] }));
});
afterAll(() => test[Symbol.asyncDispose]());

const hash = (text: string) => createHash('sha256').update(text).digest();
const claim = (key: string, request = 'one') =>
  claimKey(test.store, { userId, key, requestHash: hash(request), holdSeconds: 60 });

it('does one of many that come at once, and gives the others its answer', async () => {
  const claims = await Promise.all(Array.from({ length: 8 }, () => claim('a')));
  const kinds = claims.map(({ kind }) => kind).toSorted();
  expect(kinds).toEqual(['first', ...Array<string>(7).fill('in-progress')]);
  await storeAnswer(test.store, userId, 'a', { status: 201, body: { id: '7' } });
  expect(await claim('a')).toEqual({
    kind: 'answered',
    answer: { status: 201, body: { id: '7' } },
  });
  expect(await claim('a', 'two')).toEqual({ kind: 'different' });
});

it('does not do again what was interrupted', async () => {
  expect(await claim('b')).toEqual({ kind: 'first' });
  await sql`update idempotency_key set locked_until = now() - interval '1 second' where key = 'b'`.execute(
    test.store,
  );
  expect(await claim('b')).toEqual({ kind: 'interrupted' });
});

it('may come again when nothing was done', async () => {
  expect(await claim('c')).toEqual({ kind: 'first' });
  await releaseKey(test.store, userId, 'c');
  expect(await claim('c', 'two')).toEqual({ kind: 'first' });
});

it('keeps the keys of two people apart', async () => {
  const other = await createLocalUser(test.store, { name: 'B', roles: [], groups: [] });
  expect(await claim('d')).toEqual({ kind: 'first' });
  const theirs = { userId: other.id, key: 'd', requestHash: hash('x'), holdSeconds: 60 };
  expect(await claimKey(test.store, theirs)).toEqual({ kind: 'first' });
});

it('forgets a key after a day', async () => {
  expect(await claim('e')).toEqual({ kind: 'first' });
  await storeAnswer(test.store, userId, 'e', { status: 200, body: {} });
  await sql`update idempotency_key set created_at = now() - interval '25 hours' where key = 'e'`.execute(
    test.store,
  );
  expect(await claim('e', 'two')).toEqual({ kind: 'first' });
});
