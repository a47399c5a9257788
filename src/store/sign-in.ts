import { sql } from 'kysely';
import type { Store } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import { hashSecret, newSecret } from './secret.ts';
import { localAccount } from './users.ts';

/** A link's secret part, good for one sign-in. */
export interface SignInToken {
  readonly secret: string;
  readonly expiresAt: string;
}

const FIRST_ADMIN = 'first-admin';

/** Makes a one-time token for somebody; those made before for the same person end. */
export async function makeSignInToken(
  db: Store,
  userId: string,
  lifeSeconds: number,
): Promise<SignInToken> {
  const { secret, hash } = newSecret('sto_');
  return await inTransaction(db, async (trx) => {
    await trx
      .deleteFrom('sign_in_token')
      .where('user_id', '=', userId)
      .where('used_at', 'is', null)
      .execute();
    const { expiresAt } = await trx
      .insertInto('sign_in_token')
      .values({
        hash,
        user_id: userId,
        expires_at: sql<string>`now() + make_interval(secs => ${lifeSeconds})`,
      })
      .returning('expires_at as expiresAt')
      .executeTakeFirstOrThrow();
    return { secret, expiresAt };
  });
}

/**
 * Takes a one-time token. Of two requests that bring the same one at once, one gets the person.
 *
 * @returns the person's id; `undefined` when it is unknown, used or past its end
 */
export async function takeSignInToken(db: Store, secret: string): Promise<string | undefined> {
  const row = await db
    .updateTable('sign_in_token as token')
    .from('user_account as person')
    .set({ used_at: sql<string>`now()` })
    .whereRef('person.id', '=', 'token.user_id')
    .where('person.disabled_at', 'is', null)
    .where('token.hash', '=', hashSecret(secret))
    .where('token.used_at', 'is', null)
    .where(sql<boolean>`token.expires_at > now()`)
    .returning('token.user_id as userId')
    .executeTakeFirst();
  return row?.userId;
}

/**
 * The first admin's one-time token, as long as no admin has ever signed in: a start that nobody
 * answered is made good by the next one.
 */
export async function firstAdminToken(
  db: Store,
  lifeSeconds: number,
): Promise<SignInToken | undefined> {
  const known = await db
    .selectFrom('user_account')
    .select('id')
    .where(sql<boolean>`roles @> array['admin'] and disabled_at is null`)
    .where('last_seen_at', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  if (known !== undefined) return undefined;
  const account = { subject: FIRST_ADMIN, name: 'Administrator', roles: ['admin'] as const };
  const { id, disabledAt } = await localAccount(db, account);
  if (disabledAt !== null) return undefined;
  return await makeSignInToken(db, id, lifeSeconds);
}
