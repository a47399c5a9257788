import { sql } from 'kysely';
import type { FindingDocument } from '../domain/finding-document.ts';
import type { Store } from './database.ts';
import { type FindingRow, findingColumns, findingJoins } from './finding-row.ts';

/** A finding with everything that the scanner wrote of it. */
export interface FullFinding extends FindingRow {
  readonly detail: FindingDocument;
  /** What keeps it accepted: the asset's own file, or an exception. */
  readonly acceptedBy: 'file' | 'exception' | null;
}

/** One finding; `undefined` when there is none of that id. */
export async function findingById(db: Store, id: string): Promise<FullFinding | undefined> {
  const { rows } = await sql<FullFinding>`
    select ${findingColumns}, d.detail, f.accepted_by as "acceptedBy"
    from finding f ${findingJoins} join finding_detail d on d.finding_id = f.id
    where f.id = ${id}
  `.execute(db);
  return rows[0];
}

/** Those that exist, riskiest first; for what refers to findings by id (a change, a run). */
export async function findingsByIds(
  db: Store,
  ids: readonly string[],
): Promise<readonly FindingRow[]> {
  const { rows } = await sql<FindingRow>`
    select ${findingColumns} from finding f ${findingJoins}
    where f.id = any(${ids}) order by f.score desc, f.id
  `.execute(db);
  return rows;
}
