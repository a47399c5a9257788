import type { ChangeState } from '../../domain/change-state.ts';
import type { DecisionDraft } from '../../domain/decision.ts';
import type { NotificationDraft } from '../../domain/notification.ts';
import { settleApproval } from '../../store/approvals.ts';
import { change, moveChange } from '../../store/changes.ts';
import { recordDecision } from '../../store/decisions.ts';
import { applyFindingEvent } from '../../store/findings.ts';
import { announce } from '../../store/live-events.ts';
import { endWhenSettled } from '../../store/remediations.ts';
import type { Control } from './control.ts';
import { tell } from './tell.ts';

export interface Ending {
  readonly to: Extract<
    ChangeState,
    'withheld' | 'rejected' | 'superseded' | 'cancelled' | 'not-effective'
  >;
  readonly because: string;
  readonly decision?: DecisionDraft;
  readonly notification?: NotificationDraft;
  readonly closedCommit?: string;
}

/**
 * Ends a change that comes to nothing: its findings are open again, whoever was asked need not
 * answer any more. Nothing happens to one that has ended.
 *
 * @returns whether it was still open
 */
export async function endChange(control: Control, id: string, ending: Ending): Promise<boolean> {
  const { store, services } = control;
  const now = services.clock.now();
  return await store.transaction().execute(async (trx) => {
    const before = await change(trx, id);
    if (before === undefined) return false;
    const moved = await moveChange(trx, id, {
      to: ending.to,
      from: ['observed', 'suggested', 'awaiting-approval', 'scheduled', 'handed-over'],
      because: ending.because,
      notBefore: null,
      ...(ending.closedCommit === undefined ? {} : { closedCommit: ending.closedCommit }),
    });
    if (!moved) return false;
    await settleApproval(trx, id, 'withdrawn');
    await applyFindingEvent(trx, before.closes, 'work-ended', {
      actor: 'workflow',
      because: ending.because,
      changeId: id,
    });
    await endWhenSettled(trx, before.remediationId);
    await announce(trx, 'change', id, before.assetId);
    await announce(trx, 'remediation', before.remediationId, before.assetId);
    if (ending.notification !== undefined) await tell(control, trx, ending.notification);
    if (ending.decision !== undefined) {
      await recordDecision(trx, ending.decision, { now, sign: control.key });
    }
    return true;
  });
}
