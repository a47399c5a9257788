import type { Decision, FeedbackVerdict } from '../domain/decision.ts';
import { SutureError } from '../domain/error.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import type { Store } from './database.ts';
import { decisionBySeq } from './decision-queries.ts';
import { type RecordOptions, recordDecision } from './decisions.ts';
import { inTransaction } from './in-transaction.ts';

export interface FeedbackDraft {
  readonly decisionSeq: number;
  readonly by: { readonly id: string; readonly name: string };
  readonly verdict: FeedbackVerdict;
  readonly reason: string;
}

/**
 * Keeps what a person says of a decision: for learning, and as a link of the chain of its own. The
 * same said again by the same person is kept once.
 *
 * @returns the link that says it
 * @throws SutureError `decision-unknown`
 */
export async function recordFeedback(
  db: Store,
  draft: FeedbackDraft,
  options: RecordOptions,
): Promise<Decision> {
  return await inTransaction(db, (transaction) => record(transaction, draft, options));
}

async function record(db: Store, draft: FeedbackDraft, options: RecordOptions): Promise<Decision> {
  const about = await decisionBySeq(db, draft.decisionSeq);
  if (about === undefined) {
    throw new SutureError('decision-unknown', `There is no decision ${draft.decisionSeq}`, {
      remedy: 'Decisions are numbered from 1; see the log for which there are.',
    });
  }
  const { by, verdict, reason } = draft;
  const seq = String(draft.decisionSeq);
  const recorded = await recordDecision(
    db,
    {
      kind: 'feedback',
      subject: { type: 'decision', id: seq },
      ...(about.assetId === undefined ? {} : { assetId: about.assetId }),
      outcome: verdict,
      because: reason,
      actor: { type: 'person', userId: by.id, name: by.name },
      inputs: {
        decision: {
          kind: about.kind,
          outcome: about.outcome,
          subject: about.subject,
          hash: about.hash,
        },
      },
      factors: [],
      alternatives: [],
      versions: {},
      key: `feedback:${fingerprint([seq, by.id, verdict, reason])}`,
    },
    options,
  );
  await db
    .insertInto('decision_feedback')
    .values({
      decision_seq: seq,
      user_id: by.id,
      verdict,
      reason,
      at: recorded.at,
      recorded_as: String(recorded.seq),
    })
    .onConflict((conflict) => conflict.column('recorded_as').doNothing())
    .execute();
  return recorded;
}
