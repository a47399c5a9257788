import { openIndex } from '../../advisories/open-index.ts';
import type { AdvisoryChanges } from '../../ports/advisory-index.ts';
import { beginSync, endSync, finishSync } from '../../store/feed-syncs.ts';
import { recordFindings } from '../../store/findings.ts';
import { announce } from '../../store/live-events.ts';
import {
  beginScan,
  componentsCounted,
  finishScan,
  neverScanned,
  queueScan,
} from '../../store/scans.ts';
import { putSetting, setting } from '../../store/settings.ts';
import { InventoryMatcher } from '../inventory-matcher.ts';
import {
  type AdvisoryDelta,
  type AssessedAsset,
  advisoryDelta,
  matchPage,
} from '../match-inventory.ts';
import type { SyncReport } from '../sync.ts';
import type { Control } from './control.ts';
import { failureText, step } from './durable.ts';
import { catchUpIndex, syncHere } from './local-index.ts';
import { runId } from './names.ts';
import { policyInForce } from './policy-in-force.ts';

const SYNC_MS = 60 * 60_000;
const PAGE = 500;
const NEVER_SCANNED_AT_ONCE = 10_000;
/** The version of the index that assets were last matched with. */
const MATCHED_WITH = 'matched-index';

interface Delta extends AdvisoryDelta {
  readonly version: string;
  readonly packages: number;
}

/**
 * Syncs the feeds, works out what the difference can touch, and looks at that: what only inventories
 * are known of is matched here, page by page; repositories are scanned, for their code says more.
 */
export async function syncFeeds(control: Control, id: string): Promise<void> {
  const { store } = control;
  await step('wait while paused', () => control.pause.off());
  if (!(await step('begin', () => begin(control, id)))) return;
  try {
    const report = await step('sync', () => synced(control), { timeoutMs: SYNC_MS });
    const delta = await step('what changed', () => whatChanged(control));
    let touched = 0;
    let after: string | undefined;
    do {
      const page = await step('look at assets', () => lookAt(control, id, delta, after));
      touched += page.touched;
      after = page.next;
    } while (after !== undefined);
    await step('scan what waited for a first sync', () => scanNeverScanned(control, id));
    await step('record', async () => {
      await putSetting(store, MATCHED_WITH, delta.version);
      await finishSync(store, id, {
        ...report,
        packagesChanged: delta.packages,
        assetsTouched: touched,
      });
      await announce(store, 'sync', id);
    });
  } catch (error) {
    await step('fail', async () => {
      const why = failureText(error);
      if (!(await endSync(store, id, 'failed', why))) return;
      control.log.warn({ run: id }, `feeds were not synced: ${why}`);
      await announce(store, 'sync', id);
    });
  }
}

async function begin({ store }: Control, id: string): Promise<boolean> {
  const begun = await beginSync(store, id);
  if (begun) await announce(store, 'sync', id);
  return begun;
}

async function synced(
  control: Control,
): Promise<Pick<SyncReport, 'feeds' | 'changes' | 'problems'>> {
  const { feeds, changes, problems } = await syncHere(control);
  return { feeds, changes, problems };
}

async function whatChanged(control: Control): Promise<Delta> {
  const { services, store } = control;
  // A step may be taken up by another machine than the one that synced.
  await catchUpIndex(control);
  const index = openIndex(services.home);
  try {
    const before = await setting(store, MATCHED_WITH);
    const version = typeof before === 'string' ? before : undefined;
    const changes: AdvisoryChanges = index.changesSince(version);
    const delta = await advisoryDelta(store, changes, index, services.ecosystems);
    const packages = changes.everything ? 0 : changes.packages.length;
    return { ...delta, version: index.version, packages };
  } finally {
    await index.close();
  }
}

async function lookAt(
  control: Control,
  id: string,
  delta: Delta,
  after: string | undefined,
): Promise<{ readonly touched: number; readonly next?: string }> {
  const { services, store } = control;
  await catchUpIndex(control);
  const index = services.openIndex();
  try {
    const matcher = new InventoryMatcher(index, services.ecosystems);
    const { policy } = await policyInForce(store);
    const at = { limit: PAGE, ...(after === undefined ? {} : { after }) };
    const now = services.clock.now();
    const page = await matchPage(store, matcher, delta, at, { now, policy });
    for (const one of page.assessed) await record(control, id, one, now);
    for (const assetId of page.rescan) {
      const workflowId = runId('scan', id, assetId);
      await queueScan(store, { assetId, trigger: 'advisories', workflowId });
    }
    const touched = page.assessed.length + page.rescan.length;
    return { touched, ...(page.next === undefined ? {} : { next: page.next }) };
  } finally {
    await index.close();
  }
}

/** What could not be scanned for want of an index. */
async function scanNeverScanned({ store }: Control, id: string): Promise<void> {
  for (const assetId of await neverScanned(store, NEVER_SCANNED_AT_ONCE)) {
    const workflowId = runId('scan', id, assetId);
    await queueScan(store, { assetId, trigger: 'advisories', workflowId });
  }
}

/** What was matched by inventory is a scan as well, and shown as one. */
async function record(
  control: Control,
  syncId: string,
  assessed: AssessedAsset,
  now: Date,
): Promise<void> {
  const { store } = control;
  const workflowId = runId('scan', syncId, assessed.id);
  await queueScan(store, { assetId: assessed.id, trigger: 'advisories', workflowId });
  const run = await beginScan(store, workflowId);
  if (run === undefined) return;
  const recorded = await recordFindings(store, {
    assetId: assessed.id,
    scanId: run.id,
    findings: assessed.findings,
    whole: true,
    now: now.toISOString(),
  });
  await finishScan(store, workflowId, {
    commit: null,
    components: await componentsCounted(store, assessed.id),
    open: recorded.open,
    added: recorded.added.length,
    closed: recorded.closed.length,
    problems: assessed.problems,
  });
}
