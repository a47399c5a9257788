import { type RawBuilder, sql } from 'kysely';
import type { Band } from '../domain/risk.ts';
import type { Store } from './database.ts';
import { type Count, histogram } from './finding-counts.ts';
import { readCursor, writeCursor } from './finding-cursor.ts';
import { facetValues, wantedFacets } from './finding-facets.ts';
import { type FindingFilter, needsRows, select } from './finding-filter.ts';
import { fromCounts, fromRows } from './finding-group-sources.ts';

/** Findings that one remedy would close. */
interface FindingGroup {
  readonly group: string;
  readonly ecosystem: string;
  readonly package: string;
  /** Version to go to; null: none known. */
  readonly target: string | null;
  readonly findings: number;
  /** Exact for some hundreds of findings; beyond that those of the most common vulnerability. */
  readonly assets: Count;
  readonly advisories: number;
  /** Sum of scores. */
  readonly risk: number;
  readonly topScore: number;
  readonly bands: Readonly<Record<Band, number>>;
  /** ISO date of the earliest deadline. */
  readonly due: string | null;
}

export interface GroupPage {
  /** 1 to 200. */
  readonly limit: number;
  readonly cursor?: string;
}

export interface FindingGroups {
  readonly items: readonly FindingGroup[];
  readonly nextCursor: string | null;
}

/** The assets of so many findings in a group are looked at. */
const ASSET_ROWS = 250;
const MOST_ITEMS = 200;

interface Row {
  readonly group: string;
  readonly ecosystem: string;
  readonly package: string;
  readonly target: string | null;
  readonly findings: number;
  readonly advisories: number;
  /** In hundredths. */
  readonly risk: number;
  readonly topScore: number;
  readonly due: string | null;
  /** How many findings the most common of its vulnerabilities has. */
  readonly most: number;
  readonly facets: readonly number[];
  readonly counts: readonly number[];
  /** Findings that were looked at for their assets, and how many assets these were. */
  readonly looked: number;
  readonly assets: number;
}

/**
 * Findings grouped by the remedy that would close them, the remedy that takes away most risk first.
 *
 * @throws SutureError `bad-cursor`
 */
export async function findingGroups(
  db: Store,
  filter: FindingFilter,
  page: GroupPage,
): Promise<FindingGroups> {
  const limit = Math.min(Math.max(page.limit, 1), MOST_ITEMS);
  const selection = await select(db, filter);
  const known = await histogram(db, { facets: selection.facets });
  const facets = wantedFacets(selection.facets, [...known.counts.keys()]);
  const source = needsRows(selection) ? fromRows(selection, facets) : fromCounts(selection, facets);
  const { rows } = await sql<Row>`
    with ${source.tables},
    grouped as (
      select v.remedy_group as "group", min(v.ecosystem) as ecosystem, min(v.package) as package,
        min(v.fixed_in) as target, sum(c.n)::int as findings,
        count(distinct v.advisory_id)::int as advisories, round(sum(c.risk)) as risk,
        max(c.n)::int as most, array_agg(v.id) as vulnerabilities
      from counted c join vulnerability v on v.id = c.vulnerability_id
      group by v.remedy_group
    ), page as materialized (
      select * from grouped where ${after(page.cursor)}
      order by risk desc, "group" desc limit ${limit + 1}
    ), member as materialized (
      select "group", unnest(vulnerabilities) as id from page
    ), part as materialized (${source.parts}),
    described as (
      select "group", max(top) as "topScore", min(due) as due, array_agg(facet) as facets,
        array_agg(n) as counts
      from part group by "group"
    )
    select page."group", page.ecosystem, page.package, page.target, page.findings,
      page.advisories, page.risk, page.most, described."topScore", described.due,
      described.facets, described.counts, counted.looked, counted.assets
    from page join described using ("group")
    cross join lateral (
      select count(*)::int as looked, count(distinct asset_id)::int as assets from (
        select found.asset_id from part
        cross join lateral (${source.assets} limit ${ASSET_ROWS + 1}) found
        where part."group" = page."group" limit ${ASSET_ROWS + 1}
      ) looked_at
    ) counted
    order by page.risk desc, page."group" desc
  `.execute(db);
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items: items.map(groupOf),
    nextCursor:
      last === undefined ? null : writeCursor('risk', { key: String(last.risk), id: last.group }),
  };
}

function after(cursor: string | undefined): RawBuilder<unknown> {
  if (cursor === undefined) return sql`true`;
  const { key, id } = readCursor('risk', cursor);
  return sql`(risk, "group") < (${key}::float8, ${id}::text)`;
}

function groupOf(row: Row): FindingGroup {
  const { most, facets, counts, looked, assets, risk, ...group } = row;
  const bands: Record<Band, number> = { act: 0, attend: 0, track: 0 };
  for (const [index, facet] of facets.entries()) {
    bands[facetValues(facet).band] += counts[index] ?? 0;
  }
  const atLeast = looked > ASSET_ROWS;
  return {
    ...group,
    risk: risk / 100,
    bands,
    // Nearly every asset has each of a group's vulnerabilities once.
    assets: { value: atLeast ? Math.max(assets, most) : assets, atLeast },
  };
}
