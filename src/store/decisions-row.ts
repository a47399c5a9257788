import type { Decision, DecisionActor } from '../domain/decision.ts';

/** The decision of a row. */
export function decisionOf(row: { readonly record: unknown; readonly hash: string }): Decision {
  return { ...(row.record as Omit<Decision, 'hash'>), hash: row.hash };
}

/** What is stored of a decision: the record, and copies of it for filters. */
export function rowOf(decision: Decision) {
  const { hash, ...record } = decision;
  return { ...copiesOf(decision), record: JSON.stringify(record), hash };
}

/** The columns beside `record`; verification holds them to it. */
export function copiesOf(decision: Omit<Decision, 'hash'>) {
  return {
    seq: String(decision.seq),
    at: decision.at,
    kind: decision.kind as string,
    subject_type: decision.subject.type as string,
    subject_id: decision.subject.id,
    asset_id: decision.assetId ?? null,
    outcome: decision.outcome,
    actor_type: decision.actor.type as string,
    actor: actorId(decision.actor),
    key: decision.key,
    previous_hash: decision.previousHash,
  };
}

/** What the log is filtered by: a user's id, a policy's version, a model's name. */
function actorId(actor: DecisionActor): string {
  switch (actor.type) {
    case 'person':
      return actor.userId;
    case 'policy':
      return String(actor.version);
    case 'model':
      return actor.name;
  }
}
