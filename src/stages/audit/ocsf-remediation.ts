import type { Decision } from '../../domain/decision.ts';
import type { OcsfClass } from './ocsf-event.ts';

/** Words of outcomes that say that the remedy is there, or that it is not. */
const SUCCESS = new Set(['handed-over', 'hand-over', 'closed', 'confirmed', 'merged']);
const FAILURE = new Set(['not-effective', 'withhold', 'rejected', 'reject', 'failed', 'expired']);

/**
 * Remediation Activity. Putting a fix in and seeing that it holds is MITRE D3FEND's Harden (4);
 * votes, escalations and the like are none of its tactics: Other (99) with their own name.
 */
export function remediationActivity({ kind, outcome, subject, because }: Decision): OcsfClass {
  const hardens = kind === 'change' || kind === 'hand-over' || kind === 'closure';
  const status = SUCCESS.has(outcome)
    ? { statusId: 1, status: 'Success' }
    : FAILURE.has(outcome)
      ? { statusId: 2, status: 'Failure' }
      : { statusId: 99, status: outcome };
  return {
    categoryUid: 7,
    categoryName: 'Remediation',
    classUid: 7001,
    className: 'Remediation Activity',
    activityId: hardens ? 4 : 99,
    activityName: hardens ? 'Harden' : kind,
    ...status,
    attributes: { command_uid: subject.id, remediation: { desc: because } },
  };
}
