import { sql } from 'kysely';
import type { DecisionDraft } from '../../domain/decision.ts';
import type { ManagedAsset } from '../../domain/managed-asset.ts';
import { usersMeant } from '../../store/approvals.ts';
import { change, moveChange, type StoredChange } from '../../store/changes.ts';
import { recordDecision } from '../../store/decisions.ts';
import { announce } from '../../store/live-events.ts';
import { recordOutcome } from '../../store/outcomes.ts';
import { endWhenSettled } from '../../store/remediations.ts';
import type { Control } from './control.ts';
import { endChange } from './end-change.ts';
import { mirrorOf, watchedAsset } from './repository.ts';
import { tell } from './tell.ts';

/**
 * confirm closed, and record: whether the last scan of the asset saw a handed-over change's findings
 * gone. However they went (merged as proposed, squashed, done by hand) they are gone; and nothing
 * is believed that no scan has seen. Where what the change does is on the branch and a finding is
 * still there, it was not effective.
 */
export async function closeChange(control: Control, id: string): Promise<'ended' | 'waiting'> {
  const { store } = control;
  const found = await change(store, id);
  if (found?.state !== 'handed-over') return 'ended';
  const asset = await watchedAsset(control, found.assetId);
  const head = asset.scannedCommit;
  if (head === undefined) return 'waiting';
  const still = await stillThere(control, found);
  if (still.length === 0) {
    const merged = await isIn(control, asset, found, head);
    await close(control, asset, found, head, merged);
    return 'ended';
  }
  if (!(await wasSeenWhole(control, asset.id, head))) return 'waiting';
  if (!(await isIn(control, asset, found, head))) return 'waiting';
  await notEffective(control, asset, found, head, still);
  return 'ended';
}

/**
 * Findings it was to close that the last scan saw: the very same, or the same advisory in the
 * version that the change brought (which is another finding, and came up after it was made).
 */
async function stillThere(
  control: Control,
  found: StoredChange,
): Promise<readonly { readonly id: string; readonly package: string }[]> {
  const { rows } = await sql<{ id: string; package: string }>`
    select finding.id, finding.package from finding
    where finding.id = any(${[...found.closes]}::text[]) and finding.state <> 'verified-closed'
    union
    select later.id, later.package from finding
    join finding as later on later.asset_id = finding.asset_id
      and later.package = finding.package and later.advisory_id = finding.advisory_id
    join change on change.id = ${found.id}
    where finding.id = any(${[...found.closes]}::text[]) and later.exposed
      and later.first_seen > change.created_at
    order by id`.execute(control.store);
  return rows;
}

/** Whether a scan of this commit left nothing out: only then does what it saw speak against a change. */
async function wasSeenWhole(control: Control, assetId: string, commit: string): Promise<boolean> {
  const row = await control.store
    .selectFrom('scan')
    .select('id')
    .where('asset_id', '=', assetId)
    .where('commit', '=', commit)
    .where('state', '=', 'done')
    .where(sql<boolean>`not problems @> '[{"severity": "error"}]'`)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether the watched branch has the change: its commit, or its files just as it leaves them. */
async function isIn(
  control: Control,
  asset: ManagedAsset,
  found: StoredChange,
  head: string,
): Promise<boolean> {
  const mirror = await mirrorOf(control, asset);
  if (!(await mirror.fetchCommit(head))) await mirror.fetch();
  const { repository } = mirror;
  for (const [path, text] of Object.entries(found.contents)) {
    if ((await repository.fileAt(head, path)) !== (text ?? undefined)) {
      return await mirror.includes(head, found.commit);
    }
  }
  return true;
}

async function close(
  control: Control,
  asset: ManagedAsset,
  found: StoredChange,
  head: string,
  merged: boolean,
): Promise<void> {
  const { store, services } = control;
  const how = merged ? 'the change is in' : 'they went another way than proposed';
  const because = `Rescanned at ${head.slice(0, 12)}: its findings are gone (${how}).`;
  await store.transaction().execute(async (trx) => {
    const moved = await moveChange(trx, found.id, {
      to: 'closed',
      from: ['handed-over'],
      because,
      closedCommit: head,
    });
    if (!moved) return;
    if (merged) await recordOutcome(trx, { changeId: found.id, result: 'held', note: because });
    await endWhenSettled(trx, found.remediationId);
    await announce(trx, 'change', found.id, asset.id);
    await announce(trx, 'remediation', found.remediationId, asset.id);
    await tell(control, trx, {
      kind: 'change-closed',
      key: `closed:${found.id}`,
      recipients: await usersMeant(trx, ['owners'], asset.owners),
      title: `${asset.name}: ${found.title} is verified closed`,
      body: [because],
      link: `/changes/${found.id}`,
      urgency: 'digest',
      assetId: asset.id,
    });
    const outcome = merged ? 'closed' : 'closed-otherwise';
    await recordDecision(trx, closureDecision(control, asset, found, { head, outcome, because }), {
      now: services.clock.now(),
      sign: control.key,
    });
  });
}

async function notEffective(
  control: Control,
  asset: ManagedAsset,
  found: StoredChange,
  head: string,
  still: readonly { readonly id: string; readonly package: string }[],
): Promise<void> {
  const packages = [...new Set(still.map((one) => one.package))].join(', ');
  const because = `Rescanned at ${head.slice(0, 12)}: the change is in, and ${still.length} of its findings are still there (${packages}).`;
  await endChange(control, found.id, {
    to: 'not-effective',
    because,
    closedCommit: head,
    notification: {
      kind: 'change-not-effective',
      key: `not-effective:${found.id}`,
      recipients: await usersMeant(control.store, ['owners', 'role:approver'], asset.owners),
      title: `${asset.name}: ${found.title} did not close what it was to close`,
      body: [because],
      link: `/changes/${found.id}`,
      urgency: 'now',
      assetId: asset.id,
    },
    decision: closureDecision(control, asset, found, { head, outcome: 'not-effective', because }),
  });
}

/** What a rescan could have shown instead. */
const NOT_SO = {
  closed: { outcome: 'not-effective', why: 'the scan finds none of its findings any more' },
  'closed-otherwise': { outcome: 'closed', why: 'what it changes is not on the watched branch' },
  'not-effective': { outcome: 'closed', why: 'the scan still finds some of its findings' },
} as const;

function closureDecision(
  control: Control,
  asset: ManagedAsset,
  found: StoredChange,
  seen: { readonly head: string; readonly outcome: keyof typeof NOT_SO; readonly because: string },
): DecisionDraft {
  return {
    kind: 'closure',
    subject: { type: 'change', id: found.id },
    assetId: asset.id,
    outcome: seen.outcome,
    because: seen.because,
    actor: { type: 'policy', version: found.decidedByPolicy ?? 0 },
    inputs: { head: seen.head, commit: found.commit, findings: [...found.closes] },
    factors: [],
    alternatives: [NOT_SO[seen.outcome]],
    versions: { suture: control.services.tool.version },
    key: `closure:${found.id}`,
  };
}
