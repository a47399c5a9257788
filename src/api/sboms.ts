import { readSbom } from '../stages/discover/sbom.ts';
import { asset } from '../store/assets.ts';
import { registerAsset } from '../store/assets-register.ts';
import { inTransaction } from '../store/in-transaction.ts';
import { recordInventory } from '../store/inventory.ts';
import { announce } from '../store/live-events.ts';
import { recordAssetChange } from './asset-decision.ts';
import { wholeAsset } from './asset-view.ts';
import { type BoundOperation, bind } from './bind.ts';
import { assets } from './contract/index.ts';
import type { ApiDependencies } from './dependencies.ts';
import { expectMayWeaken } from './weaker-context.ts';

const MAX_SBOM_BYTES = 64 * 1024 * 1024;

/** Inventories that others have made. */
export function sbomHandlers(dependencies: ApiDependencies): readonly BoundOperation[] {
  const { store, client } = dependencies;
  return [
    bind(
      assets.uploadSbom,
      async ({ body, asker }) => {
        const { name, document, owners, context } = body;
        const read = readSbom(document, name);
        const { id, components } = await inTransaction(store, async (db) => {
          const registered = await registerAsset(
            db,
            { kind: 'sbom', name, owners, context: statedOf(context) },
            asker.userId,
          );
          const existed = (await asset(store, registered.id)) !== undefined;
          if (existed) await expectMayWeaken(store, db, [registered.id], asker);
          await recordInventory(db, registered.id, read.components);
          await announce(db, 'asset', registered.id, registered.id);
          await recordAssetChange(db, dependencies, asker, {
            id: registered.id,
            outcome: 'registered',
            said: { name, owners, context, components: read.components.length },
          });
          return { id: registered.id, components: read.components.length };
        });
        const runId = await client.requestScan(id, 'demand', { by: asker.userId });
        const problems = read.problems.map(({ severity, file, message }) => ({
          severity,
          file,
          message,
        }));
        return { asset: await wholeAsset(dependencies, id), components, runId, problems };
      },
      // The same name is the same asset, and the same document the same inventory.
      { maxBytes: MAX_SBOM_BYTES, timeoutSeconds: 120, repeatable: true },
    ),
  ];
}

function statedOf(context: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined));
}
