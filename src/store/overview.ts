import { sql } from 'kysely';
import type { Environment } from '../domain/context.ts';
import { countsAsExposure } from '../domain/finding-state.ts';
import type { Band } from '../domain/risk.ts';
import type { Store } from './database.ts';
import { countsByFacet } from './finding-counts.ts';
import { facetValues } from './finding-facets.ts';
import type { AssetRef } from './finding-row.ts';

/** How many findings there are, where they stand. */
export interface ExposureNow {
  readonly bands: Readonly<Record<Band, number>>;
  /** The same for each environment. */
  readonly environments: Readonly<Record<Environment, Readonly<Record<Band, number>>>>;
  /** Sum of scores of what counts as exposure. */
  readonly risk: number;
  readonly accepted: number;
  readonly notAffected: number;
  /** Handed over, waiting to be confirmed. */
  readonly patched: number;
}

/** What counts as exposure now, by band and environment. */
export async function exposureNow(db: Store, environment?: Environment): Promise<ExposureNow> {
  const none = () => ({ act: 0, attend: 0, track: 0 });
  const bands = none();
  const environments = { production: none(), staging: none(), test: none(), development: none() };
  const states: Partial<Record<string, number>> = {};
  let risk = 0;
  for (const count of await countsByFacet(db)) {
    const values = facetValues(count.facet);
    if (environment !== undefined && values.environment !== environment) continue;
    states[values.state] = (states[values.state] ?? 0) + count.n;
    if (!countsAsExposure(values.state)) continue;
    bands[values.band] += count.n;
    environments[values.environment][values.band] += count.n;
    risk += count.risk;
  }
  return {
    bands,
    environments,
    risk,
    accepted: states['accepted'] ?? 0,
    notAffected: states['not-affected'] ?? 0,
    patched: states['patched'] ?? 0,
  };
}

export interface AssetCounts {
  readonly assets: number;
  readonly neverScanned: number;
}

/** Assets that are looked after. */
export async function assetCounts(db: Store, environment?: Environment): Promise<AssetCounts> {
  const { rows } = await sql<AssetCounts>`
    select count(*)::int as assets,
      count(*) filter (where scanned_at is null)::int as "neverScanned"
    from asset where archived_at is null
      and (${environment ?? null}::text is null or environment = ${environment ?? null})
  `.execute(db);
  return rows[0] ?? { assets: 0, neverScanned: 0 };
}

export interface RiskyAsset {
  readonly asset: AssetRef;
  readonly act: number;
  readonly attend: number;
  readonly track: number;
  /** Sum of scores. */
  readonly risk: number;
  readonly topScore: number;
}

/** Assets with most risk, most first. */
export async function riskiestAssets(
  db: Store,
  limit: number,
  environment?: Environment,
): Promise<readonly RiskyAsset[]> {
  const { rows } = await sql<RiskyAsset>`
    select json_build_object('id', a.id::text, 'name', a.name, 'kind', a.kind,
        'environment', a.environment) as asset,
      e.act, e.attend, e.track, e.risk::float8 / 100 as risk,
      coalesce((select f.score from finding f where f.asset_id = a.id and f.exposed
        order by f.score desc limit 1), 0) as "topScore"
    from asset_exposure e join asset a on a.id = e.asset_id
    where e.risk > 0 and a.archived_at is null
      and (${environment ?? null}::text is null or a.environment = ${environment ?? null})
    order by e.risk desc, e.asset_id desc limit ${limit}
  `.execute(db);
  return rows;
}
