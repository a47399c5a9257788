import { decide } from '../../stages/decide/decide.ts';
import { settleApproval, usersMeant } from '../../store/approvals.ts';
import { effectiveContext } from '../../store/asset-context.ts';
import { change, markDecided, moveChange, type StoredChange } from '../../store/changes.ts';
import { recordDecision } from '../../store/decisions.ts';
import { announce } from '../../store/live-events.ts';
import { askPeople } from './ask-people.ts';
import { changeDecision, overrideDecision } from './change-decisions.ts';
import type { Control } from './control.ts';
import type { Case, Decided } from './decided.ts';
import { endChange } from './end-change.ts';
import { policyInForce } from './policy-in-force.ts';
import { watchedAsset } from './repository.ts';
import { tell } from './tell.ts';

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
      return await asked(one);
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

/** Asks people, and looks what they have said. */
async function asked(one: Case): Promise<Decided> {
  const answer = await askPeople(one, one.verdict.approval ?? one.inForce.policy.approval);
  return answer.next === 'agreed' ? await inWindow(one, answer.because) : answer;
}

/** Agreed on: now, or when calendars allow it. */
async function inWindow(one: Case, because = one.verdict.because): Promise<Decided> {
  const { control, change: found, asset, verdict, now } = one;
  const { notBefore } = verdict;
  const waits = notBefore !== undefined && Date.parse(notBefore) > now.getTime();
  if (!waits || found.override?.outcome === 'now') {
    return { next: 'hand-over', mode: verdict.handOver, because };
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
      return verdict.outcome === 'approve' ? await asked(one) : await inWindow(one);
  }
}
