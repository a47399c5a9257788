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

/** What waits for people, and since when; counted up to a thousand. */
export interface Waiting {
  readonly approvals: WaitingCount;
  readonly exceptions: WaitingCount;
  readonly policies: WaitingCount;
  /** Remediations and scans that failed within a week, with nothing that went well since. */
  readonly failedRuns: WaitingCount;
}

export interface WaitingCount {
  readonly count: number;
  /** ISO 8601; null for none. */
  readonly since: string | null;
}

const MOST_WAITING = 1_000;
const FAILED_DAYS = 7;

/** @param now ISO 8601 */
export async function waiting(db: Store, now: string): Promise<Waiting> {
  const { rows } = await sql<WaitingCount & { readonly kind: keyof Waiting }>`
    with failed_since as (select ${now}::timestamptz - make_interval(days => ${FAILED_DAYS}) as at)
    select 'approvals' as kind, count(*)::int as count, min(at) as since from (
      select requested_at as at from approval where state = 'waiting' limit ${MOST_WAITING}) a
    union all
    select 'exceptions', count(*)::int, min(at) from (
      select requested_at as at from exception where state = 'requested' limit ${MOST_WAITING}) e
    union all
    select 'policies', count(*)::int, min(at) from (
      select created_at as at from policy_version where state = 'draft'
        and number > coalesce((select max(number) from policy_version where state = 'active'), 0)
      limit ${MOST_WAITING}) p
    union all
    select 'failedRuns', count(*)::int, min(at) from (
      select r.ended_at as at from remediation r, failed_since
      where r.state = 'failed' and r.ended_at > failed_since.at and not exists (
        select from remediation later where later.asset_id = r.asset_id
          and later.started_at > r.started_at and later.state <> 'failed')
      union all
      select s.ended_at from scan s, failed_since
      where s.state = 'failed' and s.ended_at > failed_since.at and not exists (
        select from scan later where later.asset_id = s.asset_id and later.id > s.id
          and later.state <> 'failed')
      limit ${MOST_WAITING}) f
  `.execute(db);
  const none: WaitingCount = { count: 0, since: null };
  const byKind = new Map(rows.map(({ kind, count, since }) => [kind, { count, since }]));
  const of = (kind: keyof Waiting) => byKind.get(kind) ?? none;
  return {
    approvals: of('approvals'),
    exceptions: of('exceptions'),
    policies: of('policies'),
    failedRuns: of('failedRuns'),
  };
}
