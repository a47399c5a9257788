import { sql } from 'kysely';
import type { Store } from '../../store/database.ts';

/** A run that was written down, and of which the durable engine knows nothing. */
export interface ForgottenRun {
  readonly kind: 'scan' | 'remediation' | 'sync';
  readonly id: string;
  readonly assetId: string;
  readonly trigger: string;
}

/** Longer than it takes from writing a run down to enqueuing it. */
const PATIENCE_SECONDS = 3;
const AT_ONCE = 500;

/**
 * Runs are written down first and enqueued then; whoever wrote one down may have died in between.
 * The oldest come first.
 */
export async function forgottenRuns(db: Store): Promise<readonly ForgottenRun[]> {
  const { rows } = await sql<ForgottenRun>`
    select * from (
      select 'scan' as kind, workflow_id as id, asset_id as "assetId", trigger, started_at
        from scan where state = 'queued'
      union all
      select 'remediation', id, asset_id, trigger, started_at
        from remediation where state = 'queued'
      union all
      select 'sync', workflow_id, 0, '', started_at from feed_sync where state = 'queued'
    ) as run
    where started_at < now() - make_interval(secs => ${PATIENCE_SECONDS})
      and not exists (select from dbos.workflow_status where workflow_uuid = run.id)
    order by started_at limit ${AT_ONCE}`.execute(db);
  return rows;
}

export interface LostRun {
  readonly kind: 'scan' | 'remediation' | 'sync';
  readonly id: string;
  /** What the engine says of it: `ERROR`, `CANCELLED`, `MAX_RECOVERY_ATTEMPTS_EXCEEDED`, `SUCCESS`. */
  readonly status: string;
}

/**
 * Runs that we take to be under way and the engine has given up: a fault of ours, or a worker that
 * died over the same run again and again.
 */
export async function lostRuns(db: Store): Promise<readonly LostRun[]> {
  const { rows } = await sql<LostRun>`
    select kind, id, engine.status from (
      select 'scan' as kind, workflow_id as id from scan where state in ('queued', 'running')
      union all
      select 'remediation', id from remediation
        where state in ('queued', 'running') and proven_at is null
      union all
      select 'sync', workflow_id from feed_sync where state in ('queued', 'running')
    ) as run
    join dbos.workflow_status as engine on engine.workflow_uuid = run.id
    where engine.status not in ('ENQUEUED', 'PENDING', 'DELAYED')
      and engine.updated_at < (extract(epoch from now()) - 5) * 1000
    limit ${AT_ONCE}`.execute(db);
  return rows;
}

/** Changes that are open and that no live workflow sees through. */
export async function orphanedChanges(
  db: Store,
): Promise<readonly { readonly id: string; readonly attempt: number }[]> {
  const { rows } = await sql<{ id: string; attempt: number }>`
    select change.id, count(engine.workflow_uuid)::int as attempt
    from change
    join remediation on remediation.id = change.remediation_id
    left join dbos.workflow_status as engine
      on engine.workflow_uuid like 'change-' || change.id || '%'
    where change.state in ('observed', 'suggested', 'awaiting-approval', 'scheduled', 'handed-over')
      and change.state_since < now() - interval '1 minute'
      and remediation.proven_at < now() - interval '1 minute'
    group by change.id
    having coalesce(bool_and(engine.status not in ('ENQUEUED', 'PENDING', 'DELAYED')), true)
    limit ${AT_ONCE}`.execute(db);
  return rows;
}

/** Changes that policy or people may still decide about. */
export async function undecidedChanges(db: Store): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('change')
    .select('id')
    .where('state', 'in', ['observed', 'suggested', 'awaiting-approval', 'scheduled'])
    .orderBy('created_at')
    .limit(10_000)
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * Changes whose workflow has something to do that it may not have been told: their request is
 * settled, a person has overridden policy, or another policy is in force. Those that wait for the
 * change they are made on are woken by it.
 */
export async function untoldChanges(db: Store, policyVersion: number): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select change.id from change
    left join approval on approval.change_id = change.id
    where (change.state in ('observed', 'suggested', 'awaiting-approval', 'scheduled')
        and ((override is not null and not (change.state = 'scheduled' and not_before is null))
          or decided_by_policy <> ${policyVersion}))
      or (change.state = 'awaiting-approval' and approval.state <> 'waiting')
      or (change.state = 'withheld' and override is not null)
    order by change.state_since limit ${AT_ONCE}`.execute(db);
  return rows.map(({ id }) => id);
}
