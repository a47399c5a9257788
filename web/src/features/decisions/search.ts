import { oneOf, searchOf, textOf } from '../../api/search-params.ts';

export const ACTOR_TYPES = ['policy', 'model', 'person'] as const;

/** Kinds of decisions (`DecisionKind` of the server), with what they are called. */
export const DECISION_KINDS = {
  change: 'Change judged',
  vote: 'Vote',
  override: 'Override',
  exception: 'Exception',
  judgement: 'Judgement',
  'policy-activation': 'Policy activated',
  'hand-over': 'Handed over',
  closure: 'Closed',
  supersede: 'Superseded',
  escalation: 'Escalated',
  pause: 'Pause',
  access: 'Access',
  feedback: 'Feedback',
} as const;

export type DecisionKind = keyof typeof DECISION_KINDS;

/** What of the decision log its address says. */
export function decisionsSearch(search: Record<string, unknown>) {
  const kinds = textOf(search, 'kind')?.split(',');
  return searchOf({
    kind: kinds ?? (Array.isArray(search.kind) ? search.kind.map(String) : undefined),
    actorType: oneOf(search, 'actorType', ACTOR_TYPES),
    subjectType: textOf(search, 'subjectType'),
    subjectId: textOf(search, 'subjectId'),
    asset: textOf(search, 'asset'),
    outcome: textOf(search, 'outcome'),
    from: textOf(search, 'from'),
    to: textOf(search, 'to'),
  });
}

export type DecisionsSearch = ReturnType<typeof decisionsSearch>;
