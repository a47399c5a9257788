import type { Principal } from '../domain/access.ts';
import { SutureError } from '../domain/error.ts';
import { CHANGE_ID, REMEDIATION_ID, withSpan } from '../platform/tracing.ts';
import { changeParts, listChanges } from '../store/change-queries.ts';
import { recordOutcome } from '../store/outcomes.ts';
import { unknownUser, userById } from '../store/users.ts';
import { overrideByPerson, voteOnChange } from '../workflows/control/vote.ts';
import { recordOptions } from './access-decision.ts';
import { type BoundOperation, bind } from './bind.ts';
import { changeRow, lookerOf, wholeChange } from './change-view.ts';
import { changes } from './contract/index.ts';
import { notFound, pageOfRows, readCursor } from './cursor.ts';
import type { ApiDependencies } from './dependencies.ts';
import { evidenceOf } from './evidence.ts';

const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+\d\d(:\d\d)?$/;
const ID = /^.{1,200}$/s;

/** Changes, with their proof, and what people say of them. */
export function changeHandlers(dependencies: ApiDependencies): readonly BoundOperation[] {
  const { store, client, clock } = dependencies;
  const voter = async (asker: Principal) => {
    const account = await userById(store, asker.userId);
    if (account === undefined) throw unknownUser(asker.userId);
    const { name, roles, groups } = account;
    return { userId: asker.userId, name, roles, groups };
  };
  return [
    bind(changes.listChanges, async ({ query, asker }) => {
      const [createdAt, id] = readCursor('changes', query.cursor, [TIME, ID]) ?? [];
      const { state, asset, finding, needsMe } = query;
      const rows = await listChanges(
        store,
        {
          ...(state === undefined ? {} : { states: state }),
          ...(asset === undefined ? {} : { asset }),
          ...(finding === undefined ? {} : { finding }),
          ...(needsMe === undefined ? {} : { needsMe: needsMe === 'true' }),
        },
        lookerOf(asker),
        {
          limit: query.limit,
          ...(createdAt === undefined || id === undefined ? {} : { after: { createdAt, id } }),
        },
      );
      const page = pageOfRows('changes', rows, query.limit, ({ position }) => [
        position.createdAt,
        position.id,
      ]);
      return { ...page, items: page.items.map(changeRow) };
    }),

    bind(changes.getChange, ({ params, asker }) => wholeChange(dependencies, params.id, asker)),

    bind(changes.getChangeDiff, async ({ params }) => {
      const parts = await changeParts(store, params.id);
      if (parts === undefined) throw notFound('change', params.id);
      return { diff: parts.diff, truncated: parts.diffTruncated };
    }),

    bind(changes.getChangeEvidence, async ({ params }) => {
      const parts = await changeParts(store, params.id);
      if (parts === undefined) throw notFound('change', params.id);
      return await evidenceOf(dependencies, params.id, parts.evidence);
    }),

    bind(
      changes.voteOnChange,
      async ({ params, body, asker }) => {
        const { id } = params;
        await withSpan('change.vote', { [CHANGE_ID]: id }, async (span) => {
          const vote = { changeId: id, ...body };
          const options = await recordOptions(dependencies);
          const outcome = await voteOnChange(store, vote, await voter(asker), options);
          span.setAttribute('suture.approval.state', outcome);
          await client.wakeChange(id);
        });
        return await wholeChange(dependencies, id, asker);
      },
      { repeatable: true },
    ),

    bind(
      changes.overrideChange,
      async ({ params, body, asker }) => {
        const { id } = params;
        await withSpan('change.override', { [CHANGE_ID]: id }, async () => {
          await overrideByPerson(store, id, body, await voter(asker), clock.now());
          await client.wakeChange(id);
        });
        return await wholeChange(dependencies, id, asker);
      },
      { repeatable: true },
    ),

    bind(changes.reportOutcome, async ({ params, body, asker }) => {
      const { id } = params;
      const before = await wholeChange(dependencies, id, asker);
      if (before.handedOverAt === null) throw notHandedOver(before.state);
      const attributes = { [CHANGE_ID]: id, [REMEDIATION_ID]: before.remediationId };
      await withSpan('change.outcome', attributes, () =>
        recordOutcome(store, { changeId: id, ...body, by: asker.userId }),
      );
      return await wholeChange(dependencies, id, asker);
    }),
  ];
}

function notHandedOver(state: string): SutureError {
  return new SutureError('not-open', `Nothing came of this change yet: it is ${state}`, {
    remedy: 'Outcomes are for changes that were handed over.',
  });
}
