import type { Store } from './database.ts';
import type { AssetRef } from './finding-row.ts';

/** Assets by id, as other things refer to them; those that are not there are absent. */
export async function assetRefs(
  db: Store,
  ids: readonly string[],
): Promise<ReadonlyMap<string, AssetRef>> {
  const wanted = [...new Set(ids)].filter((id) => /^\d{1,18}$/.test(id));
  if (wanted.length === 0) return new Map();
  const rows = await db
    .selectFrom('asset')
    .select(['id', 'name', 'kind', 'environment'])
    .where('id', 'in', wanted)
    .execute();
  // The database holds the column to the environments there are.
  return new Map(rows.map((row) => [row.id, row as AssetRef]));
}
