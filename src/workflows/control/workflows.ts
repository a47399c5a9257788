import { DBOS } from '@dbos-inc/dbos-sdk';
import { changesOf, openChanges, supersededSince } from '../../store/changes.ts';
import { type Remediation, remediation } from '../../store/remediations.ts';
import type { Control } from './control.ts';
import { step } from './durable.ts';
import { QUEUE, settleWorkflowId, WAKE, WORKFLOW } from './names.ts';
import { remediate, settleChange } from './remediate.ts';
import { scanAsset } from './scan-asset.ts';
import { syncFeeds } from './sync-feeds.ts';

/**
 * Tells the durable engine of the workflows, before it is launched. Their code may change between
 * releases while runs are in flight: steps of a workflow keep their order, and a new one goes in
 * behind `DBOS.patch` (docs/guide/durability.md).
 */
export function registerWorkflows(control: Control): void {
  const { store } = control;

  const remediating = DBOS.registerWorkflow(
    (id: string) => remediate(control, id, { settle: startSettling, wakeReplaced }),
    {
      name: WORKFLOW.remediate,
    },
  );
  const settling = DBOS.registerWorkflow(
    async (changeId: string) => {
      await settleChange(control, changeId, {
        startRemediation,
        wakeNext: () => wakeNext(changeId),
      });
    },
    { name: WORKFLOW.settleChange },
  );
  DBOS.registerWorkflow((id: string) => scanAsset(control, id, { startRemediation, wakeChanges }), {
    name: WORKFLOW.scanAsset,
  });
  DBOS.registerWorkflow((id: string) => syncFeeds(control, id), { name: WORKFLOW.syncFeeds });

  async function startRemediation(id: string): Promise<void> {
    const assetId = await step('which asset', async () => (await remediation(store, id))?.assetId);
    if (assetId === undefined) return;
    await DBOS.startWorkflow(remediating, {
      workflowID: id,
      queueName: QUEUE.remediate,
      enqueueOptions: { queuePartitionKey: assetId },
    })(id);
  }

  async function startSettling(changeId: string): Promise<void> {
    const workflowID = settleWorkflowId(changeId);
    await DBOS.startWorkflow(settling, { workflowID, queueName: QUEUE.settle })(changeId);
  }

  /** Those that are made on a change wait for it. */
  async function wakeNext(changeId: string): Promise<void> {
    const next = await step('who waits for it', () => madeOn(control, changeId));
    for (const id of next) await wake(id);
  }

  async function wakeReplaced({ assetId, startedAt }: Remediation): Promise<void> {
    const replaced = await step('who was replaced', () =>
      supersededSince(store, assetId, startedAt),
    );
    for (const id of replaced) await wake(id);
  }

  /** A scan may have seen what changes of the asset wait for. */
  async function wakeChanges(assetId: string): Promise<void> {
    const waiting = await step('who waits for the scan', async () =>
      (await openChanges(store, assetId))
        .filter(({ state }) => state === 'handed-over')
        .map(({ id }) => id),
    );
    for (const id of waiting) await wake(id);
  }

  /** One whose workflow has not begun looks by itself when it does. */
  async function wake(changeId: string): Promise<void> {
    await DBOS.send(settleWorkflowId(changeId), 'look', WAKE).catch(() => {});
  }
}

async function madeOn({ store }: Control, changeId: string): Promise<readonly string[]> {
  const row = await store
    .selectFrom('change')
    .select(['remediation_id', 'commit'])
    .where('id', '=', changeId)
    .executeTakeFirst();
  if (row === undefined) return [];
  const changes = await changesOf(store, row.remediation_id);
  return changes.filter(({ baseCommit }) => baseCommit === row.commit).map(({ id }) => id);
}
