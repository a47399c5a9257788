import { sql } from 'kysely';
import type { Store } from './database.ts';

/** How many deltas readers may have to add up before they are folded into the counts. */
const FOLD_AFTER = 5_000;

/** Folds deltas into the kept counts when there are many; cheap to ask. */
export async function foldIfDue(db: Store): Promise<void> {
  const { rows } = await sql`select from finding_delta offset ${FOLD_AFTER} limit 1`.execute(db);
  if (rows.length > 0) await foldFindingDeltas(db);
}

/**
 * Folds all deltas into the kept counts of findings; what counts say is the same before and after.
 * Nothing is done while another process is at it.
 *
 * @returns how many deltas there were
 */
export async function foldFindingDeltas(db: Store): Promise<number> {
  const { rows } = await sql<{ folded: string }>`
    select fold_finding_deltas() as folded
  `.execute(db);
  return Number(rows[0]?.folded ?? 0);
}
