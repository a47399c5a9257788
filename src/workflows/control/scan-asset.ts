import type { Problem } from '../../domain/problem.ts';
import { stateScannedContext } from '../../store/asset-context.ts';
import { recordFindings } from '../../store/findings.ts';
import { recordInventory } from '../../store/inventory.ts';
import { announce } from '../../store/live-events.ts';
import { beginScan, endScan, finishScan, markScanned, type ScanRun } from '../../store/scans.ts';
import type { Control } from './control.ts';
import { failureText, step } from './durable.ts';
import { catchUpIndex } from './local-index.ts';
import { mirrorFolder, mirrorOf, watchedAsset } from './repository.ts';
import { tidyNowAndThen } from './retention.ts';
import { noteReverts } from './reverts.ts';
import { scanInventory } from './scan-inventory.ts';
import type { ScanOutcome } from './scan-outcome.ts';
import { scanCommit } from './scan-repository.ts';
import { tellFailed, tellOfScan } from './tell.ts';
import { queueWork } from './work.ts';

/** A clone over a slow line, and a monorepo's packages. */
const SCAN_MS = 40 * 60_000;

/**
 * fetch → scan → record → start what is to be done about it → tell those who wait for the result.
 *
 * @param startRemediation begins the durable run of a remediation that was written down
 */
export async function scanAsset(
  control: Control,
  runId: string,
  after: {
    readonly startRemediation: (id: string) => Promise<void>;
    readonly wakeChanges: (assetId: string) => Promise<void>;
  },
): Promise<void> {
  await step('wait while paused', () => control.pause.off());
  const run = await step('begin', () => begin(control, runId));
  if (run === undefined) return;
  try {
    const outcome = await step('scan and record', () => scanAndRecord(control, run), {
      attempts: 4,
      timeoutMs: SCAN_MS,
    });
    const work = await step('look for work', () => queueWork(control, outcome, runId));
    if (work !== undefined) await after.startRemediation(work);
    await step('tell', async () => {
      await tellOfScan(control, outcome);
      await noteReverts(control, outcome);
    });
    await after.wakeChanges(outcome.assetId);
  } catch (error) {
    await step('fail', () => fail(control, run, failureText(error)));
  }
}

async function begin({ store }: Control, runId: string): Promise<ScanRun | undefined> {
  const run = await beginScan(store, runId);
  if (run !== undefined) await announce(store, 'scan', runId, run.assetId);
  return run;
}

async function scanAndRecord(control: Control, run: ScanRun): Promise<ScanOutcome> {
  await catchUpIndex(control);
  const asset = await watchedAsset(control, run.assetId);
  const index = control.services.openIndex();
  try {
    if (asset.kind !== 'repository') {
      const scanned = await scanInventory(control, asset, index);
      return await record(control, run, { commit: null, ...scanned });
    }
    const mirror = await mirrorOf(control, asset);
    const { commit } = await mirror.fetch();
    await tidyNowAndThen(mirror, mirrorFolder(control.services.home, asset.id), new Date());
    await using result = await scanCommit(control, asset, { mirror, commit }, index);
    const { asset: scanned, observed, problems } = result.scanned;
    await stateScannedContext(
      control.store,
      asset.id,
      observed,
      control.services.clock.now().toISOString(),
    );
    await recordInventory(control.store, asset.id, scanned.components);
    const { findings } = scanned;
    return await record(control, run, {
      commit,
      findings,
      components: scanned.components.length,
      problems,
    });
  } finally {
    await index.close();
  }
}

interface Scanned {
  readonly commit: string | null;
  readonly findings: Parameters<typeof recordFindings>[1]['findings'];
  readonly components: number;
  readonly problems: readonly Problem[];
}

async function record(control: Control, run: ScanRun, scanned: Scanned): Promise<ScanOutcome> {
  const { store, services } = control;
  const now = services.clock.now();
  const { added, closed, reopened, open } = await recordFindings(store, {
    assetId: run.assetId,
    scanId: run.id,
    findings: scanned.findings,
    // What could not be read was not seen to be gone.
    whole: scanned.problems.every(({ severity }) => severity !== 'error'),
    now: now.toISOString(),
  });
  await store.transaction().execute(async (trx) => {
    await markScanned(trx, run.assetId, { commit: scanned.commit, at: now });
    await finishScan(trx, run.workflowId, {
      commit: scanned.commit,
      components: scanned.components,
      open,
      added: added.length,
      closed: closed.length,
      problems: scanned.problems,
    });
    await announce(trx, 'scan', run.workflowId, run.assetId);
    await announce(trx, 'asset', run.assetId, run.assetId);
  });
  return { assetId: run.assetId, commit: scanned.commit, added, reopened };
}

async function fail(control: Control, run: ScanRun, why: string): Promise<void> {
  const { assetId, workflowId } = run;
  const ended = await control.store.transaction().execute(async (trx) => {
    if (!(await endScan(trx, workflowId, 'failed', why))) return false;
    await announce(trx, 'scan', workflowId, assetId);
    await tellFailed(control, trx, { assetId, run: workflowId, why });
    return true;
  });
  if (ended) control.log.warn({ assetId, run: workflowId }, `scan failed: ${why}`);
}
