import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestStore, testStore } from '../../test/support/database.ts';
import type { Role } from '../domain/access.ts';
import { commandLineToken } from './command-line-account.ts';
import type { Store } from './database.ts';
import { forgetExpired } from './expired.ts';
import { rememberOidcSignIn, takeOidcSignIn } from './oidc-sign-in.ts';
import { closeSession, openSession, useSession } from './sessions.ts';
import { firstAdminToken, makeSignInToken, takeSignInToken } from './sign-in.ts';
import { createToken, listTokens, revokeToken, useToken } from './tokens.ts';
import { createLocalUser, providerAccount, updateUser, userById } from './users.ts';

let test: TestStore;
let db: Store;
beforeAll(async () => {
  test = await testStore();
  db = test.store;
});
afterAll(() => test[Symbol.asyncDispose]());

const DAY = 86_400;
const limits = { idleSeconds: 3600, maximumSeconds: 7 * DAY };
const person = (roles: readonly Role[], name = 'Ada') =>
  createLocalUser(db, { name, roles, groups: [] });

it('offers the first admin a token at each start until one has signed in', async () => {
  const first = await firstAdminToken(db, 1800);
  const second = await firstAdminToken(db, 1800);
  expect(await takeSignInToken(db, first?.secret ?? '')).toBeUndefined();
  const userId = await takeSignInToken(db, second?.secret ?? '');
  expect((await userById(db, userId ?? ''))?.roles).toEqual(['admin']);
  await openSession(db, userId ?? '', 'test', limits);
  expect(await firstAdminToken(db, 1800)).toBeUndefined();
});

it('takes a one-time token once, also when it is brought by many at once', async () => {
  const { id } = await person(['viewer']);
  const { secret } = await makeSignInToken(db, id, 1800);
  const taken = await Promise.all(Array.from({ length: 10 }, () => takeSignInToken(db, secret)));
  expect(taken.filter((userId) => userId === id)).toHaveLength(1);
  expect(taken.filter((userId) => userId === undefined)).toHaveLength(9);
});

it.each([
  ['past its end', { expires_at: sql<string>`now() - interval '1 second'` }],
  ['used', { used_at: sql<string>`now()` }],
])('refuses a one-time token that is %s', async (_, change) => {
  const { id } = await person(['viewer']);
  const { secret } = await makeSignInToken(db, id, 1800);
  await db.updateTable('sign_in_token').set(change).where('user_id', '=', id).execute();
  expect(await takeSignInToken(db, secret)).toBeUndefined();
});

it('keeps no secret that it gives out', async () => {
  const { id } = await person(['viewer']);
  const session = await openSession(db, id, 'test', limits);
  const { secret } = await createToken(db, {
    userId: id,
    name: 't',
    scopes: ['read'],
    lifeSeconds: 60,
  });
  const once = await makeSignInToken(db, id, 60);
  for (const table of ['session', 'api_token', 'sign_in_token']) {
    const { rows } = await sql<{
      row: string;
    }>`select t::text as row from ${sql.table(table)} t`.execute(db);
    const text = rows.map(({ row }) => row).join('\n');
    expect(text).not.toBe('');
    for (const given of [session, secret, once.secret]) expect(text).not.toContain(given);
  }
});

it('puts off the end of a session that is used, up to its maximum', async () => {
  const { id } = await person(['operator']);
  const secret = await openSession(db, id, 'test', limits);
  await sql`update session set expires_at = now() + interval '10 minutes' where user_id = ${id}`.execute(
    db,
  );
  const used = await useSession(db, secret, limits);
  const left = Date.parse(used?.expiresAt ?? '') - Date.now();
  expect(left).toBeGreaterThan(50 * 60_000);
  await sql`update session set created_at = now() - interval '7 days' + interval '5 minutes',
    expires_at = now() + interval '1 minute' where user_id = ${id}`.execute(db);
  const late = await useSession(db, secret, limits);
  expect(Date.parse(late?.expiresAt ?? '') - Date.now()).toBeLessThan(6 * 60_000);
  await sql`update session set created_at = now() - interval '8 days',
    expires_at = now() + interval '1 hour' where user_id = ${id}`.execute(db);
  expect(await useSession(db, secret, limits)).toBeUndefined();
});

it('ends a session by idleness and by signing out', async () => {
  const { id } = await person(['viewer']);
  const idle = await openSession(db, id, 'test', { idleSeconds: 1, maximumSeconds: DAY });
  const left = await openSession(db, id, 'test', limits);
  expect(await useSession(db, left, limits)).toMatchObject({
    principal: { userId: id, via: 'session' },
  });
  await closeSession(db, left);
  expect(await useSession(db, left, limits)).toBeUndefined();
  await sleep(1100);
  expect(await useSession(db, idle, limits)).toBeUndefined();
});

it('gives a token its scopes as far as the roles of the moment go', async () => {
  const { id } = await person(['approver', 'operator']);
  const { secret } = await createToken(db, {
    userId: id,
    name: 'ci',
    scopes: ['read', 'approve', 'administer'],
    lifeSeconds: DAY,
  });
  expect((await useToken(db, secret))?.permissions.toSorted()).toEqual(['approve', 'read']);
  await updateUser(db, id, { roles: ['viewer'] });
  expect((await useToken(db, secret))?.permissions).toEqual(['read']);
  await updateUser(db, id, { roles: [] });
  expect((await useToken(db, secret))?.permissions).toEqual([]);
});

it('ends a token at its end by the database’s clock', async () => {
  const { id } = await person(['viewer']);
  const { secret } = await createToken(db, {
    userId: id,
    name: 't',
    scopes: ['read'],
    lifeSeconds: 1,
  });
  expect(await useToken(db, secret)).toBeDefined();
  await sleep(1100);
  expect(await useToken(db, secret)).toBeUndefined();
});

it('revokes at once, and only one’s own', async () => {
  const [{ id }, other] = [await person(['viewer']), await person(['viewer'])];
  const { secret, token } = await createToken(db, {
    userId: id,
    name: 't',
    scopes: ['read'],
    lifeSeconds: DAY,
  });
  await expect(revokeToken(db, token.id, other.id)).rejects.toMatchObject({ code: 'not-found' });
  expect(await useToken(db, secret)).toBeDefined();
  await revokeToken(db, token.id, id);
  expect(await useToken(db, secret)).toBeUndefined();
  expect((await listTokens(db, id, { limit: 5 }))[0]?.revokedAt).not.toBeNull();
});

it('ends sessions, tokens and one-time tokens of somebody who is disabled', async () => {
  const { id } = await person(['viewer']);
  const session = await openSession(db, id, 'test', limits);
  const { secret } = await createToken(db, {
    userId: id,
    name: 't',
    scopes: ['read'],
    lifeSeconds: DAY,
  });
  const once = await makeSignInToken(db, id, 1800);
  await updateUser(db, id, { disabled: true });
  expect(await useSession(db, session, limits)).toBeUndefined();
  expect(await useToken(db, secret)).toBeUndefined();
  expect(await takeSignInToken(db, once.secret)).toBeUndefined();
  await updateUser(db, id, { disabled: false });
  expect(await useSession(db, session, limits)).toBeUndefined();
  expect(await useToken(db, secret)).toBeUndefined();
});

it('keeps at least one who can administer, whoever demotes whom at once', async () => {
  const { rows } = await sql<{ id: string }>`
    update user_account set roles = '{}' where roles @> array['admin'] returning id`.execute(db);
  expect(rows.length).toBeGreaterThan(0);
  const [a, b] = [await person(['admin'], 'A'), await person(['admin'], 'B')];
  const results = await Promise.allSettled([
    updateUser(db, a.id, { roles: ['viewer'] }),
    updateUser(db, b.id, { disabled: true }),
  ]);
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const refused = results.find((result) => result.status === 'rejected');
  expect(refused?.reason).toMatchObject({ code: 'last-admin' });
});

it('knows somebody of the identity provider again, and leaves roles alone that no group gives', async () => {
  const who = {
    issuer: 'https://id.example',
    subject: '42',
    name: 'Grace',
    email: null,
    groups: ['g'],
  };
  const first = await providerAccount(db, { ...who, roles: ['viewer'] });
  expect(first.before).toBeUndefined();
  const again = await providerAccount(db, { ...who, name: 'Grace H.' });
  expect(again.user).toMatchObject({ id: first.user.id, name: 'Grace H.', roles: ['viewer'] });
  const left = await providerAccount(db, { ...who, roles: [] });
  expect(left).toMatchObject({ before: ['viewer'], user: { roles: [] } });
});

it('lets a state of the identity provider return once', async () => {
  const signIn = { nonce: 'n', codeVerifier: 'v', returnTo: '/changes/1' };
  await rememberOidcSignIn(db, 'state', signIn);
  expect(await takeOidcSignIn(db, 'other')).toBeUndefined();
  expect(await takeOidcSignIn(db, 'state')).toEqual(signIn);
  expect(await takeOidcSignIn(db, 'state')).toBeUndefined();
});

it('makes the command line’s token anew', async () => {
  const first = await commandLineToken(db, DAY);
  const second = await commandLineToken(db, DAY);
  expect(await useToken(db, first)).toBeUndefined();
  expect(await useToken(db, second)).toMatchObject({ name: 'Command line', roles: ['admin'] });
});

it('forgets what has run out', async () => {
  const { id } = await person(['viewer']);
  await openSession(db, id, 'test', limits);
  const kept = await openSession(db, id, 'kept', limits);
  await sql`update session set expires_at = now() - interval '1 second' where user_agent = 'test'`.execute(
    db,
  );
  await forgetExpired(db);
  const { rows } = await sql`select 1 from session where user_id = ${id}`.execute(db);
  expect(rows).toHaveLength(1);
  expect(await useSession(db, kept, limits)).toBeDefined();
});
