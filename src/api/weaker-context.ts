import type { Principal } from '../domain/access.ts';
import { weakened } from '../domain/context.ts';
import { SutureError } from '../domain/error.ts';
import { effectiveContexts } from '../store/asset-context.ts';
import type { Store } from '../store/database.ts';

/**
 * Policy decides by what an asset is said to be, so saying that it is less takes somebody who may
 * approve: nobody else is to talk a change past those who would be asked.
 *
 * @param store sees what holds; `trx`, where the new word stands already and is not committed, sees
 *   what would
 * @param assetIds assets that were there before
 * @throws SutureError `forbidden`
 */
export async function expectMayWeaken(
  store: Store,
  trx: Store,
  assetIds: readonly string[],
  asker: Principal,
): Promise<void> {
  if (asker.permissions.includes('approve') || assetIds.length === 0) return;
  const [before, after] = [
    await effectiveContexts(store, assetIds),
    await effectiveContexts(trx, assetIds),
  ];
  for (const id of assetIds) {
    const [was, would] = [before.get(id), after.get(id)];
    if (was === undefined || would === undefined) continue;
    const [field] = weakened(was, would);
    if (field === undefined) continue;
    throw new SutureError(
      'forbidden',
      `Asset ${id} counts as ${field} ${was[field].value}; to make that ${would[field].value} takes the right to approve`,
      { remedy: 'Ask an approver or an administrator to say so.' },
    );
  }
}
