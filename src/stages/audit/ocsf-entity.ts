import type { Decision } from '../../domain/decision.ts';
import { actorOf, type OcsfClass } from './ocsf-event.ts';

/** Entity Management: the policy, the big switch, and whatever has no class of its own. */
export function entityManagement(decision: Decision): OcsfClass {
  const { subject, actor, because } = decision;
  const [activityId, activityName] = activityOf(decision);
  return {
    categoryUid: 3,
    categoryName: 'Identity & Access Management',
    classUid: 3004,
    className: 'Entity Management',
    activityId,
    activityName,
    statusId: 1,
    status: 'Success',
    attributes: {
      actor: actorOf(actor),
      comment: because,
      entity: {
        uid: subject.id,
        type: subject.type,
        ...(subject.type === 'policy' ? { version: subject.id } : {}),
      },
    },
  };
}

function activityOf({ kind, outcome }: Decision): readonly [number, string] {
  if (kind === 'policy-activation') return [10, 'Activate'];
  if (kind === 'pause') return /resum/.test(outcome) ? [13, 'Resume'] : [12, 'Suspend'];
  return [99, kind];
}
