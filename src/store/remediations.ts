import { sql } from 'kysely';
import type { Problem } from '../domain/problem.ts';
import type { UnfixedFinding } from '../domain/remedy.ts';
import type { Store } from './database.ts';

export type RemediationTrigger = 'scan' | 'demand' | 'changes-requested' | 'not-effective';
export type RemediationStage =
  | 'assess'
  | 'plan'
  | 'patch'
  | 'verify'
  | 'decide'
  | 'hand-over'
  | 'confirm'
  | 'record';

type RemediationState =
  | 'queued'
  | 'running'
  | 'waiting'
  | 'done'
  | 'failed'
  | 'cancelled'
  | 'superseded';

export interface Remediation {
  /** The durable workflow's id as well. */
  readonly id: string;
  readonly assetId: string;
  readonly workKey: string;
  readonly trigger: RemediationTrigger;
  readonly state: RemediationState;
  readonly baseCommit: string | null;
  readonly findingIds: readonly string[];
  /** Packages that are to be left alone. */
  readonly avoid: readonly string[];
  /** Versions younger than the cooldown may be taken: a person said so. */
  readonly withoutCooldown: boolean;
  readonly policyVersion: number;
  readonly requestedBy: string | null;
  readonly startedAt: string;
  readonly provenAt: string | null;
}

export type RemediationRequest = Pick<
  Remediation,
  'id' | 'assetId' | 'workKey' | 'trigger' | 'baseCommit' | 'findingIds' | 'avoid' | 'policyVersion'
> & { readonly requestedBy?: string; readonly withoutCooldown?: boolean };

/**
 * Writes a remediation down to be run. Where the same work is under way that one is meant; where it
 * was done before (its base, findings, fixes and policy are the same) and less than `againHours`
 * ago, nothing is begun.
 *
 * @returns the remediation to enqueue (twice is no harm); `undefined` when there is nothing new
 */
export async function queueRemediation(
  db: Store,
  request: RemediationRequest,
  againHours: number,
): Promise<string | undefined> {
  const { assetId, workKey } = request;
  const known = await db
    .selectFrom('remediation')
    .select(['id', 'state'])
    .where('asset_id', '=', assetId)
    .where('work_key', '=', workKey)
    .where('state', '<>', 'superseded')
    .where((eb) =>
      eb.or([
        eb('state', 'in', ['queued', 'running', 'waiting']),
        eb('ended_at', '>', sql<string>`now() - make_interval(hours => ${againHours})`),
      ]),
    )
    .where('id', '<>', request.id)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (known !== undefined) {
    return ['queued', 'running', 'waiting'].includes(known.state) ? known.id : undefined;
  }
  await db
    .insertInto('remediation')
    .values({
      id: request.id,
      asset_id: assetId,
      work_key: workKey,
      trigger: request.trigger,
      base_commit: request.baseCommit,
      finding_ids: [...request.findingIds],
      avoid: [...request.avoid],
      policy_version: request.policyVersion,
      requested_by: request.requestedBy ?? null,
      without_cooldown: request.withoutCooldown ?? false,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const active = await db
    .selectFrom('remediation')
    .select('id')
    .where('asset_id', '=', assetId)
    .where('work_key', '=', workKey)
    .where('state', 'in', ['queued', 'running', 'waiting'])
    .executeTakeFirst();
  return active?.id;
}

export async function remediation(db: Store, id: string): Promise<Remediation | undefined> {
  return await db
    .selectFrom('remediation')
    .select(['id', 'trigger', 'state', 'avoid'])
    .select(['asset_id as assetId', 'work_key as workKey', 'base_commit as baseCommit'])
    .select(['finding_ids as findingIds', 'policy_version as policyVersion'])
    .select('without_cooldown as withoutCooldown')
    .select(['requested_by as requestedBy', 'started_at as startedAt', 'proven_at as provenAt'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Marks it as begun. `undefined`: it was cancelled, superseded or has ended, and is not to run. */
export async function beginRemediation(db: Store, id: string): Promise<Remediation | undefined> {
  await db
    .updateTable('remediation')
    .set({ state: 'running', started_at: sql<string>`now()` })
    .where('id', '=', id)
    .where('state', '=', 'queued')
    .execute();
  const found = await remediation(db, id);
  return found?.state === 'running' || found?.state === 'waiting' ? found : undefined;
}

/** Shows where it is. Nothing else hangs on it. */
export async function setStage(db: Store, id: string, stage: RemediationStage): Promise<void> {
  await db
    .updateTable('remediation')
    .set({ stage })
    .where('id', '=', id)
    .where('stage', '<>', stage)
    .where('state', 'in', ['running', 'waiting'])
    .execute();
}

/** @returns whether it was still under way */
export async function endRemediation(
  db: Store,
  id: string,
  state: 'done' | 'failed' | 'cancelled' | 'superseded',
  error?: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('remediation')
    .set({ state, ended_at: sql<string>`now()`, ...(error === undefined ? {} : { error }) })
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'running', 'waiting'])
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Writes down what the search left, and that its changes are stored. */
export async function markProven(
  db: Store,
  id: string,
  left: { readonly unfixed: readonly UnfixedFinding[]; readonly problems: readonly Problem[] },
): Promise<void> {
  await db
    .updateTable('remediation')
    .set({
      state: 'waiting',
      stage: 'decide',
      proven_at: sql<string>`now()`,
      unfixed: JSON.stringify(left.unfixed),
      problems: JSON.stringify(left.problems),
    })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute();
}

/**
 * Ends a remediation none of whose changes can still come to anything: `done`, or `superseded`
 * where that is what became of all of them.
 */
export async function endWhenSettled(db: Store, id: string): Promise<boolean> {
  // Of two last changes that end at the same time, each would see the other one still open.
  await db.selectFrom('remediation').select('id').where('id', '=', id).forUpdate().execute();
  const { numUpdatedRows } = await db
    .updateTable('remediation')
    .set({
      ended_at: sql<string>`now()`,
      stage: 'record',
      state: sql<'done' | 'superseded'>`case when exists (select from change
          where remediation_id = remediation.id)
        and not exists (select from change
          where remediation_id = remediation.id and state <> 'superseded')
        then 'superseded' else 'done' end`,
    })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .where('proven_at', 'is not', null)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('change')
            .select('change.id')
            .whereRef('change.remediation_id', '=', 'remediation.id')
            .where('change.state', 'in', [
              'observed',
              'suggested',
              'awaiting-approval',
              'scheduled',
              'handed-over',
            ]),
        ),
      ),
    )
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
