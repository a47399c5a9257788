import { sql } from 'kysely';
import type { Store } from './database.ts';
import { KEPT_HOURS } from './idempotency.ts';

/** Takes away what has run out: keys, sessions, one-time tokens, unfinished sign-ins. */
export async function forgetExpired(db: Store): Promise<void> {
  await db
    .deleteFrom('idempotency_key')
    .where(sql<boolean>`created_at < now() - make_interval(hours => ${KEPT_HOURS})`)
    .execute();
  await db.deleteFrom('session').where(sql<boolean>`expires_at < now()`).execute();
  await db.deleteFrom('sign_in_token').where(sql<boolean>`expires_at < now()`).execute();
  await db.deleteFrom('oidc_sign_in').where(sql<boolean>`expires_at < now()`).execute();
}
