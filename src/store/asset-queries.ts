import { type RawBuilder, sql } from 'kysely';
import type { AssetContext } from '../domain/context.ts';
import type { ManagedAsset } from '../domain/managed-asset.ts';
import type { Band } from '../domain/risk.ts';
import { type AssetRecord, assetColumns, managedAsset } from './assets.ts';
import { type AssetOrder, assetCursor, readAssetCursor } from './assets-cursor.ts';
import type { Store } from './database.ts';
import { likePattern } from './inventory-queries.ts';

/** All that are given must hold; of a list, one. */
export interface AssetFilter {
  readonly kinds?: readonly ManagedAsset['kind'][];
  readonly environments?: readonly AssetContext['environment']['value'][];
  readonly exposures?: readonly AssetContext['exposure']['value'][];
  readonly criticality?: number;
  /** Has exposed findings in one of these. */
  readonly bands?: readonly Band[];
  readonly owner?: string;
  readonly label?: { readonly name: string; readonly value?: string };
  /** Part of a name or location, in any case. */
  readonly text?: string;
  /** Those that are archived instead of those that are watched. */
  readonly archived?: boolean;
}

/** An asset as lists show it. */
export interface ListedAsset extends ManagedAsset {
  readonly environment: AssetContext['environment']['value'];
  readonly exposure: AssetContext['exposure']['value'];
  readonly criticality: AssetContext['criticality']['value'];
  readonly dataSensitivity: AssetContext['dataSensitivity']['value'];
  readonly components: number;
  /** Exposed findings by band. */
  readonly findings: Readonly<Record<Band, number>>;
  /** Of its exposed findings; 0 without any. */
  readonly topScore: number;
  readonly nextScanAt: string;
  readonly lastScan?: { readonly id: string; readonly state: string; readonly error?: string };
}

export interface AssetPage {
  readonly items: readonly ListedAsset[];
  readonly nextCursor?: string;
}

/** How far matches are counted. */
const COUNTED = 10_000;

/**
 * @param page.cursor `nextCursor` of the page before, in the same order
 * @throws SutureError `cursor-invalid`
 */
export async function listAssets(
  db: Store,
  filter: AssetFilter,
  page: { readonly sort?: AssetOrder; readonly cursor?: string; readonly limit: number },
): Promise<AssetPage> {
  const order = page.sort ?? 'risk';
  const key = KEYS[order];
  const after = page.cursor === undefined ? undefined : readAssetCursor(page.cursor, order);
  const beyond =
    after === undefined
      ? sql`true`
      : key.descending
        ? sql`(${key.sql}, asset.id) < (${after.value}::${key.type}, ${after.id}::bigint)`
        : sql`(${key.sql}, asset.id) > (${after.value}::${key.type}, ${after.id}::bigint)`;
  const direction = key.descending ? sql`desc` : sql`asc`;
  const { rows } = await sql<ListedRecord & { sortKey: string }>`
    ${listed(sql`
      select asset.*, ${key.sql}::text as sort_key
      from asset left join asset_exposure as exposed on exposed.asset_id = asset.id
      where ${conditions(filter)} and ${beyond}
      order by ${key.sql} ${direction}, asset.id ${direction}
      limit ${page.limit + 1}`)}
    order by asset.sort_key::${key.type} ${direction}, asset.id ${direction}`.execute(db);
  const items = rows.slice(0, page.limit).map(listedAsset);
  const last = rows[page.limit - 1];
  return rows.length > page.limit && last !== undefined
    ? { items, nextCursor: assetCursor(order, last.sortKey, last.id) }
    : { items };
}

/** How many a filter finds, exact up to 10,000. */
export async function countAssets(
  db: Store,
  filter: AssetFilter,
): Promise<{ readonly value: number; readonly atLeast: boolean }> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from (
      select from asset left join asset_exposure as exposed on exposed.asset_id = asset.id
      where ${conditions(filter)} limit ${COUNTED + 1}
    ) as found`.execute(db);
  const found = rows[0]?.n ?? 0;
  return { value: Math.min(found, COUNTED), atLeast: found > COUNTED };
}

/** One asset as lists show it, archived or not. */
export async function listedAssetById(db: Store, id: string): Promise<ListedAsset | undefined> {
  if (!/^\d{1,18}$/.test(id)) return undefined;
  const { rows } = await sql<ListedRecord>`
    ${listed(sql`select asset.*, '' as sort_key from asset where id = ${id}`)}`.execute(db);
  return rows[0] && listedAsset(rows[0]);
}

/** What each order compares first; the id decides between equals. */
const KEYS: Readonly<
  Record<AssetOrder, { sql: RawBuilder<unknown>; type: RawBuilder<unknown>; descending: boolean }>
> = {
  risk: { sql: sql`coalesce(exposed.risk, 0)`, type: sql`bigint`, descending: true },
  name: { sql: sql`asset.name`, type: sql`text`, descending: false },
  registered: { sql: sql`asset.registered_at`, type: sql`timestamptz`, descending: true },
  scanned: {
    sql: sql`coalesce(asset.scanned_at, '-infinity')`,
    type: sql`timestamptz`,
    descending: true,
  },
  criticality: { sql: sql`asset.criticality`, type: sql`smallint`, descending: false },
};

function conditions(filter: AssetFilter): RawBuilder<unknown> {
  const { kinds, environments, exposures, criticality, bands, owner, label, text } = filter;
  const all: RawBuilder<unknown>[] = [
    filter.archived === true ? sql`archived_at is not null` : sql`archived_at is null`,
  ];
  if (kinds !== undefined) all.push(sql`kind = any(${kinds})`);
  if (environments !== undefined) all.push(sql`environment = any(${environments})`);
  if (exposures !== undefined) all.push(sql`exposure = any(${exposures})`);
  if (criticality !== undefined) all.push(sql`criticality = ${criticality}`);
  if (bands !== undefined) {
    const some = bands.map((band) => sql`exposed.${sql.ref(band)} > 0`);
    all.push(some.length === 0 ? sql`false` : sql`(${sql.join(some, sql` or `)})`);
  }
  if (owner !== undefined) all.push(sql`owners @> array[${owner}]::text[]`);
  if (label?.value !== undefined) {
    all.push(sql`labels @> ${JSON.stringify({ [label.name]: label.value })}::jsonb`);
  } else if (label !== undefined) all.push(sql`labels ? ${label.name}`);
  if (text !== undefined && text !== '') {
    const like = likePattern(text);
    all.push(sql`(name ilike ${like} or location ilike ${like})`);
  }
  return sql.join(all, sql` and `);
}

type ListedRecord = AssetRecord &
  Pick<
    ListedAsset,
    | 'environment'
    | 'exposure'
    | 'criticality'
    | 'dataSensitivity'
    | 'components'
    | 'topScore'
    | 'nextScanAt'
  > &
  Readonly<Record<Band, number>> & {
    readonly scanId: string | null;
    readonly scanState: string | null;
    readonly scanError: string | null;
  };

/** @param assets the rows to show, with a `sort_key` */
function listed(assets: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select ${assetColumns}, asset.environment, asset.exposure, asset.criticality,
      asset.data_sensitivity as "dataSensitivity", asset.next_scan_at as "nextScanAt",
      asset.sort_key as "sortKey", coalesce(inventory.component_count, 0) as components,
      coalesce(exposed.act, 0) as act, coalesce(exposed.attend, 0) as attend,
      coalesce(exposed.track, 0) as track, coalesce(top.score, 0) as "topScore",
      scan.id as "scanId", scan.state as "scanState", scan.error as "scanError"
    from (${assets}) as asset
    left join asset_exposure as exposed on exposed.asset_id = asset.id
    left join inventory on inventory.id = asset.inventory_id
    left join lateral (
      select score from finding where finding.asset_id = asset.id and finding.exposed
      order by score desc limit 1
    ) as top on true
    left join lateral (
      -- What a scan could not look at is told like what ended it: it did not see everything.
      select id, state, coalesce(error, jsonb_path_query_first(problems,
          '$[*] ? (@.severity == "error").message') #>> '{}') as error
      from scan where scan.asset_id = asset.id order by id desc limit 1
    ) as scan on true`;
}

function listedAsset(row: ListedRecord): ListedAsset {
  const { environment, exposure, criticality, dataSensitivity, components, topScore } = row;
  const { nextScanAt, act, attend, track, scanId, scanState, scanError } = row;
  return {
    ...managedAsset(row),
    environment,
    exposure,
    criticality,
    dataSensitivity,
    components,
    topScore,
    nextScanAt,
    findings: { act, attend, track },
    ...(scanId !== null &&
      scanState !== null && {
        lastScan: { id: scanId, state: scanState, ...(scanError !== null && { error: scanError }) },
      }),
  };
}
