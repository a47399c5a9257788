import { randomBytes } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Pool } from 'pg';
import { signingKey } from '../../platform/keys.ts';
import type { Log } from '../../platform/log.ts';
import type { Notifier } from '../../ports/notifier.ts';
import type { Store } from '../../store/database.ts';
import { beat, leave, registerWorker } from '../../store/workers.ts';
import type { Services } from '../services.ts';
import { openControlClient } from './client.ts';
import { runClockwork } from './clockwork.ts';
import type { Control } from './control.ts';
import { engineLog } from './engine-log.ts';
import { enginePool } from './engine-pool.ts';
import { jobs } from './jobs.ts';
import { APPLICATION, QUEUE, WORKFLOW_VERSION } from './names.ts';
import { watchPause } from './pause.ts';
import { BEAT_MS, reap, SILENT_SECONDS } from './reaper.ts';
import { clearMirrors } from './retention.ts';
import { registerWorkflows } from './workflows.ts';

export interface WorkerOptions {
  readonly services: Services;
  readonly databaseUrl: string;
  readonly store: Store;
  readonly notifiers: readonly Notifier[];
  readonly log: Log;
  /** Where people reach the page, without a slash at its end; for links in notifications. */
  readonly publicUrl: () => Promise<string>;
  /** Folder or address of a feed mirror; absent: the feeds' public addresses. */
  readonly feedSource?: string;
  /** Runs at the same time of each kind; default by the machine's cores. */
  readonly concurrency?: number;
  /**
   * Called when the others have declared this worker dead (it was away for too long) and have taken
   * its work: the process has to end at once. Default: it does.
   */
  readonly onDeclaredDead?: () => void;
  /** For tests: how long a worker may be silent. */
  readonly silentSeconds?: number;
}

export interface Worker {
  readonly id: string;
  /**
   * Takes nothing new, gives what runs some time to come to the end of a step, and leaves. What it
   * did not finish is taken over by other workers, or by this machine's next.
   */
  stop(): Promise<void>;
}

const DRAIN_MS = 5000;

/**
 * Makes this process a worker: it runs workflows, and does its share of what is done by the clock.
 * As many as one likes on one database; one in a process.
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { services, store, log, databaseUrl } = options;
  const stop = new AbortController();
  const workerId = uniqueId();
  const control: Control = {
    workerId,
    services: quiet(services),
    store,
    log: log.child({ worker: workerId }),
    pause: watchPause(store, stop.signal),
    key: await signingKey(services.home),
    stopping: stop.signal,
    ...(options.feedSource === undefined ? {} : { feedSource: options.feedSource }),
  };
  const version = services.tool.version;
  // Before anything is begun: what is not written down here cannot be taken over.
  await registerWorker(store, { id: workerId, host: hostname(), pid: process.pid, version });
  const pool = enginePool(databaseUrl, 10);
  const cores = options.concurrency ?? availableParallelism();
  await launch(control, { url: databaseUrl, pool }, cores);
  const client = await openControlClient(databaseUrl, store);
  const clock = runClockwork(
    control,
    jobs({ client, notifiers: options.notifiers, publicUrl: options.publicUrl }),
  );
  const heart = beatOn(control, options);
  log.info({ worker: workerId, version }, 'worker started');
  return {
    id: workerId,
    async stop() {
      stop.abort();
      await Promise.all([clock, heart]);
      await DBOS.shutdown({ workflowCompletionTimeoutMS: DRAIN_MS, deregister: true });
      await leave(store, workerId);
      await client.close();
      await pool.end();
      log.info({ worker: workerId }, 'worker stopped');
    },
  };
}

/** Never the same for two processes, not even for two of one pid on one host. */
function uniqueId(): string {
  const start = Math.round(performance.timeOrigin).toString(36);
  return `${hostname()}-${process.pid}-${start}-${randomBytes(3).toString('hex')}`;
}

/** What a person at a terminal is told of goes nowhere. */
function quiet(services: Services): Services {
  return { ...services, progress: () => {} };
}

async function launch(
  control: Control,
  database: { readonly url: string; readonly pool: Pool },
  cores: number,
): Promise<void> {
  DBOS.setConfig({
    name: APPLICATION,
    systemDatabaseUrl: database.url,
    systemDatabasePool: database.pool,
    executorID: control.workerId,
    applicationVersion: WORKFLOW_VERSION,
    enablePatching: true,
    logger: engineLog(control.log),
  });
  registerWorkflows(control);
  await DBOS.launch();
  const queue = { minPollingIntervalMs: 200, onConflict: 'always_update' } as const;
  // One run of an asset at a time: two would fetch, prove and hand over side by side.
  const perAsset = { ...queue, partitionConcurrency: 1 };
  await DBOS.registerQueue(QUEUE.scan, { ...perAsset, workerConcurrency: cores });
  await DBOS.registerQueue(QUEUE.remediate, {
    ...perAsset,
    // Each runs a project's tests, which use all cores by themselves.
    workerConcurrency: Math.max(1, Math.floor(cores / 2)),
  });
  await DBOS.registerQueue(QUEUE.sync, { ...queue, globalConcurrency: 1 });
  // They wait for people: any number of them.
  await DBOS.registerQueue(QUEUE.settle, queue);
}

async function beatOn(control: Control, options: WorkerOptions): Promise<void> {
  const { store, log, stopping, workerId } = control;
  const { silentSeconds = SILENT_SECONDS } = options;
  let turn = 0;
  let steadySince = performance.now();
  let away = false;
  while (!stopping.aborted) {
    try {
      if (!(await beat(store, workerId))) {
        log.fatal('declared dead by the others; this process ends');
        (options.onDeclaredDead ?? endProcess)();
        return;
      }
      if (away) log.info('the database is back');
      away = false;
      // When the database was away nobody could beat: others get the time to, before they are judged.
      const steady = performance.now() - steadySince > silentSeconds * 1000;
      await reap(control, steady ? silentSeconds : undefined);
      if (turn % 1800 === 0) await clearMirrors(control);
      turn += 1;
    } catch (error) {
      if (!away) log.warn({ err: error }, 'the database is away; everything waits for it');
      away = true;
      steadySince = performance.now();
    }
    await sleep(BEAT_MS, undefined, { signal: stopping }).catch(() => {});
  }
}

function endProcess(): void {
  process.exit(75);
}
