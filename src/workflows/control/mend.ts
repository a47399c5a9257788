import { DBOS } from '@dbos-inc/dbos-sdk';
import { endSync } from '../../store/feed-syncs.ts';
import { applyFindingEvent } from '../../store/findings.ts';
import { announce } from '../../store/live-events.ts';
import { endRemediation, remediation } from '../../store/remediations.ts';
import { endScan } from '../../store/scans.ts';
import type { Control } from './control.ts';
import { lostRuns, orphanedChanges } from './forgotten.ts';
import { QUEUE, settleWorkflowId, WORKFLOW } from './names.ts';

/**
 * Brings store and engine together again where they disagree: runs that the engine has given up are
 * ended, and open changes that nobody sees through get a workflow.
 */
export async function mend(control: Control): Promise<void> {
  const { store, log } = control;
  for (const { kind, id, status } of await lostRuns(store)) {
    const why = `The run was given up (${status.toLowerCase()}); the worker's log has more.`;
    log.error({ run: id, status }, 'a run was lost');
    if (kind === 'scan') await endScan(store, id, 'failed', why);
    else if (kind === 'sync') await endSync(store, id, 'failed', why);
    else await endLostRemediation(control, id, why);
  }
  for (const { id, attempt } of await orphanedChanges(store)) {
    log.warn({ change: id }, 'a change had no workflow');
    await DBOS.enqueueWorkflowWithOptions(
      {
        queueName: QUEUE.settle,
        workflowName: WORKFLOW.settleChange,
        workflowID: attempt === 0 ? settleWorkflowId(id) : `${settleWorkflowId(id)}-${attempt}`,
      },
      id,
    );
  }
}

async function endLostRemediation({ store }: Control, id: string, why: string): Promise<void> {
  await store.transaction().execute(async (trx) => {
    const run = await remediation(trx, id);
    if (run === undefined || !(await endRemediation(trx, id, 'failed', why))) return;
    await applyFindingEvent(trx, run.findingIds, 'work-ended', {
      actor: 'workflow',
      because: why,
    });
    await announce(trx, 'remediation', id, run.assetId);
  });
}
