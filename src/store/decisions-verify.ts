import { type ChainReport, ChainWalk, trusting } from '../domain/chain-walk.ts';
import type { Checkpoint } from '../domain/decision.ts';
import { type ChainHead, EMPTY_CHAIN } from '../domain/decision-chain.ts';
import type { VerifyingKey } from '../platform/keys.ts';
import { checkpointsBetween, latestCheckpoint } from './checkpoints.ts';
import type { Store } from './database.ts';
import { chainPages } from './decisions-read.ts';

export interface VerifyOptions {
  /** Whose checkpoints count. */
  readonly trusted: readonly VerifyingKey[];
  /** Goes on from here (the `head` of an earlier report) instead of the beginning. */
  readonly after?: ChainHead;
  /** Checkpoints that were kept elsewhere. */
  readonly anchors?: readonly Checkpoint[];
  readonly signal?: AbortSignal;
  /** Called after each page with the last seq looked at. */
  readonly progress?: (seq: number) => void;
  readonly pageSize?: number;
}

/**
 * Recomputes the chain: every hash, every link, every column beside a record, every checkpoint.
 * Reads page by page; memory does not grow with the chain. Decisions recorded meanwhile do no harm.
 */
export async function verifyChain(db: Store, options: VerifyOptions): Promise<ChainReport> {
  const start = options.after ?? EMPTY_CHAIN;
  const walk = new ChainWalk(start, trusting(options.trusted));
  for (const anchor of options.anchors ?? []) walk.expect(anchor);
  // Asked for before the first page: what it has seen must be met on the way.
  const newest = await latestCheckpoint(db);
  for await (const page of chainPages(db, {
    after: start.seq,
    ...(options.pageSize === undefined ? {} : { pageSize: options.pageSize }),
  })) {
    options.signal?.throwIfAborted();
    const first = page[0]?.decision.seq ?? 0;
    const last = page.at(-1)?.decision.seq ?? 0;
    for (const checkpoint of await checkpointsBetween(
      db,
      Math.min(first, walk.head.seq + 1),
      last,
    )) {
      walk.expect(checkpoint);
    }
    for (const { decision, fault } of page) walk.take(decision, undefined, fault);
    options.progress?.(last);
  }
  if (newest !== undefined && newest.seq > walk.head.seq) walk.expect(newest);
  return walk.finish();
}
