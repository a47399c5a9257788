import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Role } from '../domain/access.ts';
import { SutureError } from '../domain/error.ts';
import type { Store } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import { closeSessionsOf } from './sessions.ts';
import { revokeTokensOf } from './tokens.ts';

/** Issuer of accounts that no identity provider vouches for. */
export const LOCAL_ISSUER = 'local';

/** Somebody, or the command line of a machine. */
export interface User {
  readonly id: string;
  /** Of the identity provider, or `local`. */
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly email: string | null;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
  readonly createdAt: string;
  readonly lastSeenAt: string | null;
  readonly disabledAt: string | null;
}

const columns = [
  'id',
  'issuer',
  'subject',
  'name',
  'email',
  'roles',
  'groups',
  'created_at as createdAt',
  'last_seen_at as lastSeenAt',
  'disabled_at as disabledAt',
] as const;

/** The column holds what `updateUser` and the like put in: roles. */
const asUser = (row: Omit<User, 'roles'> & { readonly roles: readonly string[] }): User => ({
  ...row,
  roles: row.roles as readonly Role[],
});

/** People in the order in which they came; `after` is the id of the last one of the page before. */
export async function listUsers(
  db: Store,
  page: { readonly after?: string; readonly limit: number },
): Promise<readonly User[]> {
  const rows = await db
    .selectFrom('user_account')
    .select(columns)
    .$if(page.after !== undefined, (query) => query.where('id', '>', page.after ?? ''))
    .orderBy('id')
    .limit(page.limit)
    .execute();
  return rows.map(asUser);
}

export async function userById(db: Store, id: string): Promise<User | undefined> {
  const row = await db
    .selectFrom('user_account')
    .select(columns)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && asUser(row);
}

/** Adds a person who signs in by one-time token. */
export async function createLocalUser(
  db: Store,
  user: Pick<User, 'name' | 'roles' | 'groups'> & { readonly email?: string },
): Promise<User> {
  const row = await db
    .insertInto('user_account')
    .values({
      issuer: LOCAL_ISSUER,
      subject: randomUUID(),
      name: user.name,
      email: user.email ?? null,
      roles: [...user.roles],
      groups: [...user.groups],
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
  return asUser(row);
}

/** The local account of this subject, made where there is none; what is known of it stays. */
export async function localAccount(
  db: Store,
  account: Pick<User, 'subject' | 'name' | 'roles'>,
): Promise<User> {
  const { subject, name } = account;
  await db
    .insertInto('user_account')
    .values({ issuer: LOCAL_ISSUER, subject, name, roles: [...account.roles] })
    .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing())
    .execute();
  const row = await db
    .selectFrom('user_account')
    .select(columns)
    .where('issuer', '=', LOCAL_ISSUER)
    .where('subject', '=', subject)
    .executeTakeFirstOrThrow();
  return asUser(row);
}

/**
 * Whom an identity provider vouched for just now; made or brought up to date.
 *
 * @param person.roles what the provider's groups give; absent: the roles stay as an admin set them
 * @returns `before`: the roles they had; absent for somebody new
 */
export async function providerAccount(
  db: Store,
  person: Pick<User, 'issuer' | 'subject' | 'name' | 'email' | 'groups'> & {
    readonly roles?: readonly Role[];
  },
): Promise<{ readonly user: User; readonly before?: readonly Role[] }> {
  const { issuer, subject, name, email } = person;
  const groups = [...person.groups];
  const given = person.roles === undefined ? {} : { roles: [...person.roles] };
  return await inTransaction(db, async (trx) => {
    const before = await trx
      .selectFrom('user_account')
      .select('roles')
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .forUpdate()
      .executeTakeFirst();
    const row = await trx
      .insertInto('user_account')
      .values({ issuer, subject, name, email, groups, ...given })
      .onConflict((conflict) =>
        conflict.columns(['issuer', 'subject']).doUpdateSet({ name, email, groups, ...given }),
      )
      .returning(columns)
      .executeTakeFirstOrThrow();
    const user = asUser(row);
    return before === undefined ? { user } : { user, before: before.roles as readonly Role[] };
  });
}

/**
 * Changes what somebody may do. Disabling ends sessions and tokens; another role counts from the
 * next request on.
 *
 * @throws SutureError `not-found`; `last-admin` when nobody would be left who can administer
 */
export async function updateUser(
  db: Store,
  id: string,
  change: {
    readonly roles?: readonly Role[] | undefined;
    readonly groups?: readonly string[] | undefined;
    readonly email?: string | null | undefined;
    readonly disabled?: boolean | undefined;
  },
): Promise<User> {
  return await inTransaction(db, async (trx) => {
    // Two admins who take each other's role away at once: the second waits, and is refused.
    const admins = await trx
      .selectFrom('user_account')
      .select('id')
      .where(sql<boolean>`roles @> array['admin'] and disabled_at is null`)
      .orderBy('id')
      .forUpdate()
      .execute();
    const row = await trx
      .updateTable('user_account')
      .set({
        ...(change.roles === undefined ? {} : { roles: [...change.roles] }),
        ...(change.groups === undefined ? {} : { groups: [...change.groups] }),
        ...(change.email === undefined ? {} : { email: change.email }),
        ...(change.disabled === undefined ? {} : { disabled_at: disabledAt(change.disabled) }),
      })
      .where('id', '=', id)
      .returning(columns)
      .executeTakeFirst();
    if (row === undefined) throw unknownUser(id);
    const user = asUser(row);
    const stays = user.disabledAt === null && user.roles.includes('admin');
    if (!stays && admins.length === 1 && admins[0]?.id === id) {
      throw new SutureError('last-admin', `${user.name} is the only one left who can administer`, {
        remedy: 'Make somebody else an admin first.',
      });
    }
    if (user.disabledAt !== null) {
      await closeSessionsOf(trx, id);
      await revokeTokensOf(trx, id);
    }
    return user;
  });
}

/** `now()` only where it was not disabled before. */
const disabledAt = (disabled: boolean) =>
  disabled ? sql<string>`coalesce(disabled_at, now())` : null;

export function unknownUser(id: string): SutureError {
  return new SutureError('not-found', `There is no user ${id}`, {
    remedy: 'See the list of users.',
  });
}
