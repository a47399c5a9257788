import { sql } from 'kysely';
import type { Environment } from '../domain/context.ts';
import { countsAsExposure } from '../domain/finding-state.ts';
import type { Band } from '../domain/risk.ts';
import type { Store } from './database.ts';
import { countsByFacet } from './finding-counts.ts';
import { FACETS, facetValues } from './finding-facets.ts';

/** How many findings counted as exposure at the end of a day. */
export interface ExposureDay {
  /** ISO date, UTC. */
  readonly day: string;
  readonly act: number;
  readonly attend: number;
  readonly track: number;
  /** Sum of scores. */
  readonly risk: number;
  /** Findings that began to count on that day, and that ceased to. */
  readonly opened: number;
  readonly closed: number;
}

/** Days back that are counted when nobody did at the time. */
const CATCH_UP_DAYS = 90;
const DAY_MS = 24 * 3_600_000;

/** Exposure of the days since, oldest first; a day that nobody counted is missing. */
export async function exposureSince(
  db: Store,
  since: string,
  environment?: Environment,
): Promise<readonly ExposureDay[]> {
  const { rows } = await sql<ExposureDay>`
    select day, sum(act)::int as act, sum(attend)::int as attend, sum(track)::int as track,
      sum(risk) as risk, sum(opened)::int as opened, sum(closed)::int as closed
    from exposure_day
    where day >= ${since}::date and (${environment ?? null}::text is null or environment = ${environment ?? null})
    group by day order by day
  `.execute(db);
  return rows;
}

/**
 * Hourly upkeep: counts today, and the days before it that were not counted to their end (the server
 * was not running), 90 at most. Safe to call at any time, by several at once.
 *
 * @param now ISO 8601
 * @returns the days that were counted
 */
export async function keepExposure(db: Store, now: string): Promise<readonly string[]> {
  const { rows } = await sql<{ day: string }>`
    select day::date
    from (select at from finding_event order by id limit 1) first,
      generate_series(greatest((first.at at time zone 'UTC')::date,
        ${dayOf(now)}::date - ${CATCH_UP_DAYS}::int), ${dayOf(now)}::date, interval '1 day') as day
    where not exists (select from exposure_day e where e.day = day.day::date
      and e.rolled_at >= day.day + interval '1 day')
    order by day
  `.execute(db);
  const days = rows.map(({ day }) => day);
  await countDays(db, days, now);
  return days;
}

/**
 * Counts exposure at the end of a day and what began and ceased on it. Of today it says how things
 * stand; of an earlier day it goes back from now over everything that happened since (with bands and
 * scores as they are now, which are not kept by day). Counting a day again gives the same, as long
 * as nothing happened; a day that has been counted after its end stays as it is.
 *
 * @param day ISO date
 * @param now ISO 8601
 */
export async function rollExposure(db: Store, day: string, now: string): Promise<void> {
  await countDays(db, [day], now);
}

interface DayRow {
  day: string;
  environment: string;
  act: number;
  attend: number;
  track: number;
  risk: number;
  opened: number;
  closed: number;
}

/** @param days ISO dates, in order */
async function countDays(db: Store, days: readonly string[], now: string): Promise<void> {
  const [first] = days;
  if (first === undefined) return;
  const moves = Map.groupBy(await movesSince(db, first), ({ day }) => day);
  const standing = await exposureNow(db);
  const rows: DayRow[] = [];
  const wanted = new Set(days);
  // Backwards from now: what moved on a day is not yet so at the end of the day before.
  for (let day = dayOf(now); day >= first; day = dayOf(Date.parse(day) - DAY_MS)) {
    const moved = moves.get(day) ?? [];
    for (const environment of FACETS.environment) {
      const of = standing[environment];
      const row = { day, environment, ...of, opened: 0, closed: 0 };
      for (const move of moved) {
        if (move.environment !== environment) continue;
        row.opened += move.opened;
        row.closed += move.closed;
        of[move.band] -= move.n;
        of.risk -= move.risk;
      }
      if (wanted.has(day)) rows.push(row);
    }
  }
  await writeDays(db, rows, now);
}

async function writeDays(db: Store, rows: readonly DayRow[], now: string): Promise<void> {
  await sql`
    insert into exposure_day as e
      (day, environment, act, attend, track, risk, opened, closed, rolled_at)
    select day, environment, greatest(act, 0), greatest(attend, 0), greatest(track, 0),
      greatest(risk, 0), opened, closed, ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given(day date, environment text,
      act int, attend int, track int, risk float8, opened int, closed int)
    order by day, environment
    on conflict (day, environment) do update set act = excluded.act, attend = excluded.attend,
      track = excluded.track, risk = excluded.risk, opened = excluded.opened,
      closed = excluded.closed, rolled_at = excluded.rolled_at
      where e.rolled_at < e.day + interval '1 day'
  `.execute(db);
}

type Standing = Record<Environment, { act: number; attend: number; track: number; risk: number }>;

/** From the counts that are kept. */
async function exposureNow(db: Store): Promise<Standing> {
  const none = () => ({ act: 0, attend: 0, track: 0, risk: 0 });
  const standing = { production: none(), staging: none(), test: none(), development: none() };
  for (const { facet, n, risk } of await countsByFacet(db)) {
    const { state, band, environment } = facetValues(facet);
    if (!countsAsExposure(state)) continue;
    standing[environment][band] += n;
    standing[environment].risk += risk;
  }
  return standing;
}

interface Move {
  readonly day: string;
  readonly environment: Environment;
  readonly band: Band;
  readonly opened: number;
  readonly closed: number;
  /** How many more count as exposure than before, and their scores. */
  readonly n: number;
  readonly risk: number;
}

const EXPOSED = sql`('open', 'in-progress', 'awaiting-approval', 'patched', 'reopened')`;
/** Whether an event made its finding count (1), cease to (-1), or neither (0). */
const TURN = sql`(e.to_state in ${EXPOSED})::int - coalesce((e.from_state in ${EXPOSED})::int, 0)`;

/** What happened since the beginning of a day, by day; each finding once a day. */
async function movesSince(db: Store, day: string): Promise<readonly Move[]> {
  const { rows } = await sql<Move>`
    select day, f.environment, f.band, count(*) filter (where turn > 0)::int as opened,
      count(*) filter (where turn < 0)::int as closed, sum(turn)::int as n,
      sum(turn * f.score::float8) as risk
    from (
      select e.finding_id, (e.at at time zone 'UTC')::date as day, sum(${TURN}) as turn
      from finding_event e where e.at >= ${day}::date group by 1, 2
    ) turned join finding f on f.id = turned.finding_id
    where turn <> 0 and not f.archived group by day, f.environment, f.band
  `.execute(db);
  return rows;
}

function dayOf(time: string | number): string {
  return new Date(time).toISOString().slice(0, 10);
}
