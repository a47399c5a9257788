import { type RawBuilder, sql } from 'kysely';
import { rowConditions, type Selection } from './finding-filter.ts';
import { checked } from './finding-order.ts';

/** Where what groups are made of comes from, as parts of one query. */
interface GroupSource {
  /** Defines `counted`: `vulnerability_id`, `n`, and `risk` in hundredths. */
  readonly tables: RawBuilder<unknown>;
  /**
   * Of each vulnerability (`member`: `"group"`, `id`) by facet: `"group"`, `id`, `facet`, `n`, the
   * highest score as `top`, and the earliest `due`.
   */
  readonly parts: RawBuilder<unknown>;
  /** The `asset_id` of the findings of one `part`, in the order of the index that has it. */
  readonly assets: RawBuilder<unknown>;
}

/**
 * From the counts that are kept, and the first entries of two indexes. Sums of `bigint` would be
 * `numeric`, which is slow; a double is exact up to 2^53.
 */
export function fromCounts({ vulnerabilities }: Selection, facets: readonly number[]): GroupSource {
  const which =
    vulnerabilities === undefined
      ? sql`true`
      : sql`vulnerability_id = any(${vulnerabilities}::int[])`;
  const wanted = sql`facet = any(${facets}::smallint[]) and ${which}`;
  const first = (what: RawBuilder<unknown>, order: RawBuilder<unknown>) => sql`lateral (
      select ${what} from finding f where f.vulnerability_id = kept.id and f.facet = kept.facet
      order by ${order} limit 1)`;
  return {
    tables: sql`counted as materialized (
      select vulnerability_id, sum(n) as n, sum(risk::float8) as risk from (
        select vulnerability_id, n, risk from vulnerability_count where ${wanted}
        union all select vulnerability_id, n, risk from finding_delta where ${wanted}
      ) both_of group by vulnerability_id having sum(n) > 0)`,
    parts: sql`
      select kept.*, highest.score as top, earliest.due from (
        select member."group", member.id, c.facet, sum(c.n)::int as n
        from member cross join lateral (
          select facet, n from vulnerability_count where vulnerability_id = member.id
          union all select facet, n from finding_delta where vulnerability_id = member.id
        ) c
        where c.facet + 0 = any(${facets}::int[])
        group by member."group", member.id, c.facet having sum(c.n) > 0
      ) kept
      left join ${first(sql`f.score`, sql`f.score desc`)} highest on true
      left join ${first(sql`f.due`, sql`f.due`)} earliest on true`,
    assets: assetsOf(sql`true`),
  };
}

/** From the findings themselves, looked through once. */
export function fromRows(selection: Selection, facets: readonly number[]): GroupSource {
  const { vulnerabilities: _, ...others } = selection;
  return {
    tables: sql`by_facet as materialized (
      select f.vulnerability_id, f.facet, count(*)::int as n, sum(f.score::float8) * 100 as risk,
        max(f.score) as top, min(f.due) as due
      from finding f where f.facet = any(${facets}::smallint[]) and ${rowConditions(selection)}
      group by f.vulnerability_id, f.facet
    ), counted as materialized (
      select vulnerability_id, sum(n) as n, sum(risk) as risk from by_facet group by vulnerability_id)`,
    parts: sql`select member."group", member.id, by_facet.facet, by_facet.n, by_facet.top, by_facet.due
      from member join by_facet on by_facet.vulnerability_id = member.id`,
    assets: assetsOf(sql.join([sql`true`, ...checked(others)], sql` and `)),
  };
}

function assetsOf(conditions: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select f.asset_id from finding f
    where f.vulnerability_id = part.id and f.facet = part.facet and ${conditions}
    order by f.score desc`;
}
