import { sql } from 'kysely';
import type { Decision, DecisionDraft } from '../domain/decision.ts';
import { type ChainHead, EMPTY_CHAIN, link } from '../domain/decision-chain.ts';
import { SutureError } from '../domain/error.ts';
import type { SigningKey } from '../platform/keys.ts';
import { CHECKPOINT_EVERY, writeCheckpoint } from './checkpoints.ts';
import type { Store } from './database.ts';
import { decisionOf, rowOf } from './decisions-row.ts';
import { inTransaction } from './in-transaction.ts';
import { announce } from './live-events.ts';

export interface RecordOptions {
  readonly now: Date;
  /** With it, a checkpoint is signed whenever a hundred decisions have come since the last. */
  readonly sign?: SigningKey;
}

/** Rows of one insert; thirteen values each, of at most 65,535 that a statement takes. */
const ROWS_PER_INSERT = 500;

/**
 * Appends a decision to the chain: the next seq, linked to the one before. A draft whose key is
 * there already is not written again; the first is returned.
 *
 * In a transaction of the caller it stays locked for others until that one ends: record last.
 * The time recorded is never before that of the decision before it, whatever the clocks say.
 */
export async function recordDecision(
  db: Store,
  draft: DecisionDraft,
  options: RecordOptions,
): Promise<Decision> {
  const [decision] = await recordDecisions(db, [draft], options);
  if (decision === undefined) throw new Error('A draft was recorded as nothing');
  return decision;
}

/** The same for many at once, in their order; all of them or none. */
export async function recordDecisions(
  db: Store,
  drafts: readonly DecisionDraft[],
  options: RecordOptions,
): Promise<readonly Decision[]> {
  if (drafts.length === 0) return [];
  return await inTransaction(db, (transaction) => append(transaction, drafts, options));
}

async function append(
  db: Store,
  drafts: readonly DecisionDraft[],
  options: RecordOptions,
): Promise<readonly Decision[]> {
  // Alone until the transaction ends; in a statement of its own, so that the next one sees what
  // others have committed meanwhile.
  await sql`select pg_advisory_xact_lock(hashtextextended('suture.decision', 0))`.execute(db);
  const { tail, byKey } = await tailAndKnown(db, [...new Set(drafts.map(({ key }) => key))]);
  let head: ChainHead = tail ?? EMPTY_CHAIN;
  const notBefore = tail === undefined ? 0 : Date.parse(tail.at);
  const at = new Date(Math.max(options.now.getTime(), notBefore)).toISOString();
  const added: Decision[] = [];
  for (const draft of drafts) {
    if (byKey.has(draft.key)) continue;
    const decision = link(draft, head, at);
    byKey.set(draft.key, decision);
    added.push(decision);
    head = decision;
  }
  for (let from = 0; from < added.length; from += ROWS_PER_INSERT) {
    const rows = added.slice(from, from + ROWS_PER_INSERT).map(rowOf);
    await db.insertInto('decision').values(rows).execute();
  }
  await announceAdded(db, added);
  const before = tail?.seq ?? 0;
  if (
    options.sign !== undefined &&
    Math.floor(head.seq / CHECKPOINT_EVERY) > Math.floor(before / CHECKPOINT_EVERY)
  ) {
    await writeCheckpoint(db, { now: new Date(at), sign: options.sign }).catch(ignoreBrokenChain);
  }
  return drafts.map(({ key }) => {
    const decision = byKey.get(key);
    if (decision === undefined) throw new Error(`Decision ${key} was not recorded`);
    return decision;
  });
}

/** Pages that show the log look again; for many at once they need to be told once. */
async function announceAdded(db: Store, added: readonly Decision[]): Promise<void> {
  const [only] = added;
  if (only === undefined) return;
  if (added.length > 1) await announce(db, 'decision', '*');
  else await announce(db, 'decision', String(only.seq), only.assetId);
}

/** A decision must not fail because somebody altered an old one; verification will say so. */
function ignoreBrokenChain(error: unknown): void {
  if (!(error instanceof SutureError && error.code === 'decision-chain-broken')) throw error;
}

async function tailAndKnown(db: Store, keys: readonly string[]) {
  const tail = await db
    .selectFrom('decision')
    .select(['seq', 'hash', 'at'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const known = await db
    .selectFrom('decision')
    .select(['record', 'hash', 'key'])
    .where('key', '=', sql<string>`any(${keys})`)
    .execute();
  return {
    tail: tail && { seq: Number(tail.seq), hash: tail.hash, at: tail.at },
    byKey: new Map(known.map((row) => [row.key, decisionOf(row)])),
  };
}
