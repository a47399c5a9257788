import { expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import type { DecisionDraft } from '../domain/decision.ts';
import { decisionBySeq, feedbackOf, feedbackSince, listDecisions } from './decision-queries.ts';
import { recordDecision } from './decisions.ts';
import { verifyChain } from './decisions-verify.ts';
import { recordFeedback } from './feedback.ts';

const now = new Date('2026-11-02T08:00:00.000Z');
const draft: DecisionDraft = {
  kind: 'change',
  subject: { type: 'change', id: 'c1' },
  assetId: '7',
  outcome: 'auto',
  because: 'tier 4',
  actor: { type: 'policy', version: 1 },
  inputs: {},
  factors: [],
  alternatives: [],
  versions: {},
  key: 'a',
};

it('is kept with the decision, in the chain, and for learning; once', async () => {
  await using database = await testStore();
  const { store } = database;
  const ann = await store
    .insertInto('user_account')
    .values({ issuer: 'local', subject: 'ann', name: 'Ann' })
    .returning(['id', 'name'])
    .executeTakeFirstOrThrow();
  await recordDecision(store, draft, { now });
  const feedback = {
    decisionSeq: 1,
    by: ann,
    verdict: 'bad-patch',
    reason: 'it broke login',
  } as const;
  const first = await recordFeedback(store, feedback, { now });
  expect(await recordFeedback(store, feedback, { now })).toEqual(first);
  expect(first).toMatchObject({
    seq: 2,
    kind: 'feedback',
    subject: { type: 'decision', id: '1' },
    assetId: '7',
    outcome: 'bad-patch',
    inputs: { decision: { hash: (await decisionBySeq(store, 1))!.hash } },
  });
  await recordFeedback(store, { ...feedback, verdict: 'wrong-context' }, { now });

  const given = await feedbackOf(store, 1);
  expect(given).toMatchObject([
    { by: ann, verdict: 'bad-patch', reason: 'it broke login', at: now.toISOString() },
    { by: ann, verdict: 'wrong-context' },
  ]);
  expect((await listDecisions(store, { kinds: ['change'] }, { limit: 5 })).decisions).toMatchObject(
    [{ seq: 1, feedback: 2 }],
  );
  const [learnt] = await feedbackSince(store, { limit: 1 });
  expect(learnt).toMatchObject({ feedback: given[0], decision: { seq: 1, outcome: 'auto' } });
  expect(await feedbackSince(store, { limit: 5, after: learnt!.id })).toHaveLength(1);
  expect(await verifyChain(store, { trusted: [] })).toMatchObject({ intact: true, decisions: 3 });
});

it('is of a decision that there is', async () => {
  await using database = await testStore();
  const feedback = {
    decisionSeq: 5,
    by: { id: '1', name: 'Ann' },
    verdict: 'right',
    reason: 'x',
  } as const;
  await expect(recordFeedback(database.store, feedback, { now })).rejects.toMatchObject({
    code: 'decision-unknown',
  });
});
