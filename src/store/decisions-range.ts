import { type ChainHead, EMPTY_CHAIN } from '../domain/decision-chain.ts';
import type { Store } from './database.ts';

/**
 * The stretch of the chain that a time covers: `after` is the link before its first, `to` the seq
 * of its last (below `after.seq + 1` where there is none). Times of the chain only rise.
 */
export async function chainRange(
  db: Store,
  { since, until }: { readonly since?: string; readonly until?: string },
): Promise<{ readonly after: ChainHead; readonly to: number }> {
  const decisions = db.selectFrom('decision').select(['seq', 'hash', 'previous_hash']);
  const first = await decisions
    .$if(since !== undefined, (query) => query.where('at', '>=', since ?? ''))
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  const last = await decisions
    .$if(until !== undefined, (query) => query.where('at', '<', until ?? ''))
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const to = Number(last?.seq ?? 0);
  if (first === undefined) {
    const tail = await decisions.orderBy('seq', 'desc').limit(1).executeTakeFirst();
    return { after: headOf(tail), to };
  }
  if (since === undefined) return { after: EMPTY_CHAIN, to };
  return { after: { seq: Number(first.seq) - 1, hash: first.previous_hash }, to };
}

function headOf(row: { seq: string; hash: string } | undefined): ChainHead {
  return row === undefined ? EMPTY_CHAIN : { seq: Number(row.seq), hash: row.hash };
}
