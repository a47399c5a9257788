import { sql } from 'kysely';
import { SutureError } from '../domain/error.ts';
import type {
  AssetRegistration,
  ContextName,
  ContextStatement,
  ManagedAsset,
} from '../domain/managed-asset.ts';
import { lockAssets, putStatements, refreshContext } from './asset-context.ts';
import { assetMissing, assetsById } from './assets.ts';
import { type CheckedRegistration, checkRegistration } from './assets-check.ts';
import type { Store } from './database.ts';
import { inTransaction } from './in-transaction.ts';

/** What became of one registration. */
export type RegistrationOutcome =
  | { readonly asset: ManagedAsset; readonly existed: boolean }
  /** `asset-invalid` or `asset-registered`; nothing of this registration was kept. */
  | { readonly error: SutureError };

/** One transaction's worth; locks are not held for longer. */
const BATCH = 500;

/**
 * Registers an asset, or finds the one that is registered already: by its identity, or by location,
 * folder and branch. What the registration says is then taken over and what it leaves out stays; an
 * archived asset is brought back with its history. Its context counts as said by a person.
 *
 * @param by id of the person
 * @throws SutureError `asset-invalid`; `asset-registered` when it is watched at another location
 */
export async function registerAsset(
  db: Store,
  registration: AssetRegistration,
  by?: string,
): Promise<ManagedAsset> {
  const [outcome] = await registerAssets(db, [registration], by);
  if (outcome === undefined) throw new TypeError('a registration has an outcome');
  if ('error' in outcome) throw outcome.error;
  return outcome.asset;
}

/** Registers many; one that cannot be registered does not keep the others from it. */
export async function registerAssets(
  db: Store,
  registrations: readonly AssetRegistration[],
  by?: string,
): Promise<readonly RegistrationOutcome[]> {
  const outcomes: RegistrationOutcome[] = [];
  for (let from = 0; from < registrations.length; from += BATCH) {
    outcomes.push(...(await registerBatch(db, registrations.slice(from, from + BATCH), by)));
  }
  return outcomes;
}

async function registerBatch(
  db: Store,
  registrations: readonly AssetRegistration[],
  by: string | undefined,
): Promise<readonly RegistrationOutcome[]> {
  const checked = registrations.map(checkOrError);
  try {
    return await inTransaction(db, (trx) => registerChecked(trx, checked, by));
  } catch (error) {
    // Two of them want the same place, or somebody else took one just now.
    if (!isPlaceTaken(error) || db.isTransaction) throw error;
    const [only] = checked;
    if (only === undefined || checked.length > 1) {
      const each = registrations.map((one) => async () => await registerBatch(db, [one], by));
      const outcomes: RegistrationOutcome[] = [];
      for (const register of each) outcomes.push(...(await register()));
      return outcomes;
    }
    return [{ error: 'error' in only ? only.error : watchedAlready(only.registration, undefined) }];
  }
}

type Checked = { readonly registration: CheckedRegistration } | { readonly error: SutureError };

function checkOrError(registration: AssetRegistration): Checked {
  try {
    return { registration: checkRegistration(registration) };
  } catch (error) {
    if (error instanceof SutureError) return { error };
    throw error;
  }
}

async function registerChecked(
  db: Store,
  checked: readonly Checked[],
  by: string | undefined,
): Promise<readonly RegistrationOutcome[]> {
  const good = checked.flatMap((each) => ('error' in each ? [] : [each.registration]));
  const before = await findPlaces(db, good);
  const fresh = new Map<string, CheckedRegistration>();
  for (const registration of good) {
    const known = placeOf(before, registration) !== undefined;
    // The same twice in one list is one asset; the later one adds to it.
    if (!known && !fresh.has(registration.identity)) fresh.set(registration.identity, registration);
  }
  await insertAssets(db, [...fresh.values()], by);
  const places = fresh.size === 0 ? before : await findPlaces(db, good);
  const settled = checked.map((each) =>
    'error' in each ? each : settle(places, each.registration),
  );
  const kept = settled.flatMap((each) => ('error' in each ? [] : [each]));
  const ids = kept.map(({ id }) => id);
  await lockAssets(db, ids);
  await updateRegistered(db, kept);
  await stateRegistered(db, kept, by);
  const assets = new Map((await assetsById(db, ids)).map((asset) => [asset.id, asset]));
  return settled.map((each): RegistrationOutcome => {
    if ('error' in each) return each;
    const asset = assets.get(each.id);
    return asset === undefined
      ? { error: assetMissing(each.id) }
      : // Only the first of those that are the same is new.
        { asset, existed: !fresh.delete(each.registration.identity) };
  });
}

interface Place {
  readonly id: string;
  readonly identity: string;
  readonly name: string;
  readonly location: string | null;
  readonly folder: string;
  readonly branch: string | null;
  readonly archived: boolean;
}

interface Places {
  readonly byIdentity: ReadonlyMap<string, Place>;
  readonly byPlace: ReadonlyMap<string, Place>;
}

async function findPlaces(db: Store, wanted: readonly CheckedRegistration[]): Promise<Places> {
  const locations = wanted.flatMap(({ location }) => location ?? []);
  const { rows } = await sql<Place>`
    select id, identity, name, location, folder, branch, archived_at is not null as archived
    from asset
    where identity = any(${wanted.map(({ identity }) => identity)}::text[])
      or (location = any(${locations}::text[]) and archived_at is null)`.execute(db);
  return {
    byIdentity: new Map(rows.map((row) => [row.identity, row])),
    byPlace: new Map(
      rows.flatMap((row) => (row.archived || row.location === null ? [] : [[keyOf(row), row]])),
    ),
  };
}

function placeOf(places: Places, wanted: CheckedRegistration): Place | undefined {
  return places.byPlace.get(keyOf(wanted)) ?? places.byIdentity.get(wanted.identity);
}

function keyOf(place: {
  readonly folder: string;
  readonly location?: string | null;
  readonly branch?: string | null;
}): string {
  return JSON.stringify([place.location ?? null, place.folder, place.branch ?? null]);
}

/**
 * The asset that a registration means. A repository is where it is, whatever it was called by, and
 * at two locations it is two copies of one asset, which would have the same findings. A host is its
 * name and may move, but not to where another one is.
 */
function settle(
  places: Places,
  registration: CheckedRegistration,
): { id: string; registration: CheckedRegistration } | { error: SutureError } {
  const there = places.byPlace.get(keyOf(registration));
  const same = places.byIdentity.get(registration.identity);
  const moved = same !== undefined && !same.archived && keyOf(same) !== keyOf(registration);
  const found = registration.kind === 'host' ? same : (there ?? same);
  const conflict =
    registration.kind === 'host'
      ? there !== undefined && there.id !== same?.id
      : registration.kind === 'repository' && there === undefined && moved;
  return found === undefined || conflict
    ? { error: watchedAlready(registration, there ?? same) }
    : { id: found.id, registration };
}

function watchedAlready(wanted: CheckedRegistration, place: Place | undefined): SutureError {
  const as = place === undefined ? 'at the same place' : `as "${place.name}" (asset ${place.id})`;
  return new SutureError('asset-registered', `${wanted.name} is watched already, ${as}`, {
    remedy: 'Archive that one first, or give another branch or folder of it.',
  });
}

function isPlaceTaken(error: unknown): boolean {
  return (error as { constraint?: unknown }).constraint === 'asset_place';
}

async function insertAssets(
  db: Store,
  fresh: readonly CheckedRegistration[],
  by: string | undefined,
): Promise<void> {
  if (fresh.length === 0) return;
  await sql`
    insert into asset (identity, kind, name, location, folder, branch, registered_by)
    select identity, kind, name, location, folder, branch, ${by ?? null}::bigint
    from jsonb_to_recordset(${JSON.stringify(fresh)}::jsonb)
      as given (identity text, kind text, name text, location text, folder text, branch text)
    order by identity
    on conflict do nothing`.execute(db);
}

async function updateRegistered(
  db: Store,
  kept: readonly { readonly id: string; readonly registration: CheckedRegistration }[],
): Promise<void> {
  // Of the same asset twice the last word counts.
  const last = new Map<string, object>();
  for (const { id, registration } of kept) {
    const { name, named, ...given } = registration;
    last.set(id, { ...last.get(id), ...given, ...(named && { name }), id });
  }
  await sql`
    update asset set name = coalesce(given.name, asset.name),
      location = coalesce(given.location, asset.location), folder = given.folder,
      branch = coalesce(given.branch, asset.branch),
      credential = coalesce(given.credential, asset.credential),
      owners = coalesce(given.owners, asset.owners),
      labels = coalesce(given.labels, asset.labels),
      schedule = coalesce(given.schedule, asset.schedule),
      archived_at = null
    from jsonb_to_recordset(${JSON.stringify([...last.values()])}::jsonb)
      as given (id bigint, name text, location text, folder text, branch text, credential text,
        owners text[], labels jsonb, schedule text)
    where asset.id = given.id`.execute(db);
}

async function stateRegistered(
  db: Store,
  kept: readonly { readonly id: string; readonly registration: CheckedRegistration }[],
  by: string | undefined,
): Promise<void> {
  const observedAt = new Date().toISOString();
  const statements = new Map(
    kept.flatMap(({ id, registration }) =>
      Object.entries(registration.context).map(([field, value]) => {
        const statement: ContextStatement = {
          field: field as ContextName,
          source: 'person',
          value,
          because: 'said at registration',
          observedAt,
          ...(by !== undefined && { by }),
        };
        return [`${id}/${field}`, { assetId: id, statement }];
      }),
    ),
  );
  if (statements.size === 0) return;
  const said = [...statements.values()];
  await putStatements(db, said);
  await refreshContext(db, [...new Set(said.map(({ assetId }) => assetId))]);
}
