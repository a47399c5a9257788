import { sql } from 'kysely';
import { ROLES } from '../domain/access.ts';
import type { Store } from './database.ts';
import { facetValues } from './finding-facets.ts';

interface Counted {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Exposed findings by band and environment, from the counts that are kept. */
export async function countFindings(db: Store): Promise<readonly Counted[]> {
  const { rows } = await sql<{ facet: number; n: string }>`
    select facet, sum(n) as n from (
      select facet, n from finding_count union all select facet, n from finding_delta
    ) as counted group by facet having sum(n) <> 0`.execute(db);
  const sums = new Map<string, Counted>();
  for (const { facet, n } of rows) {
    const { state, band, environment } = facetValues(facet);
    const labels = { state, band, environment };
    const key = Object.values(labels).join(' ');
    const value = (sums.get(key)?.value ?? 0) + Number(n);
    sums.set(key, { labels, value });
  }
  return [...sums.values()];
}

/** Changes, runs, deliveries, exceptions and approvals by state; workers; ages in seconds. */
export async function countWork(db: Store): Promise<{
  readonly changes: readonly Counted[];
  readonly runs: readonly Counted[];
  readonly deliveries: readonly Counted[];
  readonly workers: readonly Counted[];
  readonly users: readonly Counted[];
  readonly assets: number;
  readonly approvalsWaiting: number;
  readonly decisions: number;
  readonly oldestQueuedSeconds: number;
  readonly lastSyncSeconds: number | undefined;
}> {
  const { rows: grouped } = await sql<{ what: string; kind: string; state: string; n: number }>`
    select 'changes' as what, '' as kind, state, count(*)::int as n from change group by state
    union all select 'runs', 'scan', state, count(*)::int from scan
      where state in ('queued', 'running') group by state
    union all select 'runs', 'remediation', state, count(*)::int from remediation
      where state in ('queued', 'running', 'waiting') group by state
    union all select 'runs', 'sync', state, count(*)::int from feed_sync
      where state in ('queued', 'running') group by state
    union all select 'deliveries', '', state, count(*)::int from delivery
      where state in ('pending', 'sending') group by state
    union all select 'workers', '', state, count(*)::int from worker
      where state = 'alive' or heartbeat_at > now() - interval '1 day' group by state`.execute(db);
  const { rows } = await sql<
    Omit<Awaited<ReturnType<typeof countWork>>, 'changes'> & { sync: number | null }
  >`
    select
      (select count(*)::int from asset where archived_at is null) as assets,
      (select count(*)::int from approval where state = 'waiting') as "approvalsWaiting",
      (select coalesce(max(seq), 0)::int from decision) as decisions,
      (select coalesce(extract(epoch from now() - min(started_at)), 0)::float8 from (
        select started_at from scan where state = 'queued'
        union all select started_at from remediation where state = 'queued') as queued)
        as "oldestQueuedSeconds",
      (select extract(epoch from now() - max(ended_at))::float8 from feed_sync where state = 'done')
        as sync`.execute(db);
  const { rows: users } = await sql<{ role: string; n: number }>`
    select role, count(*)::int as n from user_account, unnest(roles) as role
    where disabled_at is null group by role`.execute(db);
  const of = (what: string) =>
    grouped
      .filter((row) => row.what === what)
      .map(({ kind, state, n }) => ({
        labels: kind === '' ? { state } : { kind, state },
        value: n,
      }));
  const [one] = rows;
  return {
    changes: of('changes'),
    runs: of('runs'),
    deliveries: of('deliveries'),
    workers: of('workers'),
    users: ROLES.map((role) => ({
      labels: { role },
      value: users.find((row) => row.role === role)?.n ?? 0,
    })),
    assets: one?.assets ?? 0,
    approvalsWaiting: one?.approvalsWaiting ?? 0,
    decisions: one?.decisions ?? 0,
    oldestQueuedSeconds: one?.oldestQueuedSeconds ?? 0,
    lastSyncSeconds: one?.sync ?? undefined,
  };
}
