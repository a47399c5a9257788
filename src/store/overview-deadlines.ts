import { sql } from 'kysely';
import type { Environment } from '../domain/context.ts';
import { countsAsExposure } from '../domain/finding-state.ts';
import type { Band } from '../domain/risk.ts';
import type { Store } from './database.ts';
import { facetValues } from './finding-facets.ts';
import { listFindings } from './finding-list.ts';
import type { AssetRef } from './finding-row.ts';

/** Deadlines of what counts as exposure; a day ends at midnight, UTC. */
export interface DeadlinesAtRisk {
  readonly overdue: number;
  /** Due today or tomorrow; each of the next includes the ones before, without what is overdue. */
  readonly within1Day: number;
  readonly within3Days: number;
  readonly within7Days: number;
  /** The most urgent: those still to keep, earliest first. */
  readonly next: readonly DeadlineItem[];
}

interface DeadlineItem {
  readonly findingId: string;
  readonly package: string;
  readonly advisoryId: string;
  readonly asset: AssetRef;
  readonly band: Band;
  readonly score: number;
  /** ISO date. */
  readonly due: string;
}

const DAY_MS = 24 * 3_600_000;

/**
 * @param today ISO date
 * @param items how many of the most urgent; overdue ones come first
 */
export async function deadlinesAtRisk(
  db: Store,
  today: string,
  items: number,
  environment?: Environment,
): Promise<DeadlinesAtRisk> {
  const { rows } = await sql<{ facet: number; days: number; n: number }>`
    select facet, greatest(due - ${today}::date, -1) as days, sum(n)::int as n from (
      select due, facet, n from due_count where due <= ${today}::date + 7
      union all select due, facet, n from finding_delta where due <= ${today}::date + 7) both_of
    group by 1, 2
  `.execute(db);
  const exposed = rows.filter(({ facet }) => {
    const values = facetValues(facet);
    const wanted = environment === undefined || values.environment === environment;
    return wanted && countsAsExposure(values.state);
  });
  const within = (from: number, to: number) =>
    exposed.reduce((sum, { days, n }) => (days >= from && days <= to ? sum + n : sum), 0);
  return {
    overdue: within(-1, -1),
    within1Day: within(0, 1),
    within3Days: within(0, 3),
    within7Days: within(0, 7),
    next: await mostUrgent(db, today, items, environment),
  };
}

async function mostUrgent(
  db: Store,
  today: string,
  limit: number,
  environment: Environment | undefined,
): Promise<readonly DeadlineItem[]> {
  if (limit === 0) return [];
  const filter = {
    dueBefore: new Date(Date.parse(today) + 8 * DAY_MS).toISOString().slice(0, 10),
    ...(environment !== undefined && { environment: [environment] }),
  };
  const { items } = await listFindings(db, filter, { sort: 'due', limit });
  return items.flatMap(({ id, package: name, advisoryId, asset, band, score, due }) =>
    due === null ? [] : [{ findingId: id, package: name, advisoryId, asset, band, score, due }],
  );
}
