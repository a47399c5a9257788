import { sql } from 'kysely';
import { type Permission, type Principal, permissionsOf, type Role } from '../domain/access.ts';
import type { Store } from './database.ts';
import { hashSecret, newSecret } from './secret.ts';

/** How long a session lasts, by the database's clock. */
export interface SessionLimits {
  /** Without a request, seconds. */
  readonly idleSeconds: number;
  /** At most, seconds. */
  readonly maximumSeconds: number;
}

/** An open session. */
export interface Session {
  readonly principal: Principal;
  readonly email: string | null;
  readonly expiresAt: string;
}

/**
 * Opens a session.
 *
 * @returns the secret for the cookie; only its hash is kept
 */
export async function openSession(
  db: Store,
  userId: string,
  userAgent: string,
  limits: SessionLimits,
): Promise<string> {
  const { secret, hash } = newSecret('sts_');
  await db
    .insertInto('session')
    .values({
      hash,
      user_id: userId,
      user_agent: userAgent.slice(0, 400),
      expires_at: sql<string>`now() + ${seconds(Math.min(limits.idleSeconds, limits.maximumSeconds))}`,
    })
    .execute();
  await seen(db, userId);
  return secret;
}

/**
 * Whose session this is, with the roles of this moment; `undefined` when it is not (any more) one.
 * Using a session puts off its end, up to its maximum.
 */
export async function useSession(
  db: Store,
  secret: string,
  limits: SessionLimits,
): Promise<Session | undefined> {
  const hash = hashSecret(secret);
  const row = await db
    .selectFrom('session')
    .innerJoin('user_account as person', 'person.id', 'session.user_id')
    .select([
      'person.id',
      'person.name',
      'person.email',
      'person.roles',
      'session.expires_at as expiresAt',
      newEnd(limits).as('newEnd'),
      sql<boolean>`${newEnd(limits)} - session.expires_at > interval '1 minute'`.as('slides'),
    ])
    .where('session.hash', '=', hash)
    .where(sql<boolean>`session.expires_at > now()`)
    .where(sql<boolean>`session.created_at + ${seconds(limits.maximumSeconds)} > now()`)
    .where('person.disabled_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  // A write a minute at most, whatever the page asks.
  if (row.slides) await slide(db, hash, row.id, limits);
  const roles = row.roles as readonly Role[];
  return {
    principal: {
      userId: row.id,
      name: row.name,
      roles,
      permissions: permissionsOf(roles),
      via: 'session',
    },
    email: row.email,
    expiresAt: row.slides ? row.newEnd : row.expiresAt,
  };
}

/** Whether a session still gives a permission; asking does not put off its end. */
export async function sessionIsOpen(
  db: Store,
  secret: string,
  needs: Permission,
): Promise<boolean> {
  const row = await db
    .selectFrom('session')
    .innerJoin('user_account as person', 'person.id', 'session.user_id')
    .select('person.roles')
    .where('session.hash', '=', hashSecret(secret))
    .where(sql<boolean>`session.expires_at > now()`)
    .where('person.disabled_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined && permissionsOf(row.roles as readonly Role[]).includes(needs);
}

const seconds = (count: number) => sql`make_interval(secs => ${count})`;
const newEnd = (limits: SessionLimits) => sql<string>`least(
  now() + ${seconds(limits.idleSeconds)}, session.created_at + ${seconds(limits.maximumSeconds)})`;

async function slide(
  db: Store,
  hash: Buffer,
  userId: string,
  limits: SessionLimits,
): Promise<void> {
  await db
    .updateTable('session')
    .set({ expires_at: newEnd(limits) })
    .where('hash', '=', hash)
    .execute();
  await seen(db, userId);
}

async function seen(db: Store, userId: string): Promise<void> {
  await db
    .updateTable('user_account')
    .set({ last_seen_at: sql<string>`now()` })
    .where('id', '=', userId)
    .execute();
}

export async function closeSession(db: Store, secret: string): Promise<void> {
  await db.deleteFrom('session').where('hash', '=', hashSecret(secret)).execute();
}

export async function closeSessionsOf(db: Store, userId: string): Promise<void> {
  await db.deleteFrom('session').where('user_id', '=', userId).execute();
}
