import type { AssetContext } from '../../domain/context.ts';
import type { ApprovalRule, ChangeVerdict, HandOverMode } from '../../domain/control-policy.ts';
import type { ManagedAsset } from '../../domain/managed-asset.ts';
import { excludedVoters, expiresAt, nextEscalationAt } from '../../stages/decide/approval.ts';
import { decide } from '../../stages/decide/decide.ts';
import {
  approval,
  requestApproval,
  settleApproval,
  usersMeant,
  votesOn,
} from '../../store/approvals.ts';
import { effectiveContext } from '../../store/asset-context.ts';
import { change, markDecided, moveChange, type StoredChange } from '../../store/changes.ts';
import { recordDecision } from '../../store/decisions.ts';
import { applyFindingEvent } from '../../store/findings.ts';
import { announce } from '../../store/live-events.ts';
import { remediation } from '../../store/remediations.ts';
import { changeDecision, overrideDecision } from './change-decisions.ts';
import type { Control } from './control.ts';
import { endChange } from './end-change.ts';
import { type PolicyInForce, policyInForce } from './policy-in-force.ts';
import { watchedAsset } from './repository.ts';
import { tell } from './tell.ts';
import { queueWork } from './work.ts';

/** What is next for a change. */
export type Decided =
  | {
      readonly next: 'end';
      /** A remediation that was asked for instead. */
      readonly start?: string;
    }
  /** ISO 8601; absent: until something happens. */
  | { readonly next: 'wait'; readonly until?: string }
  | { readonly next: 'hand-over'; readonly mode: HandOverMode; readonly because: string };

interface Case {
  readonly control: Control;
  readonly change: StoredChange;
  readonly asset: ManagedAsset;
  readonly context: AssetContext;
  readonly inForce: PolicyInForce;
  readonly verdict: ChangeVerdict;
  readonly now: Date;
}

/**
 * decide: what policy says of a change now, and what people have said. Looked at anew whenever
 * something happens (a vote, an override, another policy, a moment that was waited for), so that
 * what holds is always what is true now; everything it writes is written once.
 */
export async function decideChange(control: Control, id: string): Promise<Decided> {
  const { store, services } = control;
  const found = await change(store, id);
  if (found === undefined || !UNDECIDED.has(found.state)) return { next: 'end' };
  const asset = await watchedAsset(control, found.assetId);
  const inForce = await policyInForce(store);
  const context = await effectiveContext(store, asset.id);
  const now = services.clock.now();
  const verdict = decide({
    policy: inForce.policy,
    policyVersion: inForce.version,
    asset,
    context,
    change: found.detail,
    findings: found.closing,
    now,
  });
  const one: Case = { control, change: found, asset, context, inForce, verdict, now };
  if (found.override !== null) return await overridden(one, found.override);
  await remember(one);
  // Held back before policy was asked; only a person takes it out.
  if (found.state === 'withheld') return { next: 'end' };
  switch (verdict.outcome) {
    case 'withhold':
      await endChange(control, id, { to: 'withheld', because: verdict.because });
      return { next: 'end' };
    case 'observe':
      await show(one, 'observed');
      return { next: 'wait' };
    case 'suggest':
      await show(one, 'suggested');
      return { next: 'wait' };
    case 'approve':
      return await asked(one, verdict.approval ?? inForce.policy.approval);
    case 'auto':
      return await inWindow(one);
  }
}

const UNDECIDED: ReadonlySet<StoredChange['state']> = new Set([
  'withheld',
  'observed',
  'suggested',
  'awaiting-approval',
  'scheduled',
]);

/** What policy said goes into the log once for each version of it that was asked. */
async function remember(one: Case): Promise<void> {
  const { control, change: found, inForce, now } = one;
  const { rule } = one.verdict;
  await markDecided(control.store, found.id, { policyVersion: inForce.version, rule });
  await recordDecision(control.store, changeDecision(one), { now, sign: control.key });
}

/** Open for people to look at or take; nobody is asked. */
async function show(one: Case, to: 'observed' | 'suggested'): Promise<void> {
  const { control, change: found, asset, verdict } = one;
  await control.store.transaction().execute(async (trx) => {
    await settleApproval(trx, found.id, 'withdrawn');
    const moved = await moveChange(trx, found.id, {
      to,
      from: (['observed', 'suggested', 'awaiting-approval', 'scheduled'] as const).filter(
        (state) => state !== to,
      ),
      because: verdict.because,
      notBefore: null,
      handOver: verdict.handOver,
    });
    if (!moved) return;
    await announce(trx, 'change', found.id, asset.id);
    if (to !== 'suggested') return;
    await tell(control, trx, {
      kind: 'approval-needed',
      key: `suggested:${found.id}`,
      recipients: await usersMeant(trx, ['owners'], asset.owners),
      title: `${asset.name}: ${found.title} is there to be taken`,
      body: [verdict.because],
      link: `/changes/${found.id}`,
      urgency: 'digest',
      assetId: asset.id,
    });
  });
}

async function asked(one: Case, rule: ApprovalRule): Promise<Decided> {
  const { control, change: found, now } = one;
  await ask(one, rule);
  const request = await approval(control.store, found.id);
  switch (request?.state) {
    case 'approved':
      return await inWindow(one);
    case 'waiting': {
      if (Date.parse(request.expiresAt) > now.getTime()) {
        return { next: 'wait', until: request.expiresAt };
      }
      await settleApproval(control.store, found.id, 'expired');
      await endChange(control, found.id, {
        to: 'cancelled',
        because: `nobody answered until ${request.expiresAt}`,
      });
      return { next: 'end' };
    }
    case 'rejected':
      await endChange(control, found.id, { to: 'rejected', because: 'people rejected it' });
      return { next: 'end' };
    case 'changes-requested':
      return await anotherPlan(one);
    case 'expired':
    case 'withdrawn':
    case undefined:
      // Whoever did that has ended the change, or is about to.
      return { next: 'wait' };
  }
}

/** People want it done otherwise: a new remediation that leaves alone what they said. */
async function anotherPlan(one: Case): Promise<Decided> {
  const { control, change: found, asset } = one;
  const votes = (await votesOn(control.store, found.id)).filter(
    ({ verdict }) => verdict === 'request-changes',
  );
  const run = await remediation(control.store, found.remediationId);
  const avoid = new Set([...(run?.avoid ?? []), ...votes.flatMap((vote) => vote.avoid)]);
  const [first] = votes;
  const start = await queueWork(
    control,
    { assetId: asset.id, commit: asset.scannedCommit ?? run?.baseCommit ?? null },
    `instead of ${found.id}`,
    {
      trigger: 'changes-requested',
      avoid: [...avoid].sort(),
      always: true,
      ...(first === undefined ? {} : { by: first.by }),
    },
  );
  await endChange(control, found.id, {
    to: 'rejected',
    because: 'people asked for another change instead',
  });
  return start === undefined ? { next: 'end' } : { next: 'end', start };
}

/** Asks people, once. */
async function ask(one: Case, rule: ApprovalRule): Promise<void> {
  const { control, change: found, asset, verdict, now } = one;
  const known = await approval(control.store, found.id);
  if (known !== undefined && known.state !== 'withdrawn') return;
  const run = await remediation(control.store, found.remediationId);
  const involved = [run?.requestedBy].filter((id) => typeof id === 'string');
  await control.store.transaction().execute(async (trx) => {
    const moved = await moveChange(trx, found.id, {
      to: 'awaiting-approval',
      from: ['observed', 'suggested', 'scheduled'],
      because: verdict.because,
      notBefore: verdict.notBefore ?? null,
      handOver: verdict.handOver,
    });
    if (!moved) return;
    await requestApproval(trx, {
      changeId: found.id,
      quorum: rule.quorum,
      approvers: rule.approvers,
      excluded: excludedVoters(rule, involved),
      requestedAt: now.toISOString(),
      expiresAt: expiresAt(rule, now).toISOString(),
      escalation: rule.escalation,
      nextEscalationAt: nextEscalationAt(rule, now, 0)?.toISOString() ?? null,
    });
    await applyFindingEvent(trx, found.closes, 'approval-requested', {
      actor: 'policy',
      because: verdict.because,
      changeId: found.id,
    });
    await announce(trx, 'change', found.id, asset.id);
    await announce(trx, 'approval', found.id, asset.id);
    await tell(control, trx, {
      kind: 'approval-needed',
      key: `approval:${found.id}`,
      recipients: await usersMeant(trx, rule.approvers, asset.owners),
      title: `${asset.name}: ${found.title} waits for approval`,
      body: [
        verdict.because,
        `Closes ${found.closes.length} ${found.closes.length === 1 ? 'finding' : 'findings'}; confidence ${found.detail.confidence.value.toFixed(2)}.`,
      ],
      link: `/changes/${found.id}`,
      urgency: 'now',
      assetId: asset.id,
    });
  });
}

/** Agreed on: now, or when calendars allow it. */
async function inWindow(one: Case): Promise<Decided> {
  const { control, change: found, asset, verdict, now } = one;
  const { notBefore } = verdict;
  const waits = notBefore !== undefined && Date.parse(notBefore) > now.getTime();
  if (!waits || found.override?.outcome === 'now') {
    return { next: 'hand-over', mode: verdict.handOver, because: verdict.because };
  }
  if (found.state !== 'scheduled' || found.notBefore !== notBefore) {
    await control.store.transaction().execute(async (trx) => {
      await moveChange(trx, found.id, {
        to: 'scheduled',
        from: ['observed', 'suggested', 'awaiting-approval', 'scheduled'],
        because: verdict.because,
        notBefore,
        handOver: verdict.handOver,
      });
      await announce(trx, 'change', found.id, asset.id);
    });
  }
  return { next: 'wait', until: notBefore };
}

/** A person decided instead of policy. */
async function overridden(
  one: Case,
  override: NonNullable<StoredChange['override']>,
): Promise<Decided> {
  const { control, change: found, verdict, now } = one;
  const because = `${override.byName}: ${override.reason}`;
  await recordDecision(control.store, overrideDecision(one, override), { now, sign: control.key });
  switch (override.outcome) {
    case 'reject':
      await endChange(control, found.id, { to: 'rejected', because });
      return { next: 'end' };
    case 'hand-over':
      await settleApproval(control.store, found.id, 'withdrawn');
      return { next: 'hand-over', mode: verdict.handOver, because };
    case 'now':
      if (found.state === 'scheduled') {
        return { next: 'hand-over', mode: verdict.handOver, because };
      }
      return verdict.outcome === 'approve'
        ? await asked(one, verdict.approval ?? one.inForce.policy.approval)
        : await inWindow(one);
  }
}
