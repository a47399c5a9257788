import { setTimeout as sleep } from 'node:timers/promises';
import { endTurn, type Turn, takeTurn } from '../../store/turns.ts';
import type { Control } from './control.ts';
import { isDatabaseAway } from './database-away.ts';
import { failureText } from './durable.ts';

/** Something that is done again and again, by one worker of all at a time. */
export interface Job extends Turn {
  /** Has to bear being done twice, and being cut off. */
  readonly run: (control: Control) => Promise<void>;
}

const TICK_MS = 500;

/**
 * Does jobs when they are due, until the worker stops. Who does which is settled in the database; a
 * job that fails is said to and done again when it is due next.
 */
export async function runClockwork(control: Control, jobs: readonly Job[]): Promise<void> {
  const { stopping } = control;
  await Promise.all(
    jobs.map(async (job) => {
      const pause = Math.min(Math.max(job.everySeconds * 250, TICK_MS), 15_000);
      while (!stopping.aborted) {
        await turn(control, job);
        // Workers that started together do not ask together for ever.
        await sleep(pause * (0.75 + Math.random() / 2), undefined, { signal: stopping }).catch(
          () => {},
        );
      }
    }),
  );
}

async function turn(control: Control, job: Job): Promise<void> {
  const { store, workerId, log, stopping } = control;
  try {
    if (!(await takeTurn(store, job, workerId))) return;
    let failed: string | undefined;
    try {
      await job.run(control);
    } catch (error) {
      if (stopping.aborted) return;
      failed = failureText(error);
      log.warn({ job: job.name, err: error }, `${job.name} failed: ${failed}`);
    }
    await endTurn(store, job, workerId, failed);
  } catch (error) {
    // The database is away: another turn comes when it is back.
    if (!stopping.aborted && !isDatabaseAway(error)) {
      log.error({ job: job.name, err: error }, `${job.name} could not be done`);
    }
  }
}
