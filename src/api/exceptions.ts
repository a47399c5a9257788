import { assetRefs } from '../store/asset-refs.ts';
import { coveredCounts } from '../store/exception-queries.ts';
import { decideException, requestException } from '../store/exceptions.ts';
import { type Exception, listExceptions } from '../store/exceptions-read.ts';
import { policyInForce } from '../workflows/control/policy-in-force.ts';
import { recordOptions } from './access-decision.ts';
import { type BoundOperation, bind } from './bind.ts';
import { findings } from './contract/index.ts';
import { notFound, numberOf, pageOfRows, readNumber } from './cursor.ts';
import type { ApiDependencies } from './dependencies.ts';

/** What people accept for a time. */
export function exceptionHandlers(dependencies: ApiDependencies): readonly BoundOperation[] {
  const { store } = dependencies;
  return [
    bind(findings.listExceptions, async ({ query }) => {
      const before = readNumber('exceptions', query.cursor);
      const rows = await listExceptions(
        store,
        {
          ...(query.state === undefined ? {} : { states: query.state }),
          ...(query.finding === undefined ? {} : { findingId: query.finding }),
        },
        { limit: query.limit + 1, ...(before === undefined ? {} : { before }) },
      );
      const page = pageOfRows('exceptions', rows, query.limit, ({ id }) => [id]);
      return { ...page, items: await shown(dependencies, page.items) };
    }),

    bind(findings.requestException, async ({ body, asker }) => {
      const { findingId, advisoryId, assetId, ownerId, package: name, ...rest } = body;
      const by = { id: asker.userId, name: asker.name };
      const exception = await requestException(
        store,
        {
          ...rest,
          ...(findingId === undefined ? {} : { findingId }),
          ...(advisoryId === undefined ? {} : { advisoryId }),
          ...(name === undefined ? {} : { package: name }),
          ...(assetId === undefined ? {} : { assetId: numberOf(assetId, 'asset') }),
          ...(ownerId === undefined ? {} : { ownerId: numberOf(ownerId, 'user') }),
        },
        by,
        await exceptionOptions(dependencies),
      );
      return await one(dependencies, exception);
    }),

    bind(findings.decideException, async ({ params, body, asker }) => {
      const exception = await decideException(
        store,
        numberOf(params.id, 'exception'),
        body,
        { id: asker.userId, name: asker.name },
        await exceptionOptions(dependencies),
      );
      return await one(dependencies, exception);
    }),
  ];
}

async function exceptionOptions(dependencies: ApiDependencies) {
  const { version, policy } = await policyInForce(dependencies.store);
  return {
    ...(await recordOptions(dependencies)),
    policy: policy.exceptions,
    policyVersion: version,
  };
}

async function one(dependencies: ApiDependencies, exception: Exception) {
  const [row] = await shown(dependencies, [exception]);
  if (row === undefined) throw notFound('exception', exception.id);
  return row;
}

/** With the assets they are for, and how many findings they cover. */
async function shown({ store }: ApiDependencies, exceptions: readonly Exception[]) {
  const [assets, counts] = await Promise.all([
    assetRefs(
      store,
      exceptions.flatMap(({ assetId }) => assetId ?? []),
    ),
    coveredCounts(
      store,
      exceptions.map(({ id }) => id),
    ),
  ]);
  return exceptions.map(({ assetId, ...exception }) => ({
    ...exception,
    asset: assetId === null ? null : (assets.get(assetId) ?? null),
    findings: counts.get(exception.id) ?? 0,
  }));
}
