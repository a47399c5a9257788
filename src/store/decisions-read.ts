import type { Decision } from '../domain/decision.ts';
import type { ChainFault } from '../domain/decision-chain.ts';
import type { Store } from './database.ts';
import { copiesOf, decisionOf } from './decisions-row.ts';

/** Links at a time: a few megabytes. */
const PAGE = 1_000;

export interface StoredLink {
  readonly decision: Decision;
  /** Where the columns beside the record do not say the same as it does. */
  readonly fault?: ChainFault;
}

/**
 * The chain after `after` (not included) up to `to` (included), page by page in the order of seq.
 */
export async function* chainPages(
  db: Store,
  range: { readonly after: number; readonly to?: number; readonly pageSize?: number },
): AsyncGenerator<readonly StoredLink[]> {
  const pageSize = range.pageSize ?? PAGE;
  let after = String(range.after);
  for (;;) {
    const rows = await db
      .selectFrom('decision')
      .selectAll()
      .where('seq', '>', after)
      .$if(range.to !== undefined, (query) => query.where('seq', '<=', String(range.to)))
      .orderBy('seq')
      .limit(pageSize)
      .execute();
    if (rows.length > 0) yield rows.map(storedLink);
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    after = last.seq;
  }
}

type Row = ReturnType<typeof copiesOf> & {
  readonly record: unknown;
  readonly hash: string;
};

function storedLink(row: Row): StoredLink {
  const seq = Number(row.seq);
  const decision: Decision = { ...decisionOf(row), seq };
  const fault = recordFault(row, seq);
  return fault === undefined ? { decision } : { decision, fault };
}

/** What the columns say against the record, which alone is hashed. */
function recordFault(row: Row, seq: number): ChainFault | undefined {
  let copies: Readonly<Record<string, string | null>>;
  try {
    copies = copiesOf(decisionOf(row));
  } catch {
    return { seq, what: 'unreadable', message: `The record of decision ${seq} is no decision` };
  }
  if (copies['seq'] !== row.seq) {
    const message = `Row ${seq} holds decision ${copies['seq']}: rows were swapped, renumbered or put in`;
    return { seq, what: 'out-of-order', message };
  }
  const columns = row as unknown as Readonly<Record<string, string | null>>;
  const differing = Object.keys(copies).filter((name) => copies[name] !== columns[name]);
  if (differing.length === 0) return undefined;
  const named = differing.map((name) => `${name} (“${columns[name]}” for “${copies[name]}”)`);
  const message = `Beside decision ${seq} another value stands than was recorded: ${named.join(', ')}`;
  return { seq, what: 'copy-altered', message };
}
