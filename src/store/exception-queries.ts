import { sql } from 'kysely';
import type { Store } from './database.ts';

/** How many findings each of these exceptions covers now, by id. */
export async function coveredCounts(
  db: Store,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ id: string; n: number }>`
    select e.id, case
      when e.finding_id is not null then
        (select count(*)::int from finding f where f.id = e.finding_id and not f.archived)
      else (
        select count(*)::int from vulnerability v join finding f on f.vulnerability_id = v.id
        where (v.advisory_id = e.advisory_id or v.aliases @> array[e.advisory_id])
          and (e.package is null or v.package = e.package)
          and (e.asset_id is null or f.asset_id = e.asset_id)
          and not f.archived and f.state <> 'verified-closed')
      end as n
    from exception e where e.id = any(${ids}::bigint[])`.execute(db);
  return new Map(rows.map(({ id, n }) => [id, n]));
}

/** The exception in force that keeps a finding accepted or not affected; the longest. */
export async function exceptionOf(
  db: Store,
  findingId: string,
): Promise<
  | {
      readonly id: string;
      readonly reason: string;
      readonly expiresAt: string;
      readonly owner: { readonly id: string; readonly name: string };
    }
  | undefined
> {
  const { rows } = await sql<{
    id: string;
    reason: string;
    expiresAt: string;
    ownerId: string;
    ownerName: string;
  }>`
    select e.id, e.reason, e.expires_at as "expiresAt", u.id as "ownerId", u.name as "ownerName"
    from exception e
    join user_account u on u.id = e.owner
    join finding f on f.id = ${findingId}
    join vulnerability v on v.id = f.vulnerability_id
    where e.state = 'active' and e.expires_at > now() and (e.finding_id = f.id
      or (e.finding_id is null
        and (e.advisory_id = v.advisory_id or e.advisory_id = any(v.aliases))
        and (e.package is null or e.package = v.package)
        and (e.asset_id is null or e.asset_id = f.asset_id)))
    order by e.expires_at desc, e.id limit 1`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { ownerId, ownerName, ...rest } = row;
  return { ...rest, owner: { id: ownerId, name: ownerName } };
}
