import { sql } from 'kysely';
import type { Component } from '../domain/component.ts';
import { SutureError } from '../domain/error.ts';
import {
  type Chunk,
  type ChunkedInventory,
  chunkInventory,
  type HashedComponent,
} from './component-chunks.ts';
import type { Store } from './database.ts';
import { inTransaction } from './in-transaction.ts';

/**
 * Key of the advisory lock that recording shares and sweeping has alone: arrays hold no foreign
 * keys, so nothing else keeps a chunk that is about to be used from being swept.
 */
export const INVENTORY_LOCK = 7_240_118;

export interface RecordedInventory {
  readonly assetId: string;
  readonly inventoryId: string;
  /** It differs from what the asset had before. */
  readonly changed: boolean;
}

/**
 * Keeps what is installed on an asset. Stored once however many assets have it, and by chunks, so
 * that a changed version costs one chunk. The same again changes nothing.
 *
 * @throws SutureError `asset-missing`
 */
export async function recordInventory(
  db: Store,
  assetId: string,
  components: readonly Component[],
): Promise<RecordedInventory> {
  const [recorded] = await recordInventories(db, [{ assetId, components }]);
  if (recorded !== undefined) return recorded;
  throw new SutureError('asset-missing', `there is no asset ${assetId}`, {
    remedy: 'It was removed meanwhile; list assets to see what there is.',
  });
}

/**
 * Keeps the inventories of several assets at once, in one transaction; some hundreds at a time are
 * best. Safe to do from several processes at once: rows go in by order of their hash.
 *
 * An asset that does not exist (any more) is left out of the answer.
 */
export async function recordInventories(
  db: Store,
  given: readonly { readonly assetId: string; readonly components: readonly Component[] }[],
): Promise<readonly RecordedInventory[]> {
  const wanted = given.map(({ assetId, components }) => ({
    assetId,
    inventory: chunkInventory(components),
  }));
  return await inTransaction(db, async (trx) => {
    await sql`select pg_advisory_xact_lock_shared(${INVENTORY_LOCK})`.execute(trx);
    const inventories = new Map(wanted.map(({ inventory }) => [inventory.hash, inventory]));
    const ids = await known(trx, 'inventory', [...inventories.keys()]);
    const missing = [...inventories.values()].filter(({ hash }) => !ids.has(hash));
    if (missing.length > 0) {
      const chunks = await chunkIds(
        trx,
        missing.flatMap((inventory) => inventory.chunks),
      );
      for (const [hash, id] of await insertInventories(trx, missing, chunks)) ids.set(hash, id);
    }
    const places = wanted.map(({ assetId, inventory }) => ({
      assetId,
      inventoryId: ids.get(inventory.hash) ?? '',
    }));
    const { rows } = await sql<RecordedInventory>`
      update asset set inventory_id = wanted.inventory
      from (
        select given.asset, given.inventory, asset.inventory_id as before
        from unnest(${places.map((place) => place.assetId)}::bigint[],
          ${places.map((place) => place.inventoryId)}::bigint[]) as given (asset, inventory)
        join asset on asset.id = given.asset
        order by asset.id for no key update of asset
      ) as wanted
      where asset.id = wanted.asset
      returning asset.id as "assetId", asset.inventory_id as "inventoryId",
        wanted.before is distinct from wanted.inventory as changed`.execute(trx);
    return rows;
  });
}

/** Ids by hash, of those hashes that have a row. */
async function known(
  db: Store,
  table: 'inventory' | 'component_chunk' | 'component',
  hashes: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ hash: string; id: string | number }>`
    select encode(hash, 'hex') as hash, id from ${sql.table(table)}
    where hash = any(array(select decode(given, 'hex') from unnest(${hashes}::text[]) as given))
  `.execute(db);
  return new Map(rows.map(({ hash, id }) => [hash, String(id)]));
}

/**
 * Ids of rows by hash, inserting those that are not there. Looks first: an insert that meets a
 * conflict uses up an id, and a scan meets thousands.
 */
async function ensure<T extends { readonly hash: string }>(
  db: Store,
  table: 'inventory' | 'component_chunk' | 'component',
  items: readonly T[],
  insert: (missing: readonly T[]) => Promise<unknown>,
): Promise<Map<string, string>> {
  const byHash = new Map(items.map((item) => [item.hash, item]));
  const ids = await known(db, table, [...byHash.keys()]);
  const missing = [...byHash.values()].filter(({ hash }) => !ids.has(hash));
  if (missing.length === 0) return ids;
  await insert(missing.sort((a, b) => (a.hash < b.hash ? -1 : 1)));
  // Others may have inserted some of them meanwhile: ours waited for them and then did nothing.
  const added = await known(
    db,
    table,
    missing.map(({ hash }) => hash),
  );
  return new Map([...ids, ...added]);
}

async function chunkIds(db: Store, chunks: readonly Chunk[]): Promise<Map<string, string>> {
  return await ensure(db, 'component_chunk', chunks, async (missing) => {
    const components = await componentIds(
      db,
      missing.flatMap((chunk) => chunk.components),
    );
    await sql`
      insert into component_chunk (hash, components)
      select decode(hash, 'hex'), components::int[]
      from unnest(${missing.map(({ hash }) => hash)}::text[],
        ${missing.map((chunk) => idArray(chunk.components, components))}::text[])
        as given (hash, components)
      order by hash
      on conflict do nothing`.execute(db);
  });
}

async function componentIds(
  db: Store,
  components: readonly HashedComponent[],
): Promise<Map<string, string>> {
  return await ensure(db, 'component', components, async (missing) => {
    const column = (name: Exclude<keyof HashedComponent, 'direct'>) =>
      missing.map((component) => component[name]);
    await sql`
      insert into component (hash, package_key, ecosystem, name, version, purl, scope, direct)
      select decode(hash, 'hex'), package_key, ecosystem, name, version, purl, scope, direct
      from unnest(${column('hash')}::text[], ${column('packageKey')}::bigint[],
        ${column('ecosystem')}::text[], ${column('name')}::text[], ${column('version')}::text[],
        ${column('purl')}::text[], ${column('scope')}::text[],
        ${missing.map(({ direct }) => direct)}::boolean[])
        as given (hash, package_key, ecosystem, name, version, purl, scope, direct)
      order by hash
      on conflict do nothing`.execute(db);
  });
}

async function insertInventories(
  db: Store,
  inventories: readonly ChunkedInventory[],
  chunks: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  return await ensure(db, 'inventory', inventories, async (missing) => {
    await sql`
      insert into inventory (hash, chunks, component_count)
      select decode(hash, 'hex'), chunks::int[], component_count
      from unnest(${missing.map(({ hash }) => hash)}::text[],
        ${missing.map((inventory) => idArray(inventory.chunks, chunks))}::text[],
        ${missing.map(({ count }) => count)}::int[]) as given (hash, chunks, component_count)
      order by hash
      on conflict do nothing`.execute(db);
  });
}

/** An `int[]` as text: arrays of arrays of different lengths are none in SQL. */
function idArray(
  items: readonly { readonly hash: string }[],
  ids: ReadonlyMap<string, string>,
): string {
  return `{${items.map(({ hash }) => ids.get(hash)).join(',')}}`;
}
