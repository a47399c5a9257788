import { sql } from 'kysely';
import type { Store } from './database.ts';

/** How many exposed findings an asset has in each of these packages, by purl. */
export async function findingsByPurl(
  db: Store,
  assetId: string,
  purls: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ purl: string; n: number }>`
    select purl, count(*)::int as n from finding
    where asset_id = ${assetId} and exposed and purl = any(${purls}::text[])
    group by purl`.execute(db);
  return new Map(rows.map(({ purl, n }) => [purl, n]));
}
