import { sql } from 'kysely';
import { SutureError } from '../domain/error.ts';
import type { ManagedAsset } from '../domain/managed-asset.ts';
import {
  checkBranch,
  checkCredential,
  checkLabels,
  checkOwners,
  checkSchedule,
  checkText,
} from './assets-check.ts';
import type { Store } from './database.ts';

/** The columns of {@link ManagedAsset}; the table is called `asset` in the query. */
export const assetColumns = sql`asset.id, asset.identity, asset.kind, asset.name, asset.location,
  asset.folder, asset.branch, asset.credential, asset.owners, asset.labels, asset.schedule,
  asset.registered_at as "registeredAt", asset.scanned_at as "scannedAt",
  asset.scanned_commit as "scannedCommit", asset.archived_at as "archivedAt"`;

/** A row of {@link assetColumns}: what is absent is null. */
export type AssetRecord = {
  readonly [K in keyof Required<ManagedAsset>]: undefined extends ManagedAsset[K]
    ? Exclude<ManagedAsset[K], undefined> | null
    : ManagedAsset[K];
};

export function managedAsset(row: AssetRecord): ManagedAsset {
  const { location, branch, credential, schedule, scannedAt, scannedCommit, archivedAt } = row;
  return {
    id: row.id,
    identity: row.identity,
    kind: row.kind,
    name: row.name,
    folder: row.folder,
    owners: row.owners,
    labels: row.labels,
    registeredAt: row.registeredAt,
    ...(location !== null && { location }),
    ...(branch !== null && { branch }),
    ...(credential !== null && { credential }),
    ...(schedule !== null && { schedule }),
    ...(scannedAt !== null && { scannedAt }),
    ...(scannedCommit !== null && { scannedCommit }),
    ...(archivedAt !== null && { archivedAt }),
  };
}

/** An asset, archived ones too; `undefined` when there is none. */
export async function asset(db: Store, id: string): Promise<ManagedAsset | undefined> {
  const [found] = await assetsById(db, [id]);
  return found;
}

/** Those that exist, in no particular order. */
export async function assetsById(
  db: Store,
  ids: readonly string[],
): Promise<readonly ManagedAsset[]> {
  // Ids come from addresses that people type.
  const numbers = ids.filter((id) => /^\d{1,18}$/.test(id));
  const { rows } = await sql<AssetRecord>`
    select ${assetColumns} from asset where id = any(${numbers}::bigint[])`.execute(db);
  return rows.map(managedAsset);
}

/** What may be changed of an asset; `null` takes a value away. */
export interface AssetUpdate {
  readonly name?: string;
  readonly branch?: string | null;
  readonly credential?: string | null;
  readonly owners?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly schedule?: string | null;
  readonly archived?: boolean;
}

/**
 * Changes how an asset is watched. Archiving stops scans and hides it from lists; its history
 * stays, and it can be brought back.
 *
 * @throws SutureError `asset-missing`, `asset-invalid`; `asset-registered` when bringing it back
 *   meets another at the same place.
 */
export async function updateAsset(
  db: Store,
  id: string,
  update: AssetUpdate,
  now: Date = new Date(),
): Promise<ManagedAsset> {
  const { name, branch, credential, owners, labels, schedule, archived } = update;
  if (name !== undefined) checkText('name', name);
  const values = {
    ...(name !== undefined && { name: name.trim() }),
    ...(branch !== undefined && { branch: branch === null ? null : checkBranch(branch) }),
    ...(credential !== undefined && {
      credential: credential === null ? null : checkCredential(credential),
    }),
    ...(owners !== undefined && { owners: [...checkOwners(owners)] }),
    ...(labels !== undefined && { labels: JSON.stringify(checkLabels(labels)) }),
    ...(schedule !== undefined && { schedule: schedule === null ? null : checkSchedule(schedule) }),
    ...(archived === true && { archived_at: sql<string>`coalesce(archived_at, ${now})` }),
    ...(archived === false && { archived_at: null }),
  };
  if (Object.keys(values).length > 0 && /^\d{1,18}$/.test(id)) {
    await db
      .updateTable('asset')
      .set(values)
      .where('id', '=', id)
      .execute()
      .catch((error: unknown) => {
        throw (error as { constraint?: unknown }).constraint === 'asset_place'
          ? placeTaken(error)
          : error;
      });
  }
  const after = await asset(db, id);
  if (after === undefined) throw assetMissing(id);
  return after;
}

/** Stops watching an asset; archiving it again changes nothing. */
export async function archiveAsset(db: Store, id: string, now: Date): Promise<ManagedAsset> {
  return await updateAsset(db, id, { archived: true }, now);
}

export function assetMissing(id: string): SutureError {
  return new SutureError('asset-missing', `there is no asset ${id.slice(0, 50)}`, {
    remedy: 'List assets to see which there are.',
  });
}

function placeTaken(cause: unknown): SutureError {
  return new SutureError('asset-registered', 'another asset is watched at the same place', {
    remedy: 'Archive the other one first, or register this one with another folder or branch.',
    cause,
  });
}
