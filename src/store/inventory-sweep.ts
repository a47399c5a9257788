import { type RawBuilder, sql } from 'kysely';
import type { Store } from './database.ts';
import { INVENTORY_LOCK } from './inventory.ts';

/** How many rows of each kind were taken away. */
export interface Swept {
  readonly inventories: number;
  readonly chunks: number;
  readonly components: number;
}

/** Rows of one kind that one sweep takes at most; the rest is the next one's. */
const PER_SWEEP = 100_000;

/** Rows that one transaction takes away: recording waits that long and no longer. */
const PER_TRANSACTION = 2_000;

/**
 * Takes away inventories that no asset has any more, then chunks that are in no inventory, then
 * components that are in no chunk. For a schedule: what there is to sweep is what changed since the
 * last time. Archived assets keep theirs.
 *
 * Looks for candidates while recording goes on, and asks of each again once nobody records.
 */
export async function sweepInventories(db: Store): Promise<Swept> {
  const inventories = await sweep(
    db,
    'inventory',
    sql`select from asset where asset.inventory_id = inventory.id`,
    sql`select from asset where asset.inventory_id = inventory.id`,
  );
  const chunks = await sweep(
    db,
    'component_chunk',
    sql`select from (select distinct unnest(chunks) as id from inventory) as used
      where used.id = component_chunk.id`,
    sql`select from inventory where inventory.chunks @> array[component_chunk.id]`,
  );
  const components = await sweep(
    db,
    'component',
    sql`select from (select distinct unnest(components) as id from component_chunk) as used
      where used.id = component.id`,
    sql`select from component_chunk where component_chunk.components @> array[component.id]`,
  );
  return { inventories, chunks, components };
}

/**
 * @param uses finds what uses a row, best for all rows at once
 * @param stillUses the same, best for few rows
 */
async function sweep(
  db: Store,
  name: 'inventory' | 'component_chunk' | 'component',
  uses: RawBuilder<unknown>,
  stillUses: RawBuilder<unknown>,
): Promise<number> {
  const table = sql.table(name);
  const { rows } = await sql<{ id: string | number }>`
    select id from ${table} where not exists (${uses}) limit ${PER_SWEEP}`.execute(db);
  let swept = 0;
  for (let from = 0; from < rows.length; from += PER_TRANSACTION) {
    const ids = rows.slice(from, from + PER_TRANSACTION).map(({ id }) => String(id));
    swept += await db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(${INVENTORY_LOCK})`.execute(trx);
      const { numAffectedRows } = await sql`
        delete from ${table} where id = any(${ids}::bigint[]) and not exists (${stillUses})
      `.execute(trx);
      return Number(numAffectedRows ?? 0n);
    });
  }
  return swept;
}
