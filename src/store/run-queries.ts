import { type RawBuilder, sql } from 'kysely';
import type { Problem } from '../domain/problem.ts';
import type { UnfixedFinding } from '../domain/remedy.ts';
import type { Store } from './database.ts';
import type { AssetRef } from './finding-row.ts';

type RunKind = 'scan' | 'remediation' | 'sync';
type RunState = 'queued' | 'running' | 'waiting' | 'done' | 'failed' | 'cancelled' | 'superseded';

/** Something that is done, was done, or waits to be: of whatever kind. */
export interface Run {
  readonly id: string;
  readonly kind: RunKind;
  readonly asset: AssetRef | null;
  readonly trigger: string;
  readonly stage: string | null;
  readonly state: RunState;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** What there is to tell in figures; which of them are there depends on the kind. */
  readonly figures: {
    readonly findings?: number | null;
    readonly added?: number | null;
    readonly closed?: number | null;
    readonly packages?: number | null;
    readonly assets?: number | null;
  };
  readonly problems: readonly Problem[];
  readonly error: string | null;
  readonly unfixed: readonly UnfixedFinding[];
  readonly changeIds: readonly string[];
}

export interface RunFilter {
  readonly kinds?: readonly RunKind[];
  readonly asset?: string;
  readonly states?: readonly RunState[];
}

export interface RunPosition {
  /** ISO 8601 with microseconds, as the database wrote it. */
  readonly startedAt: string;
  readonly id: string;
}

/** Runs of all kinds, newest first; one more than `limit`, where there is one. */
export async function listRuns(
  db: Store,
  filter: RunFilter,
  page: { readonly limit: number; readonly after?: RunPosition },
): Promise<readonly (Run & { readonly position: RunPosition })[]> {
  const kinds = filter.kinds ?? ['scan', 'remediation', 'sync'];
  if (kinds.length === 0) return [];
  // Each kind gives as many as the page can have, from its index; then they are put together.
  const parts = kinds.map(
    (kind) => sql`(select * from (${SOURCES[kind]}) as one
      where ${conditions(filter, page.after)}
      order by started_at desc, id desc limit ${page.limit + 1})`,
  );
  return await runs(
    db,
    sql`select * from (${sql.join(parts, sql` union all `)}) as run
      order by started_at desc, id desc limit ${page.limit + 1}`,
  );
}

export async function runById(db: Store, id: string): Promise<Run | undefined> {
  const parts = Object.values(SOURCES).map(
    (source) => sql`(select * from (${source}) as one where id = ${id})`,
  );
  const [run] = await runs(db, sql.join(parts, sql` union all `));
  return run;
}

/** What kinds have in common, one table each. */
const SOURCES: Readonly<Record<RunKind, RawBuilder<unknown>>> = {
  scan: sql`select workflow_id as id, 'scan' as kind, asset_id, trigger, null as stage, state,
    started_at, ended_at, problems, error, '[]'::jsonb as unfixed,
    jsonb_build_object('findings', findings_open, 'added', findings_new,
      'closed', findings_closed) as figures from scan`,
  remediation: sql`select id, 'remediation' as kind, asset_id, trigger, stage, state,
    started_at, ended_at, problems, error, unfixed,
    jsonb_build_object('findings', cardinality(finding_ids)) as figures from remediation`,
  sync: sql`select workflow_id as id, 'sync' as kind, null::bigint as asset_id,
    'feeds' as trigger, null as stage, state, started_at, ended_at, problems, error,
    '[]'::jsonb as unfixed,
    jsonb_build_object('packages', packages_changed, 'assets', assets_touched) as figures
    from feed_sync`,
};

function conditions(filter: RunFilter, after: RunPosition | undefined): RawBuilder<unknown> {
  const { asset, states } = filter;
  return sql.join(
    [
      sql`true`,
      ...(asset === undefined
        ? []
        : [sql`asset_id = ${/^\d{1,18}$/.test(asset) ? asset : '0'}::bigint`]),
      ...(states === undefined ? [] : [sql`state = any(${states}::text[])`]),
      ...(after === undefined
        ? []
        : [sql`(started_at, id) < (${after.startedAt}::timestamptz, ${after.id})`]),
    ],
    sql` and `,
  );
}

async function runs(
  db: Store,
  selected: RawBuilder<unknown>,
): Promise<readonly (Run & { readonly position: RunPosition })[]> {
  const { rows } = await sql<Run & { startedText: string }>`
    select run.id, run.kind, run.trigger, run.stage, run.state, run.started_at as "startedAt",
      run.ended_at as "endedAt", run.figures, run.problems, run.error, run.unfixed,
      run.started_at::text as "startedText",
      case when asset.id is null then null else json_build_object('id', asset.id::text,
        'name', asset.name, 'kind', asset.kind, 'environment', asset.environment) end as asset,
      case when run.kind = 'remediation' then array(
        select change.id from change where change.remediation_id = run.id order by position)
      else '{}' end as "changeIds"
    from (${selected}) as run left join asset on asset.id = run.asset_id
    order by run.started_at desc, run.id desc`.execute(db);
  return rows.map(({ startedText, ...run }) => ({
    ...run,
    position: { startedAt: startedText, id: run.id },
  }));
}
