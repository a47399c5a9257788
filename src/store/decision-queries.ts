import { sql } from 'kysely';
import type { Decision, DecisionActor, FeedbackVerdict } from '../domain/decision.ts';
import type { Store } from './database.ts';
import { decisionOf } from './decisions-row.ts';

export interface DecisionFilter {
  readonly kinds?: readonly string[];
  readonly subject?: { readonly type: string; readonly id?: string };
  readonly assetId?: string;
  readonly actorType?: DecisionActor['type'];
  /** A user's id, a policy's version, a model's name. */
  readonly actor?: string;
  readonly outcome?: string;
  readonly rule?: string;
  /** Words of the reason, the subject, the outcome or the actor; as a web search takes them. */
  readonly text?: string;
  /** ISO 8601, included. */
  readonly from?: string;
  /** ISO 8601, not included. */
  readonly to?: string;
}

export interface DecisionPage {
  readonly decisions: readonly (Decision & { readonly feedback: number })[];
  /** Give it as `before` to have the next page; absent on the last one. */
  readonly next?: number;
}

/** The log, newest first. `feedback` is how many people said something of a decision. */
export async function listDecisions(
  db: Store,
  filter: DecisionFilter,
  page: { readonly limit: number; readonly before?: number },
): Promise<DecisionPage> {
  const rows = await filtered(db, filter)
    .select((row) => [
      'decision.record',
      'decision.hash',
      row
        .selectFrom('decision_feedback')
        .select((given) => given.fn.countAll<string>().as('n'))
        .whereRef('decision_feedback.decision_seq', '=', 'decision.seq')
        .as('feedback'),
    ])
    .$if(page.before !== undefined, (query) => query.where('seq', '<', String(page.before)))
    .orderBy('seq', 'desc')
    .limit(page.limit + 1)
    .execute();
  const decisions = rows
    .slice(0, page.limit)
    .map((row) => ({ ...decisionOf(row), feedback: Number(row.feedback) }));
  const last = decisions.at(-1);
  return {
    decisions,
    ...(rows.length > page.limit && last !== undefined ? { next: last.seq } : {}),
  };
}

export async function decisionBySeq(db: Store, seq: number): Promise<Decision | undefined> {
  const row = await db
    .selectFrom('decision')
    .select(['record', 'hash'])
    .where('seq', '=', String(seq))
    .executeTakeFirst();
  return row && decisionOf(row);
}

/** What was decided about one thing, newest first, at most `limit`. */
export async function decisionsOf(
  db: Store,
  subject: { readonly type: string; readonly id: string },
  limit = 100,
): Promise<readonly Decision[]> {
  const { decisions } = await listDecisions(db, { subject }, { limit });
  return decisions;
}

export interface GivenFeedback {
  readonly decisionSeq: number;
  readonly by: { readonly id: string; readonly name: string };
  readonly verdict: FeedbackVerdict;
  readonly reason: string;
  readonly at: string;
}

/** What people said of one decision, oldest first. */
export async function feedbackOf(db: Store, seq: number): Promise<readonly GivenFeedback[]> {
  const rows = await feedback(db)
    .where('decision_seq', '=', String(seq))
    .orderBy('decision_feedback.id')
    .limit(500)
    .execute();
  return rows.map(givenFeedback);
}

/** For learning: what people said, with the decision it was said of, oldest first. */
export async function feedbackSince(
  db: Store,
  page: { readonly after?: string; readonly limit: number },
): Promise<readonly { id: string; feedback: GivenFeedback; decision: Decision }[]> {
  const rows = await feedback(db)
    .innerJoin('decision', 'decision.seq', 'decision_feedback.decision_seq')
    .select(['decision_feedback.id', 'decision.record', 'decision.hash'])
    .where('decision_feedback.id', '>', page.after ?? '0')
    .orderBy('decision_feedback.id')
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    feedback: givenFeedback(row),
    decision: decisionOf(row),
  }));
}

function feedback(db: Store) {
  return db
    .selectFrom('decision_feedback')
    .innerJoin('user_account', 'user_account.id', 'decision_feedback.user_id')
    .select([
      'decision_feedback.decision_seq',
      'decision_feedback.user_id',
      'decision_feedback.verdict',
      'decision_feedback.reason',
      'decision_feedback.at',
      'user_account.name',
    ]);
}

function givenFeedback(row: {
  decision_seq: string;
  user_id: string;
  verdict: FeedbackVerdict;
  reason: string;
  at: string;
  name: string;
}): GivenFeedback {
  return {
    decisionSeq: Number(row.decision_seq),
    by: { id: row.user_id, name: row.name },
    verdict: row.verdict,
    reason: row.reason,
    at: row.at,
  };
}

function filtered(db: Store, filter: DecisionFilter) {
  let query = db.selectFrom('decision');
  const { kinds, subject } = filter;
  if (kinds !== undefined && kinds.length > 0) query = query.where('kind', 'in', [...kinds]);
  if (subject !== undefined) {
    query = query.where('subject_type', '=', subject.type);
    if (subject.id !== undefined) query = query.where('subject_id', '=', subject.id);
  }
  if (filter.assetId !== undefined) query = query.where('asset_id', '=', filter.assetId);
  if (filter.actorType !== undefined) query = query.where('actor_type', '=', filter.actorType);
  if (filter.actor !== undefined) query = query.where('actor', '=', filter.actor);
  if (filter.outcome !== undefined) query = query.where('outcome', '=', filter.outcome);
  if (filter.rule !== undefined) {
    query = query.where(sql`record ->> 'rule'`, '=', filter.rule);
  }
  if (filter.from !== undefined) query = query.where('at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('at', '<', filter.to);
  if (filter.text !== undefined && filter.text.trim() !== '') {
    // The same expression as the index decision_text is on.
    query = query.where(
      sql<boolean>`to_tsvector('simple', (record ->> 'because') || ' ' || subject_id || ' ' || outcome || ' ' || actor)
        @@ websearch_to_tsquery('simple', ${filter.text})`,
    );
  }
  return query;
}
