import { sql } from 'kysely';
import type { VerifiedChange } from '../domain/change.ts';
import type { Finding } from '../domain/finding.ts';
import type { FindingDocument } from '../domain/finding-document.ts';
import type { Store } from './database.ts';

/** A change as a policy that is tried out needs it. */
export interface ChangeHistory {
  readonly id: string;
  readonly title: string;
  readonly assetId: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly detail: VerifiedChange;
  /** The findings it closes, as they were. */
  readonly closing: readonly Finding[];
  /** When each of them was first seen, by id; those that are known no more are missing. */
  readonly firstSeen: Readonly<Record<string, string>>;
}

export interface FindingHistoryRow {
  readonly id: string;
  readonly assetId: string;
  readonly firstSeen: string;
  readonly hasChange: boolean;
  readonly detail: FindingDocument;
}

/** How many there are, and the newest of them. */
export interface Sample<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** Changes that were proven, or failed to be, since a time; newest first. */
export async function changesSince(
  db: Store,
  since: string,
  limit: number,
): Promise<Sample<ChangeHistory>> {
  const { rows } = await sql<ChangeHistory>`
    select c.id, c.title, c.asset_id as "assetId", c.created_at as "createdAt", c.detail, c.closing,
      coalesce((select jsonb_object_agg(f.id, f.first_seen) from finding f
        where f.id = any(c.closes)), '{}') as "firstSeen"
    from change c where c.created_at >= ${since}
    order by c.created_at desc, c.id limit ${limit}`.execute(db);
  const { rows: counted } = await sql<{ total: number }>`
    select count(*)::int as total from change where created_at >= ${since}`.execute(db);
  return { items: rows, total: counted[0]?.total ?? 0 };
}

/** Findings that are exposed, or were first seen since a time; newest first. */
export async function findingsSince(
  db: Store,
  since: string,
  limit: number,
): Promise<Sample<FindingHistoryRow>> {
  const { rows } = await sql<FindingHistoryRow>`
    select f.id, f.asset_id as "assetId", f.first_seen as "firstSeen",
      f.change_id is not null as "hasChange", d.detail
    from finding f join finding_detail d on d.finding_id = f.id
    where (f.exposed or f.first_seen >= ${since}) and not f.archived
    order by f.first_seen desc, f.id limit ${limit}`.execute(db);
  const { rows: counted } = await sql<{ total: number }>`
    select count(*)::int as total from finding f
    where (f.exposed or f.first_seen >= ${since}) and not f.archived`.execute(db);
  return { items: rows, total: counted[0]?.total ?? 0 };
}
