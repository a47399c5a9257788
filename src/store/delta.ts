import { sql } from 'kysely';
import type { ManagedAsset } from '../domain/managed-asset.ts';
import { canonicalPackageName } from '../domain/package-name.ts';
import { packageNumber } from './component-chunks.ts';
import type { Store } from './database.ts';
import { type InventoryComponent, storedColumns } from './inventory-queries.ts';

/** Packages that one query asks for. */
const PACKAGES_PER_QUERY = 2_000;

/**
 * Every version of these packages that any inventory has, each once however many assets have it;
 * names are compared as the registry does. Some rows may be of no asset any more (until the next
 * sweep).
 */
export async function* componentsOfPackages(
  db: Store,
  packages: readonly { readonly ecosystem: string; readonly name: string }[],
): AsyncGenerator<readonly InventoryComponent[]> {
  const wanted = new Set(packages.map(({ ecosystem, name }) => nameKey(ecosystem, name)));
  const numbers = packages.map(({ ecosystem, name }) => packageNumber(ecosystem, name));
  for (let from = 0; from < numbers.length; from += PACKAGES_PER_QUERY) {
    const some = numbers.slice(from, from + PACKAGES_PER_QUERY);
    const { rows } = await sql<InventoryComponent>`
      select ${storedColumns} from component
      where package_key = any(${some}::bigint[]) order by id`.execute(db);
    yield rows.filter(({ ecosystem, name }) => wanted.has(nameKey(ecosystem, name)));
  }
}

function nameKey(ecosystem: string, name: string): string {
  return `${ecosystem}\t${canonicalPackageName(ecosystem, name)}`;
}

/** What assets are looked for by. */
export interface Touch {
  /** Ids of components; assets that have any of them. */
  readonly components: readonly number[];
  /** Ids of advisories; assets with findings of them that are not closed. */
  readonly advisories: readonly string[];
}

export interface TouchedAsset {
  readonly id: string;
  readonly identity: ManagedAsset['identity'];
  readonly kind: ManagedAsset['kind'];
}

export interface AssetsAfter {
  /** Id of the last asset of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/**
 * Assets that are watched and that have a component or a finding of these, by id. From components
 * to the chunks that hold them, to the inventories that hold those: what it costs depends on how
 * many assets there are to find, not on how many there are. Most of it is the same for a small page
 * as for a large one.
 */
export async function touchedAssets(
  db: Store,
  touch: Touch,
  page: AssetsAfter,
): Promise<readonly TouchedAsset[]> {
  // By themselves, so that the planner knows how many there are: for few it must not read all assets.
  const inventories = await inventoriesWith(db, touch.components);
  const { rows } = await sql<TouchedAsset>`
    with touched as (
      select id from asset where inventory_id = any(${inventories}::bigint[])
      union
      select finding.asset_id from vulnerability
      join finding on finding.vulnerability_id = vulnerability.id
      where finding.state <> 'verified-closed'
        and (vulnerability.advisory_id = any(${touch.advisories}::text[])
          or vulnerability.aliases && ${touch.advisories}::text[])
    )
    select asset.id, asset.identity, asset.kind from touched join asset on asset.id = touched.id
    where asset.archived_at is null and asset.id > ${page.after ?? '0'}
    order by asset.id limit ${page.limit}`.execute(db);
  return rows;
}

async function inventoriesWith(
  db: Store,
  components: readonly number[],
): Promise<readonly string[]> {
  if (components.length === 0) return [];
  // One look into the index for each chunk: for `&&` with many keys it would go through all keys
  // again for each row it finds.
  const { rows } = await sql<{ ids: string[] | null }>`
    with chunk as materialized (
      select distinct found.id from unnest(${components}::int[]) as given (id)
      cross join lateral (
        select id from component_chunk where components @> array[given.id]
      ) as found
    )
    select array_agg(distinct found.id) as ids from chunk
    cross join lateral (select id from inventory where chunks @> array[chunk.id]) as found
  `.execute(db);
  return rows[0]?.ids ?? [];
}

/** Assets that are watched and have any of these components, in no order; each once. */
export async function* assetsWithComponents(
  db: Store,
  components: readonly number[],
  inventoriesPerPage: number = 10_000,
): AsyncGenerator<readonly TouchedAsset[]> {
  const inventories = await inventoriesWith(db, components);
  for (let from = 0; from < inventories.length; from += inventoriesPerPage) {
    const some = inventories.slice(from, from + inventoriesPerPage);
    const { rows } = await sql<TouchedAsset>`
      select id, identity, kind from asset
      where inventory_id = any(${some}::bigint[]) and archived_at is null`.execute(db);
    yield rows;
  }
}

/** Assets that are watched and have an inventory, by id. */
export async function inventoriedAssets(
  db: Store,
  page: AssetsAfter,
): Promise<readonly TouchedAsset[]> {
  const { rows } = await sql<TouchedAsset>`
    select id, identity, kind from asset
    where archived_at is null and inventory_id is not null and id > ${page.after ?? '0'}
    order by id limit ${page.limit}`.execute(db);
  return rows;
}

/** A finding that was recorded and not closed. */
export interface StandingFinding {
  readonly id: string;
  readonly assetId: string;
  /** ISO 8601; deadlines count from there. */
  readonly firstSeen: string;
}

/** What stands recorded against these assets; give a page of assets at a time. */
export async function standingFindings(
  db: Store,
  assetIds: readonly string[],
): Promise<readonly StandingFinding[]> {
  const { rows } = await sql<StandingFinding>`
    select id, asset_id as "assetId", first_seen as "firstSeen" from finding
    where asset_id = any(${assetIds}::bigint[]) and state <> 'verified-closed'`.execute(db);
  return rows;
}
