import { DBOS } from '@dbos-inc/dbos-sdk';
import { declareDead, takeOver } from '../../store/workers.ts';
import type { Control } from './control.ts';

export const BEAT_MS = 2000;
/** Fifteen missed beats. A worker that is away for longer has lost its work when it is back. */
export const SILENT_SECONDS = 30;

/**
 * Finds workers that stopped beating and puts what they had begun back into its queues, for any
 * worker to go on with. The engine by itself only takes up again what a process of the same name
 * had begun, and no two of ours have one name.
 *
 * @param silentSeconds absent: only those that are known to be gone are looked after
 */
export async function reap(
  { workerId, store, log }: Pick<Control, 'workerId' | 'store' | 'log'>,
  silentSeconds: number | undefined,
): Promise<void> {
  const dead = silentSeconds === undefined ? [] : await declareDead(store, silentSeconds);
  for (const id of dead) {
    log.warn({ worker: id }, 'a worker is gone; its work is taken over');
  }
  await takeOver(store, workerId, async (gone) => {
    const runs = await runsOf(gone);
    const byQueue = Map.groupBy(runs, ({ queueName }) => queueName);
    for (const [queueName, group] of byQueue) {
      const ids = group.map(({ workflowID }) => workflowID);
      await DBOS.resumeWorkflows(ids, queueName === undefined ? {} : { queueName });
    }
    if (runs.length > 0) log.info({ worker: gone, runs: runs.length }, 'taken over');
  });
}

/** What an executor had begun and not finished. */
async function runsOf(executorId: string) {
  return await DBOS.listWorkflows({
    executorId,
    status: 'PENDING',
    loadInput: false,
    loadOutput: false,
  });
}
