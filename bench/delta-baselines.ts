import { sql } from 'kysely';
import type { Store } from '../src/store/database.ts';

/** A way to keep inventories that needs no thought, filled from ours with the same content. */
export interface Baseline {
  readonly name: string;
  readonly table: string;
  /** Fills it; seconds are reported. */
  fill(db: Store): Promise<void>;
  /** Ids of the assets that have a package in one of these versions. */
  assetsWith(db: Store, name: string, versions: readonly string[]): Promise<readonly string[]>;
}

const everyInstance = sql`
  from asset join inventory on inventory.id = asset.inventory_id
  cross join unnest(inventory.chunks) as part (chunk)
  join component_chunk on component_chunk.id = part.chunk
  cross join unnest(component_chunk.components) as member (component)`;

/** What a first draft does: everything about a component, for each asset that has it. */
const rows: Baseline = {
  name: 'row per instance',
  table: 'baseline_rows',
  async fill(db) {
    await sql`create table baseline_rows (asset_id bigint not null, ecosystem text not null,
      name text not null, version text not null, purl text not null, scope text not null,
      direct boolean not null)`.execute(db);
    await sql`insert into baseline_rows
      select asset.id, ecosystem, component.name, version, purl, scope, direct
      ${everyInstance} join component on component.id = member.component`.execute(db);
    await sql`create index on baseline_rows (ecosystem, name, version)`.execute(db);
    await sql`create index on baseline_rows (asset_id)`.execute(db);
    await sql`vacuum analyze baseline_rows`.execute(db);
  },
  async assetsWith(db, name, versions) {
    const { rows: found } = await sql<{ id: string }>`
      select distinct asset_id as id from baseline_rows
      where ecosystem = 'npm' and name = ${name} and version = any(${versions})`.execute(db);
    return found.map(({ id }) => id);
  },
};

/** What a second draft does: components once, and a row for each asset and component. */
const links: Baseline = {
  name: 'link table',
  table: 'baseline_links',
  async fill(db) {
    await sql`create table baseline_links (asset_id bigint not null, component_id int not null)`.execute(
      db,
    );
    await sql`insert into baseline_links select asset.id, member.component ${everyInstance}`.execute(
      db,
    );
    await sql`alter table baseline_links add primary key (asset_id, component_id)`.execute(db);
    await sql`create index on baseline_links (component_id)`.execute(db);
    await sql`vacuum analyze baseline_links`.execute(db);
  },
  async assetsWith(db, name, versions) {
    const { rows: found } = await sql<{ id: string }>`
      select distinct asset_id as id from component
      join baseline_links on component_id = component.id
      where ecosystem = 'npm' and name = ${name} and version = any(${versions})`.execute(db);
    return found.map(({ id }) => id);
  },
};

export const baselines: readonly Baseline[] = [rows, links];

/** Bytes on disk, with indexes. */
export async function sizeOf(db: Store, tables: readonly string[]): Promise<number> {
  const { rows: found } = await sql<{ bytes: string }>`
    select sum(pg_total_relation_size(given::regclass)) as bytes
    from unnest(${tables}::text[]) as given`.execute(db);
  return Number(found[0]?.bytes ?? 0);
}
