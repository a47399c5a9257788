import { sql } from 'kysely';
import { SutureError } from '../domain/error.ts';
import type { Store } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import { announce } from './live-events.ts';
import { type PolicyDocument, policyVersion } from './policies-read.ts';

/**
 * Installs the first policy, as version 1 and in force, where there is none. Several processes that
 * start at once install it once.
 *
 * @returns whether it was installed now
 */
export async function installFirstPolicy(
  db: Store,
  first: { readonly document: string; readonly note: string; readonly now: Date },
): Promise<boolean> {
  return await inTransaction(db, async (transaction) => {
    await lockPolicies(transaction);
    const known = await transaction
      .selectFrom('policy_version')
      .select('number')
      .limit(1)
      .executeTakeFirst();
    if (known !== undefined) return false;
    const at = first.now.toISOString();
    await transaction
      .insertInto('policy_version')
      .values({
        document: first.document,
        note: first.note,
        state: 'active',
        created_at: at,
        activated_at: at,
      })
      .execute();
    await announce(transaction, 'policy', '1');
    return true;
  });
}

/** Keeps a document as a draft. The caller has checked that it can be read. */
export async function draftPolicy(
  db: Store,
  draft: {
    readonly document: string;
    readonly note: string;
    /** User id. */
    readonly author: string;
    readonly now: Date;
  },
): Promise<PolicyDocument> {
  return await inTransaction(db, async (transaction) => {
    const { number } = await transaction
      .insertInto('policy_version')
      .values({
        document: draft.document,
        note: draft.note,
        author: draft.author,
        created_at: draft.now.toISOString(),
      })
      .returning('number')
      .executeTakeFirstOrThrow();
    await announce(transaction, 'policy', String(number));
    return await policyVersion(transaction, number);
  });
}

/**
 * Says that a person has read a version and agrees with it. Saying it twice changes nothing; the
 * first who said it stays.
 *
 * @param by user id
 * @throws SutureError `policy-unknown`, `policy-own-review`
 */
export async function reviewPolicy(
  db: Store,
  number: number,
  by: string,
  now: Date,
): Promise<PolicyDocument> {
  return await inTransaction(db, async (transaction) => {
    await lockPolicies(transaction);
    const version = await policyVersion(transaction, number);
    if (version.author?.id === by) {
      throw new SutureError('policy-own-review', `Policy version ${number} is your own`, {
        remedy: 'Ask somebody else to review it.',
      });
    }
    if (version.reviewedBy !== null) return version;
    await transaction
      .updateTable('policy_version')
      .set({ reviewed_by: by, reviewed_at: now.toISOString() })
      .where('number', '=', number)
      .execute();
    await announce(transaction, 'policy', String(number));
    return await policyVersion(transaction, number);
  });
}

export interface PolicyActivation {
  readonly version: PolicyDocument;
  /** The version that was in force until now; absent when this one already was. */
  readonly retired?: number;
}

/**
 * Puts a reviewed draft, or a version that was in force before, into force; the one in force
 * retires. Exactly one is ever in force. Activating what is in force changes nothing.
 *
 * To be called in the transaction that records the decision, so that neither is without the other.
 *
 * @param options.by user id
 * @param options.withoutReview takes a draft that nobody reviewed; the caller says why in its
 *   decision
 * @param options.inForce the version that the person saw in force: when another took its place
 *   meanwhile, this is refused
 * @throws SutureError `policy-unknown`, `policy-not-reviewed`, `policy-moved-on`
 */
export async function activatePolicy(
  db: Store,
  number: number,
  options: {
    readonly by: string;
    readonly now: Date;
    readonly withoutReview?: boolean;
    readonly inForce?: number;
  },
): Promise<PolicyActivation> {
  return await inTransaction(db, async (transaction) => {
    await lockPolicies(transaction);
    const version = await policyVersion(transaction, number);
    if (version.state === 'active') return { version };
    const reviewed = version.reviewedBy !== null || version.activatedAt !== null;
    if (!reviewed && options.withoutReview !== true) {
      throw new SutureError('policy-not-reviewed', `Nobody has reviewed policy version ${number}`, {
        remedy: 'Ask somebody else than its author to review it first.',
      });
    }
    const at = options.now.toISOString();
    const before = await activeNumber(transaction);
    if (options.inForce !== undefined && before !== options.inForce) {
      throw new SutureError(
        'policy-moved-on',
        `Policy version ${before ?? 'none'} is in force meanwhile, not ${options.inForce}`,
        { remedy: 'Compare with what is in force now, then activate again.' },
      );
    }
    await transaction
      .updateTable('policy_version')
      .set({ state: 'retired', retired_at: at })
      .where('state', '=', 'active')
      .execute();
    await transaction
      .updateTable('policy_version')
      .set({ state: 'active', activated_by: options.by, activated_at: at, retired_at: null })
      .where('number', '=', number)
      .execute();
    await announce(transaction, 'policy', String(number));
    const activated = await policyVersion(transaction, number);
    return { version: activated, ...(before !== undefined && { retired: before }) };
  });
}

async function activeNumber(db: Store): Promise<number | undefined> {
  const row = await db
    .selectFrom('policy_version')
    .select('number')
    .where('state', '=', 'active')
    .executeTakeFirst();
  return row?.number;
}

/** Until the transaction ends, nobody else changes what is in force. */
async function lockPolicies(transaction: Store): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('suture.policy', 0))`.execute(
    transaction,
  );
}
