import { setTimeout as sleep } from 'node:timers/promises';
import { lastSync } from '../../store/feed-syncs.ts';
import { type SyncReport, sync, syncStatus } from '../sync.ts';
import type { Control } from './control.ts';

/** The last sync of the feeds that this process knows to have caught up with, by home. */
const caughtUp = new Map<string, string>();

/**
 * Brings this machine's advisory index up to the last sync of the feeds: each machine reads its own
 * copy, and one that has just joined, or was away, is behind.
 */
export async function catchUpIndex(control: Control): Promise<void> {
  const { services } = control;
  const last = await firstSync(control);
  if (last === undefined || caughtUp.get(services.home) === last.workflowId) return;
  const here = await syncStatus(services.home, services.clock.now());
  const behind = last.feeds.some(
    ({ name, syncedAt }) => (here.find((feed) => feed.name === name)?.syncedAt ?? '') < syncedAt,
  );
  if (behind) await syncHere(control);
  caughtUp.set(services.home, last.workflowId);
}

const FIRST_SYNC_MS = 20 * 60_000;
const LOOK_AGAIN_MS = 1000;

/**
 * The last sync that was done. What is registered on a new installation waits for its first one, as
 * long as that is under way.
 */
async function firstSync({ store, services, stopping }: Control) {
  const deadline = performance.now() + FIRST_SYNC_MS;
  for (;;) {
    const done = await lastSync(store, 'done');
    if (done !== undefined || performance.now() > deadline) return done;
    const here = await syncStatus(services.home, services.clock.now());
    const active = await lastSync(store);
    if (here.length > 0 || (active?.state !== 'queued' && active?.state !== 'running')) return done;
    await sleep(LOOK_AGAIN_MS, undefined, { signal: stopping });
  }
}

/** Syncs the index of this machine from where the installation takes its feeds. */
export async function syncHere(control: Control): Promise<SyncReport> {
  const { services, feedSource } = control;
  return await sync({
    home: services.home,
    ...(feedSource === undefined ? {} : { from: feedSource }),
    ecosystems: services.ecosystems.map(({ osvName }) => osvName),
    feeds: await services.feeds(),
    progress: () => {},
    now: services.clock.now(),
  });
}
