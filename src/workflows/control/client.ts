import { randomUUID } from 'node:crypto';
import { DBOSClient } from '@dbos-inc/dbos-sdk';
import { change } from '../../store/changes.ts';
import type { Store } from '../../store/database.ts';
import { queueSync } from '../../store/feed-syncs.ts';
import { announce } from '../../store/live-events.ts';
import { queueScan, type ScanTrigger } from '../../store/scans.ts';
import { cancelRun } from './cancel.ts';
import { QUIET } from './engine-log.ts';
import { enginePool, migrateEngine } from './engine-pool.ts';
import { forgottenRuns, undecidedChanges } from './forgotten.ts';
import { APPLICATION, QUEUE, runId, settleWorkflowId, WAKE, WORKFLOW } from './names.ts';

/** What other processes ask of the workers. Nothing of it waits for the work itself. */
export interface ControlClient {
  /**
   * Asks for a scan of an asset; while one waits to begin that one is meant.
   *
   * @param key the same key asks for the same scan (a webhook delivered twice)
   * @returns the run's id
   */
  requestScan(
    assetId: string,
    trigger: ScanTrigger,
    options?: { readonly by?: string; readonly key?: string },
  ): Promise<string>;
  /** Asks for a sync of the feeds. Returns the run's id. */
  requestSync(options?: { readonly by?: string }): Promise<string>;
  /** Makes a change's workflow look again, after a vote or an override. */
  wakeChange(changeId: string): Promise<void>;
  /** Makes all look again whose changes are still to be decided: another policy is in force. */
  wakeAll(): Promise<void>;
  /**
   * Stops a run where it is.
   *
   * @returns whether there was something to stop
   */
  cancelRun(id: string, cancel: { readonly by: string; readonly reason: string }): Promise<boolean>;
  /** Starts runs that were written down and, their process having died, never enqueued. */
  enqueueForgotten(): Promise<number>;
  close(): Promise<void>;
}

/** Connects to the durable engine's store. The engine itself runs in workers only. */
export async function openControlClient(databaseUrl: string, store: Store): Promise<ControlClient> {
  await migrateEngine(databaseUrl);
  const pool = enginePool(databaseUrl, 4);
  const engine = await DBOSClient.create({
    systemDatabaseUrl: databaseUrl,
    systemDatabasePool: pool,
    applicationName: APPLICATION,
    logger: QUIET,
  });
  return {
    ...controlClient(engine, store),
    async close() {
      await engine.destroy();
      await pool.end();
    },
  };
}

/** Scans that people wait for go before those of the clock. */
const PRIORITY: Readonly<Record<ScanTrigger, number>> = {
  demand: 1,
  registered: 1,
  merge: 1,
  push: 2,
  advisories: 3,
  schedule: 4,
};

function controlClient(engine: DBOSClient, store: Store): Omit<ControlClient, 'close'> {
  const enqueueScan = (id: string, assetId: string, trigger: ScanTrigger) =>
    engine.enqueue(
      {
        queueName: QUEUE.scan,
        workflowName: WORKFLOW.scanAsset,
        workflowID: id,
        queuePartitionKey: assetId,
        priority: PRIORITY[trigger],
      },
      id,
    );
  const enqueueRemediation = (id: string, assetId: string) =>
    engine.enqueue(
      {
        queueName: QUEUE.remediate,
        workflowName: WORKFLOW.remediate,
        workflowID: id,
        queuePartitionKey: assetId,
      },
      id,
    );
  const enqueueSync = (id: string) =>
    engine.enqueue({ queueName: QUEUE.sync, workflowName: WORKFLOW.syncFeeds, workflowID: id }, id);
  const wake = async (changeId: string) => {
    const found = await change(store, changeId);
    if (found === undefined) return;
    if (found.state === 'withheld' && found.override !== null) {
      // Its workflow ended when it was held back; a person takes it up again.
      const workflowID = `${settleWorkflowId(changeId)}-${Date.parse(found.override.at)}`;
      const workflowName = WORKFLOW.settleChange;
      await engine.enqueue({ queueName: QUEUE.settle, workflowName, workflowID }, changeId);
      return;
    }
    await engine.send(settleWorkflowId(changeId), 'look', WAKE).catch(ignoreNoneThere);
  };

  return {
    async requestScan(assetId, trigger, { by, key } = {}) {
      const workflowId = runId('scan', assetId, key ?? randomUUID());
      const id = await store.transaction().execute(async (trx) => {
        const request = { assetId, trigger, workflowId, ...(by === undefined ? {} : { by }) };
        const queued = await queueScan(trx, request);
        await announce(trx, 'scan', queued, assetId);
        return queued;
      });
      await enqueueScan(id, assetId, trigger);
      return id;
    },
    async requestSync({ by } = {}) {
      const id = await queueSync(store, {
        workflowId: runId('sync', randomUUID()),
        ...(by === undefined ? {} : { by }),
      });
      await announce(store, 'sync', id);
      await enqueueSync(id);
      return id;
    },
    wakeChange: wake,
    async wakeAll() {
      for (const id of await undecidedChanges(store)) await wake(id);
    },
    async cancelRun(id, cancel) {
      const stopped = await cancelRun(store, id, cancel);
      for (const changeId of stopped?.changeIds ?? []) await wake(changeId);
      if (stopped !== undefined) await engine.cancelWorkflow(id);
      return stopped !== undefined;
    },
    async enqueueForgotten() {
      const forgotten = await forgottenRuns(store);
      for (const { kind, id, assetId, trigger } of forgotten) {
        if (kind === 'scan') await enqueueScan(id, assetId, trigger as ScanTrigger);
        else if (kind === 'remediation') await enqueueRemediation(id, assetId);
        else await enqueueSync(id);
      }
      return forgotten.length;
    },
  };
}

/** A change whose workflow has not begun yet looks by itself when it does. */
function ignoreNoneThere(error: unknown): void {
  if (error instanceof Error && /non-existent/i.test(error.message)) return;
  throw error;
}
