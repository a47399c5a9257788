import { requestApproval } from '../../src/store/approvals.ts';
import { registerAsset } from '../../src/store/assets-register.ts';
import { moveChange } from '../../src/store/changes.ts';
import type { Store } from '../../src/store/database.ts';
import { recordDecision } from '../../src/store/decisions.ts';
import { applyFindingEvent, recordFindings } from '../../src/store/findings.ts';
import { storedChange } from './made-change.ts';
import { madeFinding } from './made-finding.ts';

const DAY_MS = 86_400_000;

/** A repository in production with findings of every band; returns its id. */
export async function storefront(store: Store): Promise<string> {
  const asset = await registerAsset(store, {
    kind: 'repository',
    name: 'storefront',
    location: 'https://git.example.com/storefront.git',
    owners: ['web'],
    context: { environment: 'production', exposure: 'internet', criticality: 1 },
  });
  const made = (name: string, more: Parameters<typeof madeFinding>[0]) =>
    madeFinding({ asset: asset.id, name, ...more });
  await recordFindings(store, {
    assetId: asset.id,
    scanId: '1',
    whole: true,
    now: new Date().toISOString(),
    findings: [
      made('lodash', { band: 'act', score: 91, kev: true, reachability: 'reachable' }),
      made('qs', { advisory: 'GHSA-hrpp-h998-j3pp', summary: 'Prototype poisoning' }),
      made('ms', { advisory: 'GHSA-3fx5-fwvr-xrjg', band: 'track', score: 4, fixedIn: [] }),
    ],
  });
  return asset.id;
}

/** A proven change of an asset that policy asks approvers about, as a worker leaves it. */
export async function waitingChange(store: Store, assetId: string, id: string): Promise<void> {
  const now = new Date();
  const { findings } = await storedChange(store, { id, assetId, now: now.toISOString() });
  const { seq } = await recordDecision(
    store,
    {
      kind: 'change',
      subject: { type: 'change', id },
      assetId,
      outcome: 'approve',
      because: 'No rule fits, and people are asked otherwise.',
      actor: { type: 'policy', version: 1 },
      rule: 'otherwise',
      inputs: { verdict: 'proven', confidence: 0.95 },
      factors: [{ name: 'confidence', value: '0.95 of 0.8 needed' }],
      alternatives: [{ outcome: 'withhold', why: 'its confidence is above the minimum' }],
      versions: { policy: '1' },
      key: `change:${id}:policy:1`,
    },
    { now },
  );
  await moveChange(store, id, { to: 'awaiting-approval', from: ['observed'] });
  await requestApproval(store, {
    changeId: id,
    quorum: 1,
    approvers: ['role:approver'],
    excluded: [],
    requestedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + 14 * DAY_MS).toISOString(),
    escalation: [],
    nextEscalationAt: new Date(now.getTime() + DAY_MS).toISOString(),
  });
  await applyFindingEvent(
    store,
    findings.map((finding) => finding.id),
    'approval-requested',
    { actor: 'policy', because: 'People are asked', changeId: id, decisionSeq: seq },
  );
}
