import type { Principal } from '../domain/access.ts';
import {
  type RegistrationFormat,
  readRegistrations,
} from '../stages/register/read-registrations.ts';
import type { RegistrationList } from '../stages/register/registration-list.ts';
import { type RegistrationOutcome, registerAssets } from '../store/assets-register.ts';
import { inTransaction } from '../store/in-transaction.ts';
import { announce } from '../store/live-events.ts';
import { recordImport } from './asset-decision.ts';
import { type BoundOperation, bind } from './bind.ts';
import { assets } from './contract/index.ts';
import type { ApiDependencies } from './dependencies.ts';
import { expectMayWeaken } from './weaker-context.ts';

const MAX_BYTES = 24 * 1024 * 1024;
/** Of a large import the first are enqueued at once; the schedule takes up the rest. */
const SCANNED_AT_ONCE = 200;

type Entries = RegistrationList['entries'];

/** Many assets from one file. */
export function assetImportHandlers(dependencies: ApiDependencies): readonly BoundOperation[] {
  const { store } = dependencies;
  return [
    bind(
      assets.importAssets,
      async ({ body, asker }) => {
        const format: RegistrationFormat = body.format;
        const { entries, problems } = readRegistrations(body.text, format, 'the import');
        const told = problems.map(({ line, message, severity }) => ({
          line: line ?? null,
          message,
          severity,
        }));
        if (body.dryRun) return { registered: entries.map(planned), problems: told };
        const outcomes = await registerAll(dependencies, entries, asker);
        const registered = outcomes.flatMap((outcome) =>
          'error' in outcome
            ? []
            : [{ id: outcome.asset.id, name: outcome.asset.name, existed: outcome.existed }],
        );
        const ids = registered.map(({ id }) => id);
        await recordImport(store, dependencies, asker, { format, text: body.text, ids });
        await begin(dependencies, outcomes, asker.userId);
        return { registered, problems: [...told, ...refused(entries, outcomes)] };
      },
      // What is there already is found again.
      { maxBytes: MAX_BYTES, timeoutSeconds: 300, repeatable: true },
    ),
  ];
}

/**
 * One that cannot be registered does not keep the others from it, unless whoever asks may not say
 * that an asset is less than it was: then it is all or nothing, because it is looked at as a whole.
 */
async function registerAll(
  { store }: ApiDependencies,
  entries: Entries,
  asker: Principal,
): Promise<readonly RegistrationOutcome[]> {
  const registrations = entries.map(({ registration }) => registration);
  if (asker.permissions.includes('approve')) {
    return await registerAssets(store, registrations, asker.userId);
  }
  return await inTransaction(store, async (db) => {
    const done = await registerAssets(db, registrations, asker.userId);
    const existed = done.flatMap((one) => ('error' in one || !one.existed ? [] : [one.asset.id]));
    await expectMayWeaken(store, db, existed, asker);
    return done;
  });
}

function planned({ registration }: Entries[number]) {
  const name = registration.name ?? registration.location ?? '';
  return { id: null, name, existed: false };
}

function refused(entries: Entries, outcomes: readonly RegistrationOutcome[]) {
  return outcomes.flatMap((outcome, index) =>
    'error' in outcome
      ? [
          {
            line: entries[index]?.line ?? null,
            message: `${outcome.error.message}. ${outcome.error.remedy}`,
            severity: 'error',
          },
        ]
      : [],
  );
}

async function begin(
  { store, client }: ApiDependencies,
  outcomes: readonly RegistrationOutcome[],
  by: string,
): Promise<void> {
  await announce(store, 'asset', '*');
  const added = outcomes.flatMap((outcome) =>
    'error' in outcome || outcome.existed || outcome.asset.kind !== 'repository'
      ? []
      : [outcome.asset.id],
  );
  for (const id of added.slice(0, SCANNED_AT_ONCE)) {
    await client.requestScan(id, 'registered', { by });
  }
}
