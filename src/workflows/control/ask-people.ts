import type { ApprovalRule } from '../../domain/control-policy.ts';
import { excludedVoters, expiresAt, nextEscalationAt } from '../../stages/decide/approval.ts';
import {
  type Approval,
  approval,
  requestApproval,
  settleApproval,
  usersMeant,
  votesOn,
} from '../../store/approvals.ts';
import { moveChange } from '../../store/changes.ts';
import { applyFindingEvent } from '../../store/findings.ts';
import { announce } from '../../store/live-events.ts';
import { remediation } from '../../store/remediations.ts';
import type { Case, Decided } from './decided.ts';
import { endChange } from './end-change.ts';
import { tell } from './tell.ts';
import { queueWork } from './work.ts';

interface Agreed {
  readonly next: 'agreed';
  readonly because: string;
}

/**
 * Asks people about a change, once, and looks what they have said: that they agree, or what is next
 * as long as they do not.
 */
export async function askPeople(one: Case, rule: ApprovalRule): Promise<Agreed | Decided> {
  const { control, change: found, now } = one;
  await ask(one, rule);
  const request = await approval(control.store, found.id);
  switch (request?.state) {
    case 'approved':
      return { next: 'agreed', because: await whoAgreed(one, request) };
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

const AND = new Intl.ListFormat('en', { type: 'conjunction' });

/** `Ann and Bob agreed (2 of 2).` */
async function whoAgreed({ control, change: found }: Case, request: Approval): Promise<string> {
  const votes = await votesOn(control.store, found.id);
  const names = votes.filter(({ verdict }) => verdict === 'approve').map(({ byName }) => byName);
  return `${AND.format(names)} agreed (${names.length} of ${request.quorum}).`;
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
