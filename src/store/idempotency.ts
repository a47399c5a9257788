import { sql } from 'kysely';
import type { Store } from './database.ts';

/** Keys older than this are forgotten. */
export const KEPT_HOURS = 24;

/** An answer as it was given the first time. `body` is absent where it held a secret. */
export interface StoredAnswer {
  readonly status: number;
  readonly body?: unknown;
}

export type Claim =
  /** The first to come with this key: do it, then `storeAnswer`. */
  | { readonly kind: 'first' }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  /** The same key with another request. */
  | { readonly kind: 'different' }
  /** The first is still at it. */
  | { readonly kind: 'in-progress' }
  /** The process that worked on it died; how far it came is not known, so it is not done again. */
  | { readonly kind: 'interrupted' };

/**
 * Claims a key of somebody's for a request.
 *
 * @param requestHash over everything that makes the request what it is
 * @param holdSeconds longer than any request may take; past it, without an answer, the work on it
 *   counts as interrupted
 */
export async function claimKey(
  db: Store,
  claim: {
    readonly userId: string;
    readonly key: string;
    readonly requestHash: Buffer;
    readonly holdSeconds: number;
  },
): Promise<Claim> {
  const { userId, key, requestHash, holdSeconds } = claim;
  const inserted = await db
    .insertInto('idempotency_key')
    .values({
      user_id: userId,
      key,
      request_hash: requestHash,
      locked_until: sql<string>`now() + make_interval(secs => ${holdSeconds})`,
    })
    // What is too old to count makes room.
    .onConflict((conflict) =>
      conflict
        .columns(['user_id', 'key'])
        .doUpdateSet((excluded) => ({
          request_hash: excluded.ref('excluded.request_hash'),
          status: null,
          body: null,
          locked_until: excluded.ref('excluded.locked_until'),
          created_at: sql<string>`now()`,
        }))
        .where(
          sql<boolean>`idempotency_key.created_at < now() - make_interval(hours => ${KEPT_HOURS})`,
        ),
    )
    .returning('key')
    .executeTakeFirst();
  if (inserted !== undefined) return { kind: 'first' };
  const row = await db
    .selectFrom('idempotency_key')
    .select([
      'request_hash as requestHash',
      'status',
      'body',
      sql<boolean>`locked_until > now()`.as('held'),
    ])
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .executeTakeFirst();
  // Given back by the first in between; the caller may come again.
  if (row === undefined) return { kind: 'in-progress' };
  if (!row.requestHash.equals(requestHash)) return { kind: 'different' };
  if (row.status === null) return { kind: row.held ? 'in-progress' : 'interrupted' };
  const { status, body } = row;
  return { kind: 'answered', answer: body === null ? { status } : { status, body } };
}

/** Keeps the answer that every further request with this key gets. */
export async function storeAnswer(
  db: Store,
  userId: string,
  key: string,
  answer: StoredAnswer,
): Promise<void> {
  await db
    .updateTable('idempotency_key')
    .set({
      status: answer.status,
      body: answer.body === undefined ? null : JSON.stringify(answer.body),
    })
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .execute();
}

/** Gives a key back for which nothing was done: the same request may come again. */
export async function releaseKey(db: Store, userId: string, key: string): Promise<void> {
  await db
    .deleteFrom('idempotency_key')
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .where('status', 'is', null)
    .execute();
}
