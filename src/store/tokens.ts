import { sql } from 'kysely';
import { type Permission, type Principal, permissionsOf, type Role } from '../domain/access.ts';
import { SutureError } from '../domain/error.ts';
import type { Store } from './database.ts';
import { hashSecret, newSecret } from './secret.ts';

/** What is known of a token; never the token. */
export interface Token {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Permission[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

const columns = [
  'id',
  'name',
  'scopes',
  'created_at as createdAt',
  'expires_at as expiresAt',
  'revoked_at as revokedAt',
  'last_used_at as lastUsedAt',
] as const;

const asToken = (row: Omit<Token, 'scopes'> & { readonly scopes: readonly string[] }): Token => ({
  ...row,
  scopes: row.scopes as readonly Permission[],
});

/**
 * Makes a token. Its end is reckoned and later held to by the database's clock alone, so that no
 * process with a wrong clock can lengthen its life.
 *
 * @returns the token itself, once; only its hash is kept
 */
export async function createToken(
  db: Store,
  token: {
    readonly userId: string;
    readonly name: string;
    readonly scopes: readonly Permission[];
    readonly lifeSeconds: number;
  },
): Promise<{ readonly token: Token; readonly secret: string }> {
  const { secret, hash } = newSecret('stt_');
  const row = await db
    .insertInto('api_token')
    .values({
      user_id: token.userId,
      name: token.name,
      hash,
      scopes: [...new Set(token.scopes)],
      expires_at: sql<string>`now() + make_interval(secs => ${token.lifeSeconds})`,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
  return { token: asToken(row), secret };
}

/** Somebody's tokens, newest first; `before` is the id of the last one of the page before. */
export async function listTokens(
  db: Store,
  userId: string,
  page: { readonly before?: string; readonly limit: number },
): Promise<readonly Token[]> {
  const rows = await db
    .selectFrom('api_token')
    .select(columns)
    .where('user_id', '=', userId)
    .$if(page.before !== undefined, (query) => query.where('id', '<', page.before ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map(asToken);
}

/**
 * Whose token this is and what it may do now: its scopes, as far as the person's roles of this
 * moment go. `undefined` when it is unknown, revoked or past its end.
 */
export async function useToken(
  db: Store,
  secret: string,
): Promise<
  (Principal & { readonly expiresAt: string; readonly email: string | null }) | undefined
> {
  const row = await db
    .selectFrom('api_token as token')
    .innerJoin('user_account as person', 'person.id', 'token.user_id')
    .select([
      'token.id as tokenId',
      'token.scopes',
      'token.expires_at as expiresAt',
      'person.email',
      'person.id',
      'person.name',
      'person.roles',
      sql<boolean>`token.last_used_at is null or now() - token.last_used_at > interval '1 minute'`.as(
        'stale',
      ),
    ])
    .where('token.hash', '=', hashSecret(secret))
    .where('token.revoked_at', 'is', null)
    .where(sql<boolean>`token.expires_at > now()`)
    .where('person.disabled_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.stale) {
    await db
      .updateTable('api_token')
      .set({ last_used_at: sql<string>`now()` })
      .where('id', '=', row.tokenId)
      .execute();
  }
  const roles = row.roles as readonly Role[];
  return {
    userId: row.id,
    name: row.name,
    roles,
    permissions: permissionsOf(roles).filter((permission) => row.scopes.includes(permission)),
    via: 'token',
    expiresAt: row.expiresAt,
    email: row.email,
  };
}

/** Whether a token still gives a permission. */
export async function tokenIsOpen(db: Store, secret: string, needs: Permission): Promise<boolean> {
  return (await useToken(db, secret))?.permissions.includes(needs) ?? false;
}

/**
 * Ends a token at once.
 *
 * @param userId whose it must be; absent: anybody's
 * @throws SutureError `not-found`
 */
export async function revokeToken(db: Store, id: string, userId?: string): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('api_token')
    .set({ revoked_at: sql<string>`coalesce(revoked_at, now())` })
    .where('id', '=', id)
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? ''))
    .executeTakeFirst();
  if (numUpdatedRows === 0n) {
    throw new SutureError('not-found', `You have no token ${id}`, {
      remedy: 'See the list of your tokens.',
    });
  }
}

export async function revokeTokensOf(db: Store, userId: string): Promise<void> {
  await db
    .updateTable('api_token')
    .set({ revoked_at: sql<string>`now()` })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .execute();
}
