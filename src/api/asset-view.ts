import { contextStatements } from '../store/asset-context.ts';
import { type ListedAsset, listedAssetById } from '../store/asset-queries.ts';
import { assetRefs } from '../store/asset-refs.ts';
import { dependenciesOf, type RelatedAsset } from '../store/assets-dependencies.ts';
import { notFound } from './cursor.ts';
import type { ApiDependencies } from './dependencies.ts';
import { pushPath } from './push.ts';

type ScanState = 'running' | 'done' | 'failed' | 'cancelled';

/** An asset of the list, as the contract has it: what is absent is null. */
export function assetRow(asset: ListedAsset) {
  const { lastScan } = asset;
  return {
    id: asset.id,
    identity: asset.identity,
    kind: asset.kind,
    name: asset.name,
    location: asset.location ?? null,
    folder: asset.folder,
    branch: asset.branch ?? null,
    owners: asset.owners,
    labels: asset.labels,
    environment: asset.environment,
    exposure: asset.exposure,
    criticality: asset.criticality,
    dataSensitivity: asset.dataSensitivity,
    components: asset.components,
    findings: asset.findings,
    topScore: asset.topScore,
    registeredAt: asset.registeredAt,
    scannedAt: asset.scannedAt ?? null,
    scannedCommit: asset.scannedCommit ?? null,
    lastScan:
      lastScan === undefined
        ? null
        : {
            id: lastScan.id,
            state: shownState(lastScan.state),
            error: lastScan.error ?? null,
          },
    archivedAt: asset.archivedAt ?? null,
  };
}

/** One that waits for a worker is under way, to whoever looks at the asset. */
function shownState(state: string): ScanState {
  return state === 'done' || state === 'failed' || state === 'cancelled' ? state : 'running';
}

/** An asset with where its context came from and what it depends on. */
export async function wholeAsset({ store }: Pick<ApiDependencies, 'store'>, id: string) {
  const listed = await listedAssetById(store, id);
  if (listed === undefined) throw notFound('asset', id);
  const [context, related] = await Promise.all([
    contextStatements(store, id),
    dependenciesOf(store, id),
  ]);
  const refs = await assetRefs(
    store,
    [...related.dependsOn, ...related.neededBy].map((other) => other.id),
  );
  const shown = (others: readonly RelatedAsset[]) =>
    others.flatMap(({ id: other, source }) => {
      const ref = refs.get(other);
      return ref === undefined ? [] : [{ ...ref, source }];
    });
  return {
    ...assetRow(listed),
    credential: listed.credential ?? null,
    schedule: listed.schedule ?? null,
    nextScanAt: listed.kind === 'sbom' ? null : listed.nextScanAt,
    context: context.map(({ value, ...statement }) => ({
      ...statement,
      value: typeof value === 'number' ? value : String(value),
    })),
    dependsOn: shown(related.dependsOn),
    neededBy: shown(related.neededBy),
    pushHook: listed.kind === 'repository' ? pushPath(id) : null,
  };
}
