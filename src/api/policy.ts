import type { PolicyProblem } from '../domain/control-policy.ts';
import { parseControlPolicy } from '../stages/decide/document/parse-control-policy.ts';
import { inTransaction } from '../store/in-transaction.ts';
import { activatePolicy, draftPolicy, reviewPolicy } from '../store/policies.ts';
import { activePolicy, listPolicies, policyVersion } from '../store/policies-read.ts';
import { policyInForce } from '../workflows/control/policy-in-force.ts';
import { simulatePolicy } from '../workflows/simulate-policy.ts';
import { recordByPerson } from './access-decision.ts';
import { type BoundOperation, bind } from './bind.ts';
import { policy } from './contract/index.ts';
import { notFound, readNumber, writeCursor } from './cursor.ts';
import type { ApiDependencies } from './dependencies.ts';
import { problem, RequestProblem } from './problem.ts';

/** The policy: read, checked, drafted, reviewed, put into force. */
export function policyHandlers(dependencies: ApiDependencies): readonly BoundOperation[] {
  const { store, clock, client } = dependencies;
  return [
    bind(policy.activePolicy, async () => {
      const active = await activePolicy(store);
      if (active === undefined) throw notFound('policy in force', '');
      return active;
    }),

    bind(policy.listPolicyVersions, async ({ query }) => {
      const before = readNumber('policy', query.cursor);
      const { items, next } = await listPolicies(store, {
        limit: query.limit,
        ...(before === undefined ? {} : { before: Number(before) }),
      });
      return {
        items,
        nextCursor: next === undefined ? null : writeCursor('policy', [String(next)]),
      };
    }),

    bind(policy.getPolicyVersion, ({ params }) => policyVersion(store, params.number)),

    bind(policy.validatePolicy, ({ body }) => {
      const { policy: read, problems } = parseControlPolicy(body.document, 'policy', {
        now: clock.now(),
      });
      return Promise.resolve({ valid: read !== undefined, complaints: problems.map(complaint) });
    }),

    bind(
      policy.simulatePolicy,
      async ({ body }) => {
        const { policy: read, problems } = parseControlPolicy(body.document, 'policy');
        if (read === undefined) throw unreadable(problems);
        const inForce = await policyInForce(store);
        const simulated = await simulatePolicy(store, {
          inForce,
          // Any number but that of the one in force: it is none yet.
          proposed: { policy: read, version: inForce.version + 1 },
          days: body.days,
          now: clock.now(),
        });
        const { differences, deadlines, ...rest } = simulated;
        return {
          ...rest,
          differences: differences.map(({ changeId, title, asset, inForce: now, proposed }) => ({
            changeId,
            title,
            asset,
            inForce: { outcome: now.outcome, rule: now.rule, because: now.because },
            proposed: {
              outcome: proposed.outcome,
              rule: proposed.rule,
              because: proposed.because,
            },
          })),
          deadlinesMoved: { earlier: deadlines.earlier, later: deadlines.later },
          assumptions: [...rest.assumptions, ...deadlines.hypothetical.assumptions],
        };
      },
      { timeoutSeconds: 120, repeatable: true },
    ),

    bind(policy.savePolicy, async ({ body, asker }) => {
      const { policy: read, problems } = parseControlPolicy(body.document, 'policy', {
        now: clock.now(),
      });
      if (read === undefined) throw unreadable(problems);
      const { document, note } = body;
      return await draftPolicy(store, { document, note, author: asker.userId, now: clock.now() });
    }),

    bind(
      policy.reviewPolicy,
      ({ params, body, asker }) =>
        inTransaction(store, async (db) => {
          const reviewed = await reviewPolicy(db, params.number, asker.userId, clock.now());
          await recordByPerson(db, dependencies, asker, {
            kind: 'policy-activation',
            subject: { type: 'policy', id: String(params.number) },
            outcome: 'reviewed',
            because: body.reason === '' ? `${asker.name} has read it and agrees` : body.reason,
            key: `policy:${params.number}:reviewed:${asker.userId}`,
          });
          return reviewed;
        }),
      { repeatable: true },
    ),

    bind(policy.activatePolicy, async ({ params, body, asker }) => {
      const activated = await inTransaction(store, async (db) => {
        const at = clock.now();
        const { version, retired } = await activatePolicy(db, params.number, {
          by: asker.userId,
          now: at,
          withoutReview: body.withoutReview,
        });
        await recordByPerson(db, dependencies, asker, {
          kind: 'policy-activation',
          subject: { type: 'policy', id: String(params.number) },
          outcome: 'activated',
          because: body.reason,
          inputs: {
            retired: retired ?? null,
            reviewedBy: version.reviewedBy?.name ?? null,
            withoutReview: version.reviewedBy === null && body.withoutReview,
          },
          key: `policy:${params.number}:activated:${at.toISOString()}`,
        });
        return version;
      });
      await client.wakeAll();
      return activated;
    }),
  ];
}

function complaint({ severity, line, column, message, remedy }: PolicyProblem) {
  return { severity, line: line ?? 1, column: column ?? 1, message, remedy: remedy ?? null };
}

function unreadable(problems: readonly PolicyProblem[]): RequestProblem {
  const errors = problems
    .filter(({ severity }) => severity === 'error')
    .map(({ line, column, message }) => ({
      path: `body.document:${line ?? 1}:${column ?? 1}`,
      message,
    }));
  return new RequestProblem(
    problem(400, 'policy-unreadable', {
      detail: errors[0]?.message ?? 'The document cannot be read as a policy',
      remedy: 'Correct it where it says so; POST /policy/validate checks without keeping it.',
      errors,
    }),
  );
}
