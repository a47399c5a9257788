import type { AssetRegistration } from '../domain/managed-asset.ts';
import { stateContext, withdrawContext } from '../store/asset-context.ts';
import { type AssetFilter, countAssets, listAssets } from '../store/asset-queries.ts';
import { assetRefs } from '../store/asset-refs.ts';
import { asset, updateAsset } from '../store/assets.ts';
import { assetMap, setDependencies } from '../store/assets-dependencies.ts';
import { registerAsset } from '../store/assets-register.ts';
import { findingsByPurl } from '../store/component-findings.ts';
import { inTransaction } from '../store/in-transaction.ts';
import { componentsOf } from '../store/inventory-queries.ts';
import { announce } from '../store/live-events.ts';
import { recordByPerson } from './access-decision.ts';
import { recordAssetChange } from './asset-decision.ts';
import { assetRow, wholeAsset } from './asset-view.ts';
import { type BoundOperation, bind } from './bind.ts';
import { assets } from './contract/index.ts';
import { notFound, readNumber, writeCursor } from './cursor.ts';
import type { ApiDependencies } from './dependencies.ts';
import { expectMayWeaken } from './weaker-context.ts';

/** What is watched: registered, looked at, corrected. */
export function assetHandlers(dependencies: ApiDependencies): readonly BoundOperation[] {
  const { store, client, clock } = dependencies;
  const known = async (id: string) => {
    const found = await asset(store, id);
    if (found === undefined) throw notFound('asset', id);
    return found;
  };
  return [
    bind(assets.listAssets, async ({ query }) => {
      const { sort, cursor, limit } = query;
      const filter = filterOf(query);
      const [page, total] = await Promise.all([
        listAssets(store, filter, { sort, limit, ...(cursor === undefined ? {} : { cursor }) }),
        countAssets(store, filter),
      ]);
      return { items: page.items.map(assetRow), nextCursor: page.nextCursor ?? null, total };
    }),

    bind(
      assets.registerAsset,
      async ({ body, asker }) => {
        const registered = await inTransaction(store, async (db) => {
          const added = await registerAsset(db, registrationOf(body), asker.userId);
          const existed = (await asset(store, added.id)) !== undefined;
          if (existed) await expectMayWeaken(store, db, [added.id], asker);
          await announce(db, 'asset', added.id, added.id);
          await recordAssetChange(db, dependencies, asker, {
            id: added.id,
            outcome: 'registered',
            said: registrationOf(body),
          });
          return added;
        });
        const runId =
          registered.kind === 'repository'
            ? await client.requestScan(registered.id, 'registered', { by: asker.userId })
            : null;
        return { asset: await wholeAsset(dependencies, registered.id), runId };
      },
      // The same place is the same asset.
      { repeatable: true },
    ),

    bind(assets.getAsset, ({ params }) => wholeAsset(dependencies, params.id)),

    bind(assets.updateAsset, async ({ params, body, asker }) => {
      const { id } = await known(params.id);
      const { dependsOn, ...update } = body;
      await inTransaction(store, async (db) => {
        await updateAsset(db, id, defined(update), clock.now());
        if (dependsOn !== undefined) await setDependencies(db, id, dependsOn, 'person');
        await announce(db, 'asset', id, id);
        await recordAssetChange(db, dependencies, asker, { id, outcome: 'changed', said: body });
      });
      return await wholeAsset(dependencies, id);
    }),

    bind(assets.correctContext, async ({ params, body, asker }) => {
      const { id } = await known(params.id);
      const { field } = params;
      const { value, because } = body;
      const observedAt = clock.now().toISOString();
      await inTransaction(store, async (db) => {
        if (value === null) await withdrawContext(db, id, field);
        else {
          const said = because === '' ? `${asker.name} said so` : `${asker.name}: ${because}`;
          await stateContext(db, id, [
            { field, source: 'person', value, because: said, observedAt },
          ]);
        }
        await expectMayWeaken(store, db, [id], asker);
        await announce(db, 'asset', id, id);
        await recordByPerson(db, dependencies, asker, {
          kind: 'judgement',
          subject: { type: 'asset', id },
          outcome: value === null ? `${field} withdrawn` : `${field} is ${value}`,
          because: because === '' ? `${asker.name} said so` : because,
          inputs: { field, value },
          key: `context:${id}:${field}:${observedAt}`,
        });
      });
      return await wholeAsset(dependencies, id);
    }),

    bind(
      assets.scanAsset,
      async ({ params, asker }) => {
        const { id } = await known(params.id);
        return { runId: await client.requestScan(id, 'demand', { by: asker.userId }) };
      },
      { repeatable: true },
    ),

    bind(assets.listComponents, async ({ params, query }) => {
      const { id } = await known(params.id);
      const after = readNumber('components', query.cursor);
      const page = await componentsOf(store, id, {
        limit: query.limit,
        ...(query.text === undefined ? {} : { text: query.text }),
        ...(after === undefined ? {} : { after: Number(after) }),
      });
      const counts = await findingsByPurl(
        store,
        id,
        page.items.map(({ purl }) => purl),
      );
      return {
        items: page.items.map(({ purl, ecosystem, name, version, scope, direct }) => ({
          purl,
          ecosystem,
          name,
          version,
          scope,
          direct,
          findings: counts.get(purl) ?? 0,
        })),
        nextCursor: page.next === undefined ? null : writeCursor('components', [String(page.next)]),
      };
    }),

    bind(assets.dependencyMap, async ({ query }) => {
      const { around, limit } = query;
      if (around !== undefined) await known(around);
      const map = await assetMap(store, { limit, ...(around === undefined ? {} : { around }) });
      const refs = await assetRefs(
        store,
        map.nodes.map(({ id }) => id),
      );
      return {
        nodes: map.nodes.flatMap(({ id, topScore, findings }) => {
          const ref = refs.get(id);
          return ref === undefined ? [] : [{ ...ref, topScore, findings }];
        }),
        edges: map.edges,
      };
    }),
  ];
}

type ListQuery = Parameters<Parameters<typeof bind<typeof assets.listAssets>>[1]>[0]['query'];
type Registration = Parameters<Parameters<typeof bind<typeof assets.registerAsset>>[1]>[0]['body'];

function filterOf(query: ListQuery): AssetFilter {
  const { kind, environment, exposure, criticality, band, owner, text, archived } = query;
  return {
    archived: archived === 'true',
    ...(kind === undefined ? {} : { kinds: kind }),
    ...(environment === undefined ? {} : { environments: environment }),
    ...(exposure === undefined ? {} : { exposures: exposure }),
    ...(criticality === undefined ? {} : { criticality }),
    ...(band === undefined ? {} : { bands: band }),
    ...(owner === undefined ? {} : { owner }),
    ...(text === undefined ? {} : { text }),
  };
}

function registrationOf({ context, ...body }: Registration): AssetRegistration {
  return { ...defined(body), kind: body.kind, context: defined(context) };
}

/** Without what is undefined: absent and undefined are not the same to the store. */
function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as never;
}
