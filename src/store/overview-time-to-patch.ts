import { sql } from 'kysely';
import type { Environment } from '../domain/context.ts';
import type { Band } from '../domain/risk.ts';
import type { Store } from './database.ts';

/** How long findings that were closed had been there, in hours; null where none was closed. */
export interface PatchTime {
  readonly median: number | null;
  readonly p90: number | null;
  readonly closed: number;
}

export interface TimeToPatch {
  readonly bands: Readonly<Record<Band, PatchTime>>;
  /** By the week (from Monday, UTC) in which they were closed, oldest first. */
  readonly weekly: readonly {
    readonly week: string;
    readonly median: number;
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
  const { rows: sums } = await sql<{ n: number }>`
    select count(*)::int as n from finding f where ${closed}
  `.execute(db);
  const sample = sampled(sums[0]?.n ?? 0);
  const { rows } = await sql<Summary>`
    select band, week, count(*)::int as closed, count(*) filter (where recent)::int as recent,
      percentile_cont(0.5) within group (order by hours) filter (where sampled) as median,
      percentile_cont(0.9) within group (order by hours) filter (where sampled) as p90
    from (
      select f.band, date_trunc('week', f.closed_at at time zone 'UTC')::date as week,
        f.closed_at > ${now}::timestamptz - interval '7 days' as recent,
        extract(epoch from f.closed_at - f.first_seen)::float8 / 3600 as hours,
        ${sample} as sampled
      from finding f where ${closed}
    ) timed group by grouping sets ((band), (week)) order by week
  `.execute(db);
  const ofBand = (band: Band): PatchTime => {
    const row = rows.find((one) => one.band === band);
    return { median: row?.median ?? null, p90: row?.p90 ?? null, closed: row?.closed ?? 0 };
  };
  return {
    bands: { act: ofBand('act'), attend: ofBand('attend'), track: ofBand('track') },
    weekly: rows.flatMap(({ week, median, closed }) =>
      week === null ? [] : [{ week, median, closed }],
    ),
    closedLast7Days: rows.reduce(
      (sum, { band, recent }) => (band === null ? sum : sum + recent),
      0,
    ),
  };
}

/** Of one band, or of one week. */
interface Summary extends PatchTime {
  readonly band: Band | null;
  readonly week: string | null;
  readonly recent: number;
}

/** Ids are spread evenly, so those below a bound are a fair sample. */
function sampled(all: number) {
  if (all <= SAMPLE_ROWS) return sql`true`;
  const bound = Math.ceil((SAMPLE_ROWS / all) * 0x1_00_00);
  return sql`f.id < ${bound.toString(16).padStart(4, '0')}`;
}
