import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { sql } from 'kysely';
import { type Mirror, removeMirror } from '../../platform/mirror.ts';
import { trimNotifications } from '../../store/deliveries.ts';
import { forgetExpired } from '../../store/expired.ts';
import { sweepInventories } from '../../store/inventory-sweep.ts';
import { trimLiveEvents } from '../../store/live-events.ts';
import { forgetWorkers } from '../../store/workers.ts';
import type { Control } from './control.ts';
import { mirrorFolder } from './repository.ts';

const RUNS_DAYS = 30;
const EVENTS_HOURS = 24;
const NOTIFICATIONS_DAYS = 180;
const SCANS_DAYS = 400;
const AT_ONCE = 500;

/**
 * Lets go of what only the machinery needed: finished runs in the engine's store, live events that
 * everybody has read, workers long gone. What people decided and what happened stays.
 */
export async function forgetOld(control: Control): Promise<void> {
  const { store, services } = control;
  const before = new Date(services.clock.now().getTime() - RUNS_DAYS * 24 * 3600_000).toISOString();
  for (;;) {
    const old = await DBOS.listWorkflows({
      status: ['SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'],
      completedBefore: before,
      limit: AT_ONCE,
      loadInput: false,
      loadOutput: false,
    });
    if (old.length > 0) await DBOS.deleteWorkflows(old.map(({ workflowID }) => workflowID));
    if (old.length < AT_ONCE) break;
  }
  const now = services.clock.now().getTime();
  await trimLiveEvents(store, new Date(now - EVENTS_HOURS * 3600_000).toISOString());
  await trimNotifications(store, new Date(now - NOTIFICATIONS_DAYS * 24 * 3600_000));
  await sql`delete from scan where ended_at < now() - make_interval(days => ${SCANS_DAYS})`.execute(
    store,
  );
  await forgetWorkers(store, RUNS_DAYS);
  await forgetExpired(store);
  await sweepInventories(store);
}

/** Removes mirrors of assets that are watched no more; each machine has its own to clear. */
export async function clearMirrors({ store, services }: Control): Promise<void> {
  const folder = join(services.home, 'repositories');
  const kept = await readdir(folder).catch((): string[] => []);
  const ids = kept.filter((name) => /^\d+$/.test(name));
  if (ids.length === 0) return;
  const watched = await store
    .selectFrom('asset')
    .select('id')
    .where('id', 'in', ids)
    .where('archived_at', 'is', null)
    .execute();
  const keep = new Set(watched.map(({ id }) => id));
  for (const id of ids) {
    if (!keep.has(id)) await removeMirror(mirrorFolder(services.home, id));
  }
}

const TIDY_DAYS = 7;

/** Packs a mirror now and then: every fetch and every change that was made leave some files. */
export async function tidyNowAndThen(mirror: Mirror, folder: string, now: Date): Promise<void> {
  const mark = join(folder, 'tidied');
  const last = await stat(mark).catch(() => undefined);
  if (last !== undefined && now.getTime() - last.mtimeMs < TIDY_DAYS * 24 * 3600_000) return;
  await writeFile(mark, '');
  // A new one has nothing to tidy yet.
  if (last !== undefined) await mirror.tidy();
}
