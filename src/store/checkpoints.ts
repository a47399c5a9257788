import { ChainWalk, trusting } from '../domain/chain-walk.ts';
import type { Checkpoint } from '../domain/decision.ts';
import { checkpointMessage, EMPTY_CHAIN } from '../domain/decision-chain.ts';
import { SutureError } from '../domain/error.ts';
import type { SigningKey } from '../platform/keys.ts';
import type { Store } from './database.ts';
import { chainPages } from './decisions-read.ts';

/** Decisions between checkpoints. */
export const CHECKPOINT_EVERY = 100;
/** And minutes, where fewer decisions come. */
const CHECKPOINT_MINUTES = 60;

export interface CheckpointOptions {
  readonly now: Date;
  readonly sign: SigningKey;
}

/**
 * Signs where the chain stands, unless the newest checkpoint says so already. What came since that
 * one is looked at first: a signature must not bless what was tampered with.
 *
 * @returns nothing while there is no decision
 * @throws SutureError `decision-chain-broken`
 */
export async function writeCheckpoint(
  db: Store,
  { now, sign }: CheckpointOptions,
): Promise<Checkpoint | undefined> {
  const last = await latestCheckpoint(db);
  const walk = new ChainWalk(
    last ?? EMPTY_CHAIN,
    trusting([]), // No checkpoint lies ahead of the newest one.
  );
  if (last !== undefined) await stillThere(db, last);
  for await (const page of chainPages(db, { after: last?.seq ?? 0 })) {
    for (const { decision, fault } of page) walk.take(decision, undefined, fault);
  }
  const { head, faults, decisions } = walk.finish();
  if (faults[0] !== undefined) throw broken(faults[0].message);
  if (decisions === 0) return last;
  const unsigned = { seq: head.seq, hash: head.hash, at: now.toISOString(), keyId: sign.id };
  const signature = Buffer.from(sign.sign(checkpointMessage(unsigned))).toString('base64');
  await db
    .insertInto('decision_checkpoint')
    .values({
      seq: String(unsigned.seq),
      hash: unsigned.hash,
      at: unsigned.at,
      key_id: unsigned.keyId,
      signature,
    })
    // Another process came first with the same link.
    .onConflict((conflict) => conflict.column('seq').doNothing())
    .execute();
  return await latestCheckpoint(db);
}

/**
 * For the schedule: signs when the newest checkpoint is an hour old and something came since.
 *
 * @throws SutureError `decision-chain-broken`
 */
export async function checkpointWhenDue(
  db: Store,
  options: CheckpointOptions,
): Promise<Checkpoint | undefined> {
  const last = await latestCheckpoint(db);
  const age = options.now.getTime() - (last === undefined ? 0 : Date.parse(last.at));
  if (age < CHECKPOINT_MINUTES * 60_000) return undefined;
  const written = await writeCheckpoint(db, options);
  return written?.seq === last?.seq ? undefined : written;
}

export async function latestCheckpoint(db: Store): Promise<Checkpoint | undefined> {
  const row = await db
    .selectFrom('decision_checkpoint')
    .selectAll()
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && checkpointOf(row);
}

/** The checkpoints of the links from `from` to `to`, both included, in their order. */
export async function checkpointsBetween(
  db: Store,
  from: number,
  to: number,
): Promise<readonly Checkpoint[]> {
  const rows = await db
    .selectFrom('decision_checkpoint')
    .selectAll()
    .where('seq', '>=', String(from))
    .where('seq', '<=', String(to))
    .orderBy('seq')
    .execute();
  return rows.map(checkpointOf);
}

function checkpointOf(row: {
  seq: string;
  hash: string;
  at: string;
  key_id: string;
  signature: string;
}): Checkpoint {
  return {
    seq: Number(row.seq),
    hash: row.hash,
    at: row.at,
    keyId: row.key_id,
    signature: row.signature,
  };
}

/** The link that was signed last must be the one that is there. */
async function stillThere(db: Store, last: Checkpoint): Promise<void> {
  const row = await db
    .selectFrom('decision')
    .select('hash')
    .where('seq', '=', String(last.seq))
    .executeTakeFirst();
  if (row?.hash === last.hash) return;
  throw broken(
    row === undefined
      ? `Decision ${last.seq}, which was signed at ${last.at}, is missing`
      : `Decision ${last.seq} is not the one that was signed at ${last.at}`,
  );
}

function broken(message: string): SutureError {
  return new SutureError('decision-chain-broken', `No checkpoint is signed: ${message}`, {
    remedy:
      'Somebody changed the database. Look at "suture audit verify", and compare with a backup.',
  });
}
