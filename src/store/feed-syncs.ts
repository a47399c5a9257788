import { sql } from 'kysely';
import type { Problem } from '../domain/problem.ts';
import type { FeedState } from '../domain/report.ts';
import type { Store } from './database.ts';

/**
 * Asks for a sync of the feeds; while one waits or runs that one is meant.
 *
 * @returns the run to enqueue; twice is no harm
 */
export async function queueSync(
  db: Store,
  request: { readonly workflowId: string; readonly by?: string },
): Promise<string> {
  for (;;) {
    await db
      .insertInto('feed_sync')
      .values({ workflow_id: request.workflowId, requested_by: request.by ?? null })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const active = await db
      .selectFrom('feed_sync')
      .select('workflow_id')
      .where((eb) =>
        eb.or([
          eb('workflow_id', '=', request.workflowId),
          eb('state', 'in', ['queued', 'running']),
        ]),
      )
      .orderBy(sql`workflow_id = ${request.workflowId}`, 'desc')
      .limit(1)
      .executeTakeFirst();
    if (active !== undefined) return active.workflow_id;
  }
}

/** `false`: it has ended or was cancelled, and is not to run. */
export async function beginSync(db: Store, workflowId: string): Promise<boolean> {
  await db
    .updateTable('feed_sync')
    .set({ state: 'running', started_at: sql<string>`now()` })
    .where('workflow_id', '=', workflowId)
    .where('state', '=', 'queued')
    .execute();
  const row = await db
    .selectFrom('feed_sync')
    .select('state')
    .where('workflow_id', '=', workflowId)
    .executeTakeFirst();
  return row?.state === 'running';
}

export interface SyncResult {
  readonly feeds: readonly FeedState[];
  /** Records, over all feeds. */
  readonly changes: { readonly added: number; readonly changed: number; readonly removed: number };
  readonly packagesChanged: number;
  readonly assetsTouched: number;
  readonly problems: readonly Problem[];
}

export async function finishSync(db: Store, workflowId: string, result: SyncResult): Promise<void> {
  await db
    .updateTable('feed_sync')
    .set({
      state: 'done',
      ended_at: sql<string>`now()`,
      feeds: JSON.stringify(result.feeds),
      changes: JSON.stringify(result.changes),
      packages_changed: result.packagesChanged,
      assets_touched: result.assetsTouched,
      problems: JSON.stringify(result.problems),
    })
    .where('workflow_id', '=', workflowId)
    .where('state', '=', 'running')
    .execute();
}

/** @returns whether it was still to end */
export async function endSync(
  db: Store,
  workflowId: string,
  state: 'failed' | 'cancelled',
  error: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('feed_sync')
    .set({ state, error, ended_at: sql<string>`now()` })
    .where('workflow_id', '=', workflowId)
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export interface ShownSync {
  readonly workflowId: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly feeds: readonly FeedState[];
  readonly packagesChanged: number | null;
  readonly assetsTouched: number | null;
  readonly problems: readonly Problem[];
  readonly error: string | null;
}

export async function lastSync(
  db: Store,
  state?: ShownSync['state'],
): Promise<ShownSync | undefined> {
  let query = db
    .selectFrom('feed_sync')
    .select(['workflow_id as workflowId', 'state', 'started_at as startedAt'])
    .select(['ended_at as endedAt', 'feeds', 'packages_changed as packagesChanged'])
    .select(['assets_touched as assetsTouched', 'problems', 'error'])
    .orderBy('id', 'desc')
    .limit(1);
  if (state !== undefined) query = query.where('state', '=', state);
  return (await query.executeTakeFirst()) as ShownSync | undefined;
}
