import { Cron } from 'croner';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { Notifier } from '../../ports/notifier.ts';
import { awaitedMerges } from '../../store/changes.ts';
import { checkpointWhenDue } from '../../store/checkpoints.ts';
import { expireExceptions } from '../../store/exceptions.ts';
import { keepExposure } from '../../store/exposure.ts';
import { foldFindingDeltas } from '../../store/finding-deltas.ts';
import { dueAssets, queueScan, setNextScan } from '../../store/scans.ts';
import { setting } from '../../store/settings.ts';
import { deliverDue } from '../deliver.ts';
import type { ControlClient } from './client.ts';
import type { Job } from './clockwork.ts';
import type { Control } from './control.ts';
import { escalateApprovals, warnOfDeadlines } from './escalations.ts';
import { warnOfExpiringExceptions } from './expiring-exceptions.ts';
import { untoldChanges } from './forgotten.ts';
import { mend } from './mend.ts';
import { runId } from './names.ts';
import { policyInForce } from './policy-in-force.ts';
import { mirrorOf, watchedAsset } from './repository.ts';
import { forgetOld } from './retention.ts';

export interface JobOptions {
  readonly client: ControlClient;
  readonly notifiers: readonly Notifier[];
  /** Where people reach the page, without a slash at its end. */
  readonly publicUrl: () => Promise<string>;
}

/** Cron expressions (UTC) that hold where an asset or the installation says nothing. */
const DEFAULT_SCHEDULES = { scan: '0 3 * * *', sync: '15 */6 * * *' };
const AT_ONCE = 200;

/** All that is done by the clock. */
export function jobs({ client, notifiers, publicUrl }: JobOptions): readonly Job[] {
  const job = (
    name: string,
    everySeconds: number,
    run: Job['run'],
    leaseSeconds: number = Math.max(120, 3 * everySeconds),
  ): Job => ({ name, everySeconds, leaseSeconds, run });
  return [
    job('start what was written down', 2, async () => {
      await client.enqueueForgotten();
    }),
    job('scan what is due', 10, (control) => scanDue(control)),
    job('sync feeds', 60, (control) => syncDue(control, client)),
    job('watch for merges', 60, (control) => watchMerges(control, client), 900),
    job('tell workflows', 15, (control) => tellWorkflows(control, client)),
    job('mend', 60, (control) => mend(control)),
    job('escalate', 60, (control) => escalateApprovals(control)),
    job('warn of deadlines', 900, (control) => warnOfDeadlines(control)),
    job('expire exceptions', 60, async ({ store, services, key }) => {
      const { policy, version } = await policyInForce(store);
      const now = services.clock.now();
      await expireExceptions(store, {
        now,
        sign: key,
        policy: policy.exceptions,
        policyVersion: version,
      });
    }),
    job('deliver', 5, async ({ store, services, stopping }) => {
      await deliverDue(store, {
        notifiers,
        now: () => services.clock.now(),
        publicUrl: await publicUrl(),
        signal: stopping,
      });
    }),
    job('count findings', 30, async ({ store }) => {
      await foldFindingDeltas(store);
    }),
    job('write exposure down', 600, async ({ store, services }) => {
      await keepExposure(store, services.clock.now().toISOString());
    }),
    job('sign where the log stands', 300, async ({ store, services, key }) => {
      await checkpointWhenDue(store, { now: services.clock.now(), sign: key });
    }),
    job('warn of expiring exceptions', 3600, (control) => warnOfExpiringExceptions(control)),
    job('forget what is old', 3600, (control) => forgetOld(control)),
  ];
}

async function scanDue(control: Control): Promise<void> {
  const { store, services } = control;
  if (await control.pause.paused()) return;
  const now = services.clock.now();
  const installed = (await schedules(control)).scan;
  for (const asset of await dueAssets(store, now, AT_ONCE)) {
    const next = nextTime(asset.schedule ?? installed, now, asset.identity);
    await store.transaction().execute(async (trx) => {
      if (!asset.served) {
        const workflowId = runId('scan', asset.id, 'due', now.toISOString());
        await queueScan(trx, { assetId: asset.id, trigger: 'schedule', workflowId });
      }
      await setNextScan(trx, asset.id, next);
    });
  }
}

async function syncDue(control: Control, client: ControlClient): Promise<void> {
  const { store, services } = control;
  if (await control.pause.paused()) return;
  const now = services.clock.now();
  const last = await store
    .selectFrom('feed_sync')
    .select('started_at')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const pattern = (await schedules(control)).sync;
  const due = last === undefined ? now : nextTime(pattern, new Date(last.started_at), 'feeds');
  if (due <= now) await client.requestSync();
}

/**
 * When a schedule is next due. Assets of one schedule are spread over the quarter of an hour that
 * follows, each always at the same place in it.
 */
export function nextTime(pattern: string, after: Date, who: string): Date {
  const next = new Cron(pattern, { timezone: 'UTC' }).nextRun(after);
  const fallback = new Date(after.getTime() + 24 * 3600_000);
  const spread = Number.parseInt(fingerprint([who]).slice(0, 8), 16) % 900_000;
  return new Date((next ?? fallback).getTime() + spread);
}

async function schedules(control: Control): Promise<typeof DEFAULT_SCHEDULES> {
  const set = await setting(control.store, 'schedules');
  return { ...DEFAULT_SCHEDULES, ...(set as Partial<typeof DEFAULT_SCHEDULES> | undefined) };
}

/** Asks repositories with changes that wait for a merge whether anything has moved. */
async function watchMerges(control: Control, client: ControlClient): Promise<void> {
  const { store, stopping, log } = control;
  for (const { assetId, scannedCommit } of await awaitedMerges(store)) {
    if (stopping.aborted || (await control.pause.paused())) return;
    try {
      const mirror = await mirrorOf(control, await watchedAsset(control, assetId));
      const { commit } = await mirror.remoteHead();
      if (commit === scannedCommit) continue;
      await client.requestScan(assetId, 'merge', { key: `head ${commit}` });
    } catch (error) {
      log.debug({ assetId, err: error }, 'a repository could not be asked');
    }
  }
}

async function tellWorkflows(control: Control, client: ControlClient): Promise<void> {
  const { version } = await policyInForce(control.store);
  for (const id of await untoldChanges(control.store, version)) await client.wakeChange(id);
}
