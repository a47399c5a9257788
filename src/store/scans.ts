import { sql } from 'kysely';
import type { Problem } from '../domain/problem.ts';
import type { Store } from './database.ts';

export type ScanTrigger = 'registered' | 'schedule' | 'demand' | 'push' | 'advisories' | 'merge';

export interface ScanRequest {
  readonly assetId: string;
  readonly trigger: ScanTrigger;
  /** Id for a new run. */
  readonly workflowId: string;
  /** User id. */
  readonly by?: string;
}

/**
 * Asks for a scan. While one of the asset waits to begin that one is meant; one that runs already
 * may have read the repository before what this one is to see, so it does not count.
 *
 * @returns the run to enqueue; enqueuing it twice is no harm
 */
export async function queueScan(db: Store, request: ScanRequest): Promise<string> {
  const { assetId, trigger, workflowId, by } = request;
  for (;;) {
    const added = await db
      .insertInto('scan')
      .values({
        workflow_id: workflowId,
        asset_id: assetId,
        trigger,
        requested_by: by ?? null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('workflow_id')
      .executeTakeFirst();
    if (added !== undefined) return added.workflow_id;
    const known = await db
      .selectFrom('scan')
      .select('workflow_id')
      .where((eb) =>
        eb.or([
          eb('workflow_id', '=', workflowId),
          eb.and([eb('asset_id', '=', assetId), eb('state', '=', 'queued')]),
        ]),
      )
      .orderBy(sql`workflow_id = ${workflowId}`, 'desc')
      .limit(1)
      .executeTakeFirst();
    // It may have begun between the two statements; then there is room for a new one.
    if (known !== undefined) return known.workflow_id;
  }
}

export interface ScanRun {
  readonly id: string;
  readonly workflowId: string;
  readonly assetId: string;
  readonly trigger: ScanTrigger;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
}

export async function scanRun(db: Store, workflowId: string): Promise<ScanRun | undefined> {
  return await db
    .selectFrom('scan')
    .select(['id', 'workflow_id as workflowId', 'asset_id as assetId', 'trigger', 'state'])
    .where('workflow_id', '=', workflowId)
    .executeTakeFirst();
}

/** Marks a scan as begun. `undefined`: it was cancelled or has ended, and is not to run. */
export async function beginScan(db: Store, workflowId: string): Promise<ScanRun | undefined> {
  await db
    .updateTable('scan')
    .set({ state: 'running', started_at: sql<string>`now()` })
    .where('workflow_id', '=', workflowId)
    .where('state', '=', 'queued')
    .execute();
  const run = await scanRun(db, workflowId);
  return run?.state === 'running' ? run : undefined;
}

export interface ScanResult {
  readonly commit: string | null;
  readonly components: number;
  readonly open: number;
  readonly added: number;
  readonly closed: number;
  readonly problems: readonly Problem[];
}

export async function finishScan(db: Store, workflowId: string, result: ScanResult): Promise<void> {
  await db
    .updateTable('scan')
    .set({
      state: 'done',
      commit: result.commit,
      ended_at: sql<string>`now()`,
      components: result.components,
      findings_open: result.open,
      findings_new: result.added,
      findings_closed: result.closed,
      problems: JSON.stringify(result.problems),
    })
    .where('workflow_id', '=', workflowId)
    .where('state', '=', 'running')
    .execute();
}

/** @returns whether it was still to end */
export async function endScan(
  db: Store,
  workflowId: string,
  state: 'failed' | 'cancelled',
  error: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('scan')
    .set({ state, error, ended_at: sql<string>`now()` })
    .where('workflow_id', '=', workflowId)
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export interface DueAsset {
  readonly id: string;
  readonly identity: string;
  /** Cron expression, UTC; `null`: the server's default. */
  readonly schedule: string | null;
  /** It was scanned, or is about to be, since it was due: for being asked for, or pushed to. */
  readonly served: boolean;
}

/** Repositories whose next scan is due, longest first. */
export async function dueAssets(db: Store, now: Date, limit: number): Promise<readonly DueAsset[]> {
  return await db
    .selectFrom('asset')
    .select(['id', 'identity', 'schedule'])
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('scan')
            .select('scan.id')
            .whereRef('scan.asset_id', '=', 'asset.id')
            .whereRef('scan.started_at', '>=', 'asset.next_scan_at')
            .where('scan.state', 'in', ['queued', 'running', 'done']),
        )
        .$castTo<boolean>()
        .as('served'),
    )
    .where('archived_at', 'is', null)
    .where('kind', '<>', 'host')
    .where('next_scan_at', '<=', now.toISOString())
    .orderBy('next_scan_at')
    .limit(limit)
    .execute();
}

export async function setNextScan(db: Store, assetId: string, at: Date): Promise<void> {
  await db.updateTable('asset').set({ next_scan_at: at }).where('id', '=', assetId).execute();
}

/** What a scan that succeeded leaves on the asset. */
export async function markScanned(
  db: Store,
  assetId: string,
  scan: { readonly commit: string | null; readonly at: Date },
): Promise<void> {
  await db
    .updateTable('asset')
    .set({ scanned_at: scan.at, scanned_commit: scan.commit })
    .where('id', '=', assetId)
    .execute();
}

/**
 * When each finding of an asset was first seen, as day (UTC) by id: deadlines run from there. One
 * that was closed and comes back starts anew.
 */
export async function firstSeenDates(
  db: Store,
  assetId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('finding')
    .select(['id', 'first_seen'])
    .where('asset_id', '=', assetId)
    .where('state', '<>', 'verified-closed')
    .execute();
  return new Map(rows.map(({ id, first_seen }) => [id, first_seen.slice(0, 10)]));
}

/** How many components an asset's inventory has. */
export async function componentsCounted(db: Store, assetId: string): Promise<number> {
  const row = await db
    .selectFrom('asset')
    .innerJoin('inventory', 'inventory.id', 'asset.inventory_id')
    .select('component_count')
    .where('asset.id', '=', assetId)
    .executeTakeFirst();
  return row?.component_count ?? 0;
}

/** Assets that no scan has ever succeeded on and that none waits for, oldest first. */
export async function neverScanned(db: Store, limit: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('asset')
    .select('id')
    .where('archived_at', 'is', null)
    .where('scanned_at', 'is', null)
    .where('kind', '<>', 'host')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}
