import { sql } from 'kysely';
import type { Environment } from '../domain/context.ts';
import type { Band } from '../domain/risk.ts';
import type { Store } from './database.ts';

/** How long findings that were closed had been there, in hours; null where none was closed. */
interface PatchTime {
  readonly median: number | null;
  readonly p90: number | null;
  readonly closed: number;
}

export interface TimeToPatch {
  readonly bands: Readonly<Record<Band, PatchTime>>;
  /** By the week (from Monday, UTC) in which they were closed, oldest first. */
  readonly weekly: readonly {
    readonly week: string;
    readonly median: number | null;
    readonly closed: number;
  }[];
  /** Findings that were closed in the last seven days. */
  readonly closedLast7Days: number;
}

/**
 * Percentiles are of at most so many findings, drawn evenly: the error is then below one percent of
 * the findings on either side.
 */
const SAMPLE_ROWS = 20_000;

/**
 * Time from first seen to verified closed, of findings closed in the days before now.
 *
 * @param now ISO 8601
 */
export async function timeToPatch(
  db: Store,
  now: string,
  days: number,
  environment?: Environment,
): Promise<TimeToPatch> {
  const closed = sql`f.closed_at > ${now}::timestamptz - make_interval(days => ${days})
    and f.closed_at <= ${now}::timestamptz
    and (${environment ?? null}::text is null or f.environment = ${environment ?? null})`;
  // Week by week, so that no row's week is worked out; percentiles sort, so they have a sample.
  const { rows: counts } = await sql<Closed>`
    select counted.band, week::date as week, counted.closed, counted.recent
    from generate_series(date_trunc('week', ${now}::timestamptz - make_interval(days => ${days}), 'UTC'),
      ${now}::timestamptz, interval '7 days') as week
    cross join lateral (
      select f.band, count(*)::int as closed,
        count(*) filter (where f.closed_at > ${now}::timestamptz - interval '7 days')::int as recent
      from finding f
      where f.closed_at >= week and f.closed_at < week + interval '7 days' and ${closed}
      group by f.band
    ) counted order by week
  `.execute(db);
  const sum = (wanted: (row: Closed) => boolean) =>
    counts.reduce((total, row) => (wanted(row) ? total + row.closed : total), 0);
  const { rows: percentiles } = await sql<Percentiles>`
    select band, week, percentile_cont(0.5) within group (order by hours) as median,
      percentile_cont(0.9) within group (order by hours) as p90
    from (
      select f.band, ${WEEK} as week,
        date_part('epoch', f.closed_at - f.first_seen) / 3600 as hours
      from finding f where ${closed} and ${sampled(sum(() => true))}
    ) timed group by grouping sets ((band), (week))
  `.execute(db);
  const ofBand = (band: Band): PatchTime => {
    const row = percentiles.find((one) => one.band === band);
    return {
      median: row?.median ?? null,
      p90: row?.p90 ?? null,
      closed: sum((one) => one.band === band),
    };
  };
  return {
    bands: { act: ofBand('act'), attend: ofBand('attend'), track: ofBand('track') },
    weekly: [...new Set(counts.map(({ week }) => week))].map((week) => ({
      week,
      median: percentiles.find((one) => one.week === week)?.median ?? null,
      closed: sum((one) => one.week === week),
    })),
    closedLast7Days: counts.reduce((total, { recent }) => total + recent, 0),
  };
}

const WEEK = sql`date_trunc('week', f.closed_at at time zone 'UTC')::date`;

interface Closed {
  readonly band: Band;
  readonly week: string;
  readonly closed: number;
  readonly recent: number;
}

/** Of one band, or of one week. */
interface Percentiles {
  readonly band: Band | null;
  readonly week: string | null;
  readonly median: number;
  readonly p90: number;
}

/** Ids are spread evenly, so those below a bound are a fair sample. */
function sampled(all: number) {
  if (all <= SAMPLE_ROWS) return sql`true`;
  const bound = Math.ceil((SAMPLE_ROWS / all) * 0x1_00_00);
  return sql`f.id < ${bound.toString(16).padStart(4, '0')}`;
}
