import { createHash, randomUUID } from 'node:crypto';
import type { Principal } from '../domain/access.ts';
import type { Store } from '../store/database.ts';
import { recordByPerson } from './access-decision.ts';
import type { ApiDependencies } from './dependencies.ts';

type Needed = Pick<ApiDependencies, 'clock' | 'signingKey' | 'version'>;

/**
 * Writes down that a person said how an asset is watched and whose it is. Policy decides by that
 * (context, labels, owners), and by its location and credential it is known what is fetched from
 * where: nobody is to change it unseen.
 *
 * @param change.said as it was given; a credential is a reference
 */
export async function recordAssetChange(
  db: Store,
  dependencies: Needed,
  asker: Principal,
  change: {
    readonly id: string;
    readonly outcome: 'registered' | 'changed';
    readonly said: object;
  },
): Promise<void> {
  const { id, outcome, said } = change;
  await recordByPerson(db, dependencies, asker, {
    kind: 'judgement',
    subject: { type: 'asset', id },
    outcome,
    because: `${asker.name} said so (${Object.keys(said).join(', ')})`,
    inputs: { said },
    key: `asset:${id}:${randomUUID()}`,
  });
}

/** The same for many at once, from a file. */
export async function recordImport(
  db: Store,
  dependencies: Needed,
  asker: Principal,
  imported: { readonly format: string; readonly text: string; readonly ids: readonly string[] },
): Promise<void> {
  const { format, text, ids } = imported;
  await recordByPerson(db, dependencies, asker, {
    kind: 'judgement',
    subject: { type: 'system', id: 'import' },
    outcome: 'registered',
    because: `${asker.name} imported ${ids.length} assets (${format})`,
    inputs: {
      format,
      sha256: createHash('sha256').update(text).digest('hex'),
      assets: ids.slice(0, 1000),
    },
    key: `import:${randomUUID()}`,
  });
}
