import { join } from 'node:path';
import { SutureError } from '../../domain/error.ts';
import type { ManagedAsset } from '../../domain/managed-asset.ts';
import type { CommitIdentity } from '../../platform/git.ts';
import { type Mirror, openMirror } from '../../platform/mirror.ts';
import { asset } from '../../store/assets.ts';
import type { StoredChange } from '../../store/changes.ts';
import type { Control } from './control.ts';

/** An asset that is still looked after. @throws SutureError `asset-missing` or `asset-archived` */
export async function watchedAsset(control: Control, id: string): Promise<ManagedAsset> {
  const found = await asset(control.store, id);
  if (found === undefined) {
    throw new SutureError('asset-missing', `There is no asset ${id}`, {
      remedy: 'It was removed meanwhile.',
    });
  }
  if (found.archivedAt !== undefined) {
    throw new SutureError('asset-archived', `${found.name} is archived`, {
      remedy: 'Bring it back to have it watched again.',
    });
  }
  return found;
}

/** This worker's own mirror of a repository. */
export async function mirrorOf(control: Control, asset: ManagedAsset): Promise<Mirror> {
  if (asset.kind !== 'repository' || asset.location === undefined) {
    throw new SutureError('not-a-repository', `${asset.name} is not a repository`, {
      remedy: 'Changes are made in repositories; register the one that this comes from.',
    });
  }
  return await openMirror({
    directory: mirrorFolder(control.services.home, asset.id),
    location: asset.location,
    ...(asset.credential === undefined ? {} : { credential: asset.credential }),
    ...(asset.branch === undefined ? {} : { branch: asset.branch }),
  });
}

export function mirrorFolder(home: string, assetId: string): string {
  return join(home, 'repositories', assetId);
}

/** Who commits, and when: with it every worker makes the same commit of the same change. */
export function committer(at: string): CommitIdentity {
  return { name: 'Suture', email: 'suture@localhost', at };
}

/**
 * Makes sure that the mirror has a change's commit: found, fetched, or made again from what the
 * store keeps, below it those of the changes it is made on.
 *
 * @param changes of one remediation up to this one, in order
 * @throws SutureError `base-gone` when the repository no longer has what it starts from
 */
export async function haveCommit(mirror: Mirror, changes: readonly StoredChange[]): Promise<void> {
  for (const change of changes) {
    if ((await mirror.repository.resolve(change.commit)) !== undefined) continue;
    if (!(await mirror.fetchCommit(change.baseCommit))) {
      throw new SutureError('base-gone', `The repository no longer has ${change.baseCommit}`, {
        remedy: 'Its history was rewritten; the change is planned again on what is there now.',
      });
    }
    const made = await mirror.repository.commit({
      parent: change.baseCommit,
      files: new Map(
        Object.entries(change.contents).map(([path, text]) => [path, text ?? undefined]),
      ),
      message: change.message,
      by: committer(change.committedAt),
    });
    if (made !== change.commit) {
      throw new SutureError('commit-differs', `${change.id} came out as ${made}`, {
        remedy: 'The stored change was altered, or git commits differently here; do not trust it.',
      });
    }
  }
}
