import { type RawBuilder, sql } from 'kysely';
import type { Store } from './database.ts';
import { type Count, countOf, histogram, ROW_BOUNDS, type RowBounds } from './finding-counts.ts';
import { type Position, readCursor, writeCursor } from './finding-cursor.ts';
import { wantedFacets } from './finding-facets.ts';
import {
  type FindingFilter,
  needsRows,
  rowConditions,
  type Selection,
  select,
} from './finding-filter.ts';
import { FINDING_ORDERS, type FindingOrder, type FindingSort } from './finding-order.ts';
import { type FindingRow, findingColumns, findingJoins } from './finding-row.ts';

export interface FindingPage {
  readonly sort: FindingSort;
  /** 1 to 200. */
  readonly limit: number;
  /** From the page before. */
  readonly cursor?: string;
}

export interface FindingList {
  readonly items: readonly FindingRow[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
  /** Of all pages. */
  readonly total: Count;
}

const MOST_ITEMS = 200;

/**
 * Findings in an order, page by page; in a time that hardly depends on how many there are.
 *
 * Where few match, they are gathered by what makes them few and sorted. Else they are read in order
 * from an index in which each facet (a combination of state, band, severity, …) has its own sorted
 * run: one look at the head of each run says which runs the page can come from.
 *
 * @throws SutureError `bad-cursor`
 */
export async function listFindings(
  db: Store,
  filter: FindingFilter,
  page: FindingPage,
  bounds: RowBounds = ROW_BOUNDS,
): Promise<FindingList> {
  const order = FINDING_ORDERS[page.sort];
  const after = page.cursor === undefined ? undefined : readCursor(page.sort, page.cursor);
  const limit = Math.min(Math.max(page.limit, 1), MOST_ITEMS);
  const selection = await select(db, filter);
  const counts = await histogram(db, selection, bounds);
  const total = countOf(counts, selection);
  if (total.value === 0 && !total.atLeast) return { items: [], nextCursor: null, total };
  // What a sample has not seen may be there all the same.
  const known = counts.exact ? counts : await histogram(db, { facets: selection.facets });
  const facets = wantedFacets(selection.facets, [...known.counts.keys()]);
  const query = { selection, facets, order, after, limit: limit + 1 };
  const few = isNarrowed(selection) && !total.atLeast && total.value <= bounds.gather;
  const ids = few || selection.asset !== undefined ? gathered(query) : inOrder(query);
  const { rows } = await sql<FindingRow & { readonly sortKey: string }>`
    select ${findingColumns}, found.key::text as "sortKey"
    from (${ids}) found join finding f on f.id = found.id ${findingJoins}
    order by found.key ${order.direction}, found.id ${order.direction}
  `.execute(db);
  const items = rows.slice(0, limit).map(({ sortKey: _key, ...row }) => row);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items,
    nextCursor:
      last === undefined ? null : writeCursor(page.sort, { key: last.sortKey, id: last.id }),
    total,
  };
}

function isNarrowed(selection: Selection): boolean {
  return selection.vulnerabilities !== undefined || needsRows(selection);
}

interface ListQuery {
  readonly selection: Selection;
  /** Those that findings may have. */
  readonly facets: readonly number[];
  readonly order: FindingOrder;
  readonly after: Position | undefined;
  readonly limit: number;
}

/** All that match, then the first of them. */
function gathered({ selection, facets, order, after, limit }: ListQuery): RawBuilder<unknown> {
  return sql`
    with matching as materialized (
      select f.id, ${order.key} as key from finding f
      where f.facet = any(${facets}::smallint[]) and ${rowConditions(selection)}
    )
    select id, key from matching where ${order.after(sql`(key, id)`, after)}
    order by key ${order.direction}, id ${order.direction} limit ${limit}`;
}

/**
 * The first of each facet's run; then, of the runs with the foremost heads, the first `limit`: the
 * page can have nothing from any other, because the heads of these alone would fill it.
 */
function inOrder({ selection, facets, order, after, limit }: ListQuery): RawBuilder<unknown> {
  const run = (facet: RawBuilder<unknown>, most: number) => sql`
    select f.id, ${order.key} as key from finding f
    where f.facet = ${facet} and ${order.after(sql`(${order.key}, f.id)`, after)}
      and ${order.conditions(selection)}
    order by ${order.key} ${order.direction}, f.id ${order.direction} limit ${most}`;
  return sql`
    with head as materialized (
      select facet.facet from unnest(${facets}::smallint[]) as facet(facet)
      cross join lateral (${run(sql`facet.facet`, 1)}) as first
      order by first.key ${order.direction}, first.id ${order.direction} limit ${limit}
    )
    select run.id, run.key from head cross join lateral (${run(sql`head.facet`, limit)}) as run
    order by run.key ${order.direction}, run.id ${order.direction} limit ${limit}`;
}
