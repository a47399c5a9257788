import type { Decision } from '../domain/decision.ts';
import { trustedKeys } from '../platform/trusted-keys.ts';
import {
  type DecisionFilter,
  decisionBySeq,
  feedbackOf,
  listDecisions,
} from '../store/decision-queries.ts';
import { verifyChain } from '../store/decisions-verify.ts';
import { recordFeedback } from '../store/feedback.ts';
import { recordOptions } from './access-decision.ts';
import { type BoundOperation, bind } from './bind.ts';
import { decisions } from './contract/index.ts';
import { notFound, readNumber, writeCursor } from './cursor.ts';
import type { ApiDependencies } from './dependencies.ts';

/** The chain of a large installation takes its time. */
const VERIFY_SECONDS = 300;

/** The log of decisions: what was decided, why, and whether it is still what was written. */
export function decisionHandlers(dependencies: ApiDependencies): readonly BoundOperation[] {
  const { store, home, clock } = dependencies;
  return [
    bind(decisions.listDecisions, async ({ query }) => {
      const before = readNumber('decisions', query.cursor);
      const page = await listDecisions(store, filterOf(query), {
        limit: query.limit,
        ...(before === undefined ? {} : { before: Number(before) }),
      });
      const { next } = page;
      return {
        items: page.decisions.map(({ feedback, ...decision }) => rowOf(decision, feedback)),
        nextCursor: next === undefined ? null : writeCursor('decisions', [String(next)]),
      };
    }),

    bind(decisions.getDecision, ({ params }) => whole(dependencies, params.seq)),

    bind(
      decisions.giveFeedback,
      async ({ params, body, asker }) => {
        await recordFeedback(
          store,
          {
            decisionSeq: params.seq,
            by: { id: asker.userId, name: asker.name },
            verdict: body.verdict,
            reason: body.reason,
          },
          await recordOptions(dependencies),
        );
        return await whole(dependencies, params.seq);
      },
      { repeatable: true },
    ),

    bind(
      decisions.verifyDecisions,
      async ({ exchange }) => {
        const trusted = await trustedKeys(home);
        const report = await verifyChain(store, { trusted, signal: exchange.signal });
        const [fault] = report.faults;
        const { lastCheckpoint } = report;
        return {
          intact: report.intact,
          decisions: report.decisions,
          checkpoints: report.checkpoints,
          checkedAt: clock.now().toISOString(),
          broken: fault === undefined ? null : { seq: fault.seq, what: fault.message },
          lastCheckpoint:
            lastCheckpoint === undefined
              ? null
              : {
                  seq: lastCheckpoint.seq,
                  at: lastCheckpoint.at,
                  keyId: lastCheckpoint.keyId,
                },
        };
      },
      { timeoutSeconds: VERIFY_SECONDS, repeatable: true },
    ),
  ];
}

type Query = Parameters<Parameters<typeof bind<typeof decisions.listDecisions>>[1]>[0]['query'];

function filterOf(query: Query): DecisionFilter {
  const { kind, subjectType, subjectId, asset, actorType, outcome, from, to } = query;
  return {
    ...(kind === undefined ? {} : { kinds: kind }),
    ...(subjectType === undefined
      ? {}
      : { subject: { type: subjectType, ...(subjectId === undefined ? {} : { id: subjectId }) } }),
    ...(asset === undefined ? {} : { assetId: asset }),
    ...(actorType === undefined ? {} : { actorType }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

function rowOf(decision: Decision, feedback: number) {
  const { actor } = decision;
  return {
    seq: decision.seq,
    at: decision.at,
    kind: decision.kind,
    subjectType: decision.subject.type,
    subjectId: decision.subject.id,
    assetId: decision.assetId ?? null,
    outcome: decision.outcome,
    actorType: actor.type,
    actor: nameOf(actor),
    rule: decision.rule ?? null,
    because: decision.because,
    hash: decision.hash,
    feedback,
  };
}

function nameOf(actor: Decision['actor']): string {
  switch (actor.type) {
    case 'policy':
      return `Policy version ${actor.version}`;
    case 'model':
      return `${actor.name} ${actor.version}`;
    case 'person':
      return actor.name;
  }
}

async function whole({ store }: ApiDependencies, seq: number) {
  const [decision, given] = await Promise.all([decisionBySeq(store, seq), feedbackOf(store, seq)]);
  if (decision === undefined) throw notFound('decision', String(seq));
  return {
    ...rowOf(decision, given.length),
    inputs: decision.inputs,
    factors: decision.factors,
    alternatives: decision.alternatives,
    versions: decision.versions,
    previousHash: decision.previousHash,
    feedbackGiven: given.map(({ by, verdict, reason, at }) => ({ by, verdict, reason, at })),
  };
}
