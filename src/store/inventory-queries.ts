import { sql } from 'kysely';
import type { Component } from '../domain/component.ts';
import type { StoredComponent } from './component-chunks.ts';
import type { Store } from './database.ts';

/** A component as an inventory holds it; `id` is the same for every asset that has it. */
export interface InventoryComponent extends StoredComponent {
  readonly id: number;
}

export interface ComponentPage {
  readonly items: readonly InventoryComponent[];
  /** For the page that follows; absent on the last. */
  readonly next?: number;
}

/**
 * What is installed on an asset, by name. Empty for an asset that was never inventoried.
 *
 * @param page.text part of a name or purl, in any case
 * @param page.after `next` of the page before
 */
export async function componentsOf(
  db: Store,
  assetId: string,
  page: { readonly text?: string; readonly after?: number; readonly limit: number },
): Promise<ComponentPage> {
  const text = page.text === undefined || page.text === '' ? undefined : likePattern(page.text);
  const from = page.after ?? 0;
  const { rows } = await sql<InventoryComponent>`
    select ${storedColumns} from (
      select unnest(chunk.components) as id
      from asset
      join inventory on inventory.id = asset.inventory_id
      join component_chunk as chunk on chunk.id = any(inventory.chunks)
      where asset.id = ${assetId}
    ) as member
    join component on component.id = member.id
    where ${text === undefined ? sql`true` : sql`(name ilike ${text} or purl ilike ${text})`}
    order by name, ecosystem, version, component.id
    limit ${page.limit + 1} offset ${from}`.execute(db);
  const items = rows.slice(0, page.limit);
  return rows.length > page.limit ? { items, next: from + page.limit } : { items };
}

/** Ids of the components of each asset's inventory; assets without one are absent. */
export async function componentIdsOfAssets(
  db: Store,
  assetIds: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  // Chunks by themselves: assets of one page share most of them.
  const { rows } = await sql<{ id: string; chunks: number[] }>`
    select asset.id, inventory.chunks
    from asset join inventory on inventory.id = asset.inventory_id
    where asset.id = any(${assetIds}::bigint[])`.execute(db);
  const wanted = [...new Set(rows.flatMap(({ chunks }) => chunks))];
  const { rows: found } = await sql<{ id: number; components: number[] }>`
    select id, components from component_chunk where id = any(${wanted}::int[])`.execute(db);
  const chunks = new Map(found.map((chunk) => [chunk.id, chunk.components]));
  return new Map(
    rows.map((row) => [row.id, row.chunks.flatMap((chunk) => chunks.get(chunk) ?? [])]),
  );
}

/** These components; those that were swept meanwhile are absent. */
export async function componentsById(
  db: Store,
  ids: readonly number[],
): Promise<readonly InventoryComponent[]> {
  const { rows } = await sql<InventoryComponent>`
    select ${storedColumns} from component where id = any(${ids}::int[])`.execute(db);
  return rows;
}

/**
 * A stored component as stages take it. How it got there and the files it was seen in are not kept:
 * they differ from asset to asset.
 */
export function asComponent(stored: StoredComponent): Component {
  const { ecosystem, name, version, purl, scope, direct } = stored;
  return { ecosystem, name, version, purl, scope, direct, paths: [], seenIn: [] };
}

export const storedColumns = sql`component.id, component.ecosystem, component.name, component.version,
  component.purl, component.scope, component.direct`;

/** `%` and `_` are letters to whoever types them. */
export function likePattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
