import type { Decision } from '../../domain/decision.ts';
import { actorOf, type OcsfClass, userOf } from './ocsf-event.ts';

/** Activities of Account Change by words of outcomes; the rest is Other with its own name. */
const ACTIVITIES: Readonly<Record<string, readonly [number, string]>> = {
  created: [1, 'Create'],
  enabled: [2, 'Enable'],
  disabled: [5, 'Disable'],
  deleted: [6, 'Delete'],
};

/** Account Change: roles, groups and tokens of people. */
export function accountChange({ subject, outcome, actor, inputs }: Decision): OcsfClass {
  const [activityId, activityName] = ACTIVITIES[outcome] ?? [99, outcome];
  const name = inputs['name'];
  return {
    categoryUid: 3,
    categoryName: 'Identity & Access Management',
    classUid: 3001,
    className: 'Account Change',
    activityId,
    activityName,
    statusId: 1,
    status: 'Success',
    attributes: {
      actor: actorOf(actor),
      user: userOf(subject.id, typeof name === 'string' ? name : undefined),
    },
  };
}
