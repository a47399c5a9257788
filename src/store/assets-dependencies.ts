import { sql } from 'kysely';
import type { ManagedAsset } from '../domain/managed-asset.ts';
import type { Band } from '../domain/risk.ts';
import { assetMissing } from './assets.ts';
import { invalid } from './assets-location.ts';
import type { Store } from './database.ts';
import { inTransaction } from './in-transaction.ts';

/** Who says that an asset depends on another. */
export type DependencySource = 'person' | 'inferred';

/** The other end of a dependency. */
export interface RelatedAsset {
  readonly id: string;
  readonly name: string;
  readonly kind: ManagedAsset['kind'];
  readonly source: DependencySource;
  readonly because: string;
}

/** Neighbours of one asset that are shown at most. */
const MAX_NEIGHBOURS = 500;

/**
 * Says what an asset depends on, in place of what the same source said before.
 *
 * @throws SutureError `asset-missing`; `asset-invalid` for an asset that depends on itself
 */
export async function setDependencies(
  db: Store,
  assetId: string,
  dependsOn: readonly string[],
  source: DependencySource,
  because: string = '',
): Promise<void> {
  const wanted = [...new Set(dependsOn)];
  if (wanted.includes(assetId)) {
    throw invalid('an asset does not depend on itself', 'Take it out of the list.');
  }
  if (wanted.length > MAX_NEIGHBOURS) {
    throw invalid(
      `${wanted.length} dependencies are too many`,
      `Give at most ${MAX_NEIGHBOURS}: those whose trouble would be this asset's.`,
    );
  }
  await inTransaction(db, async (trx) => {
    const all = [assetId, ...wanted];
    const { rows } = await sql<{ id: string }>`
      select id from asset where id = any(${all.filter((id) => /^\d{1,18}$/.test(id))}::bigint[])
      order by id for key share`.execute(trx);
    const there = new Set(rows.map(({ id }) => id));
    const missing = all.find((id) => !there.has(id));
    if (missing !== undefined) throw assetMissing(missing);
    await sql`
      delete from asset_dependency
      where asset_id = ${assetId} and source = ${source} and depends_on <> all(${wanted}::bigint[])
    `.execute(trx);
    await sql`
      insert into asset_dependency (asset_id, depends_on, source, because)
      select ${assetId}, given, ${source}, ${because} from unnest(${wanted}::bigint[]) as given
      on conflict (asset_id, depends_on, source) do update set because = excluded.because
    `.execute(trx);
  });
}

/** What an asset depends on and what depends on it, archived ones left out. */
export async function dependenciesOf(
  db: Store,
  assetId: string,
): Promise<{
  readonly dependsOn: readonly RelatedAsset[];
  readonly neededBy: readonly RelatedAsset[];
}> {
  const { rows } = await sql<RelatedAsset & { needed: boolean }>`
    select other.id, other.name, other.kind, edge.source, edge.because, edge.needed
    from (
      select depends_on as id, source, because, false as needed
      from asset_dependency where asset_id = ${assetId}
      union all
      select asset_id, source, because, true from asset_dependency where depends_on = ${assetId}
    ) as edge
    join asset as other on other.id = edge.id and other.archived_at is null
    order by other.name, other.id, edge.source limit ${2 * MAX_NEIGHBOURS}`.execute(db);
  const related = (needed: boolean) =>
    rows
      .filter((row) => row.needed === needed)
      .map(({ id, name, kind, source, because }) => ({ id, name, kind, source, because }));
  return { dependsOn: related(false), neededBy: related(true) };
}

export interface AssetMap {
  readonly nodes: readonly {
    readonly id: string;
    readonly name: string;
    readonly kind: ManagedAsset['kind'];
    readonly topScore: number;
    readonly findings: Readonly<Record<Band, number>>;
  }[];
  /** `from` depends on `to`; both are nodes. */
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly source: DependencySource;
  }[];
}

/**
 * Assets and what depends on what: those within two steps of one asset, nearest first; or those with
 * the most risk.
 */
export async function assetMap(
  db: Store,
  options: { readonly around?: string; readonly limit: number },
): Promise<AssetMap> {
  const { around, limit } = options;
  const chosen =
    around === undefined
      ? sql`select id from asset left join asset_exposure on asset_id = id
          where archived_at is null order by coalesce(risk, 0) desc, id limit ${limit}`
      : sql`
        with recursive near as (
          select ${around}::bigint as id, 0 as steps
          union
          select edge.other, near.steps + 1 from near
          join (select asset_id as id, depends_on as other from asset_dependency
            union select depends_on, asset_id from asset_dependency) as edge on edge.id = near.id
          where near.steps < 2
        )
        select near.id from near join asset on asset.id = near.id and archived_at is null
        group by near.id order by min(steps), near.id limit ${limit}`;
  const { rows: nodes } = await sql<{
    id: string;
    name: string;
    kind: ManagedAsset['kind'];
    topScore: number;
    act: number;
    attend: number;
    track: number;
  }>`
    select asset.id, asset.name, asset.kind, coalesce(top.score, 0) as "topScore",
      coalesce(exposed.act, 0) as act, coalesce(exposed.attend, 0) as attend,
      coalesce(exposed.track, 0) as track
    from asset
    left join asset_exposure as exposed on exposed.asset_id = asset.id
    left join lateral (
      select score from finding where finding.asset_id = asset.id and finding.exposed
      order by score desc limit 1
    ) as top on true
    where asset.id in (${chosen}) order by asset.name, asset.id`.execute(db);
  const ids = nodes.map(({ id }) => id);
  const { rows: edges } = await sql<AssetMap['edges'][number]>`
    select asset_id as "from", depends_on as "to", min(source) as source from asset_dependency
    where asset_id = any(${ids}::bigint[]) and depends_on = any(${ids}::bigint[])
    group by asset_id, depends_on order by asset_id, depends_on
    limit ${limit * 20}`.execute(db);
  return {
    nodes: nodes.map(({ act, attend, track, ...node }) => ({
      ...node,
      findings: { act, attend, track },
    })),
    edges,
  };
}
