import { type RawBuilder, sql } from 'kysely';
import type { Store } from './database.ts';
import {
  FACET_NAMES,
  FACETS,
  type FacetName,
  type FacetValues,
  facetValues,
  isWanted,
} from './finding-facets.ts';
import {
  type FindingFilter,
  needsRows,
  rowConditions,
  type Selection,
  select,
} from './finding-filter.ts';

/** A number of findings. */
export interface Count {
  readonly value: number;
  /** There are more: counting stopped here. */
  readonly atLeast: boolean;
}

/** How many findings there are of each facet, whatever facets a filter wants. */
export interface Histogram {
  readonly counts: ReadonlyMap<number, number>;
  /** Otherwise estimated from a sample, and too many to gather. */
  readonly exact: boolean;
}

/** How many rows are looked at one by one. */
export interface RowBounds {
  /** Counted; of more than that, a sample is. */
  readonly count: number;
  /** Gathered and sorted; of more than that, the first ones are read in order. */
  readonly gather: number;
}

export const ROW_BOUNDS: RowBounds = { count: 10_000, gather: 10_000 };
/** Share of the table's pages in a sample, percent. */
const SAMPLE_PERCENT = 2;

/**
 * Counts by facet what a selection has, all facets of it: from the counts that are kept where these
 * can say it, else by looking at as many rows as are allowed, else by a sample.
 */
export async function histogram(
  db: Store,
  selection: Selection,
  bounds: RowBounds = ROW_BOUNDS,
): Promise<Histogram> {
  const kept = keptCounts(selection);
  if (kept !== undefined) return { counts: await countsOf(db, kept), exact: true };
  const conditions = rowConditions(selection);
  const counts = await countsOf(
    db,
    sql`select facet, count(*)::int as n from (
      select f.facet from finding f where f.facet is not null and ${conditions}
      limit ${bounds.count + 1}) counted group by facet`,
  );
  if (sum(counts.values()) <= bounds.count) return { counts, exact: true };
  const sampled = await countsOf(
    db,
    sql`select f.facet, count(*)::int as n
      from finding f tablesample system (${SAMPLE_PERCENT}) repeatable (1)
      where f.facet is not null and ${conditions} group by f.facet`,
  );
  const scale = 100 / SAMPLE_PERCENT;
  return {
    counts: new Map([...sampled].map(([facet, n]) => [facet, n * scale])),
    exact: false,
  };
}

/** A query over kept counts and their deltas; `undefined` where none of them can say it. */
function keptCounts(selection: Selection): RawBuilder<unknown> | undefined {
  const { vulnerabilities, dueBefore, asset, firstSeenAfter } = selection;
  if (!needsRows(selection)) {
    return vulnerabilities === undefined
      ? total(sql`finding_count`, sql`true`)
      : total(sql`vulnerability_count`, sql`vulnerability_id = any(${vulnerabilities}::int[])`);
  }
  const onlyDue =
    asset === undefined && firstSeenAfter === undefined && vulnerabilities === undefined;
  return onlyDue ? total(sql`due_count`, sql`due < ${dueBefore}::date`) : undefined;
}

function total(table: RawBuilder<unknown>, where: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select facet, sum(n)::int as n from (
    select facet, n from ${table} where ${where}
    union all select facet, n from finding_delta where ${where}) both_of group by facet having sum(n) > 0`;
}

async function countsOf(
  db: Store,
  query: RawBuilder<unknown>,
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await (query as RawBuilder<{ facet: number; n: number }>).execute(db);
  return new Map(rows.map(({ facet, n }) => [facet, n]));
}

/** A facet's findings, and the sum of their scores. */
export interface FacetCount {
  readonly facet: number;
  readonly n: number;
  readonly risk: number;
}

/** All findings by facet. */
export async function countsByFacet(db: Store): Promise<readonly FacetCount[]> {
  const { rows } = await sql<FacetCount>`
    select facet, sum(n)::int as n, sum(risk)::float8 / 100 as risk from (
      select facet, n, risk from finding_count
      union all select facet, n, risk from finding_delta) both_of
    group by facet having sum(n) > 0 order by facet
  `.execute(db);
  return rows;
}

/** How many of a histogram's findings a selection wants. */
export function countOf({ counts, exact }: Histogram, selection: Selection): Count {
  let wanted = 0;
  for (const [facet, n] of counts) {
    if (isWanted(selection.facets, facetValues(facet))) wanted += n;
  }
  return counted(wanted, exact);
}

/** An estimate is rounded down to its first digit, so that there are at least so many. */
function counted(value: number, exact: boolean): Count {
  if (exact || value === 0) return { value, atLeast: !exact };
  const magnitude = 10 ** Math.floor(Math.log10(value));
  return { value: Math.floor(value / magnitude) * magnitude, atLeast: true };
}

export interface FindingFacets {
  readonly total: Count;
  /**
   * Findings with each value, under the filter without that facet: what choosing the value as well
   * would bring.
   */
  readonly facets: Readonly<Record<FacetName, Readonly<Record<string, Count>>>>;
}

/** Counts findings by what they can be filtered by. */
export async function findingFacets(db: Store, filter: FindingFilter): Promise<FindingFacets> {
  const selection = await select(db, filter);
  const counts = await histogram(db, selection);
  const facets = Object.fromEntries(
    FACET_NAMES.map((name) => [name, valuesOf(name, counts, selection)]),
  ) as Record<FacetName, Readonly<Record<string, Count>>>;
  return { total: countOf(counts, selection), facets };
}

function valuesOf(
  name: FacetName,
  { counts, exact }: Histogram,
  { facets }: Selection,
): Readonly<Record<string, Count>> {
  const values: readonly FacetValues[FacetName][] = FACETS[name];
  const sums = new Map<unknown, number>(values.map((value) => [value, 0]));
  for (const [facet, n] of counts) {
    const found = facetValues(facet);
    if (!isWanted(facets, found, name)) continue;
    sums.set(found[name], (sums.get(found[name]) ?? 0) + n);
  }
  return Object.fromEntries([...sums].map(([value, n]) => [String(value), counted(n, exact)]));
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
