import type { AssetContext } from '../../domain/context.ts';
import type { ManagedAsset } from '../../domain/managed-asset.ts';
import type { Mirror } from '../../platform/mirror.ts';
import type { AdvisoryIndex } from '../../ports/advisory-index.ts';
import type { PackageSources } from '../../ports/package-sources.ts';
import { contextStatements } from '../../store/asset-context.ts';
import { firstSeenDates } from '../../store/scans.ts';
import { type ProjectCopies, projectCopies } from '../project-copies.ts';
import { type DirectoryScan, scanDirectory } from '../scan.ts';
import type { Control } from './control.ts';
import { unpackedPackages } from './installed-sources.ts';
import { policyInForce } from './policy-in-force.ts';

/** A repository's project at one commit, scanned; its copies are there until it is disposed. */
export interface ScannedCommit extends AsyncDisposable {
  readonly scanned: DirectoryScan;
  readonly copies: ProjectCopies;
  /** What its dependencies are made of. */
  readonly sources: PackageSources;
}

/**
 * discover → match → prioritize at a commit of a mirror, under the policy in force. What a person
 * said of the asset counts more than what its own files say.
 */
export async function scanCommit(
  control: Control,
  asset: ManagedAsset,
  at: { readonly mirror: Mirror; readonly commit: string },
  index: AdvisoryIndex,
): Promise<ScannedCommit> {
  const { services, store } = control;
  const copies = await projectCopies({
    kind: 'commit',
    repository: at.mirror.repository,
    commit: at.commit,
    under: asset.folder,
  });
  const sources = unpackedPackages(control, copies);
  try {
    const { policy } = await policyInForce(store);
    const scanned = await scanDirectory(
      { directory: copies.pristine, identity: { id: asset.identity, name: asset.name } },
      index,
      {
        offline: false,
        policy,
        context: await saidByPeople(control, asset.id),
        firstSeen: await firstSeenDates(store, asset.id),
      },
      { ...services, packageSources: () => sources },
    );
    return { scanned, copies, sources, [Symbol.asyncDispose]: () => copies[Symbol.asyncDispose]() };
  } catch (error) {
    await copies[Symbol.asyncDispose]();
    throw error;
  }
}

/** Context fields that a person stated, as the scan takes them. */
async function saidByPeople(control: Control, assetId: string): Promise<Partial<AssetContext>> {
  const statements = await contextStatements(control.store, assetId);
  return Object.fromEntries(
    statements
      .filter(({ source }) => source === 'person')
      .map(({ field, value, because }) => [field, { value, source: 'declared', because }]),
  );
}
