import { SutureError } from '../../domain/error.ts';
import type { ManagedAsset } from '../../domain/managed-asset.ts';
import type { Mirror } from '../../platform/mirror.ts';
import { changesOf, type OpenChange, openChanges } from '../../store/changes.ts';
import { queueRemediation, type RemediationTrigger } from '../../store/remediations.ts';
import { workableFindings, workKey } from '../../store/work-to-do.ts';
import type { Control } from './control.ts';
import { runId } from './names.ts';
import { policyInForce } from './policy-in-force.ts';
import { haveCommit, mirrorOf, watchedAsset } from './repository.ts';

/**
 * What left findings unfixed may look different a day later: a fix is published, a cooldown ends.
 * Until then the same work is not begun again.
 */
const AGAIN_HOURS = 24;

export interface WorkRequest {
  readonly trigger: RemediationTrigger;
  /** Packages to leave alone. */
  readonly avoid: readonly string[];
  readonly by?: string;
  /** Begins even if nothing is new: a person asked for it. */
  readonly always: boolean;
}

const AFTER_SCAN: WorkRequest = { trigger: 'scan', avoid: [], always: false };

/**
 * Looks whether there is something to remedy on an asset, and writes a remediation down for it. All
 * that can be worked on is planned together, also what an earlier change was to close that no
 * longer fits or was not handed over yet: the newer plan takes its place when it is proven.
 *
 * @param purpose names the request: the same one gets the same remediation
 * @returns the remediation to start; `undefined` when there is nothing (new) to do
 */
export async function queueWork(
  control: Control,
  scanned: { readonly assetId: string; readonly commit: string | null },
  purpose: string,
  request: WorkRequest = AFTER_SCAN,
): Promise<string | undefined> {
  const { store } = control;
  const { assetId, commit } = scanned;
  if (commit === null) return undefined;
  const asset = await watchedAsset(control, assetId);
  const { version } = await policyInForce(store);
  const open = await openChanges(store, assetId);
  const stale = await staleChanges(control, asset, open, commit);
  const keep = open.filter(({ id, state }) => state === 'handed-over' && !stale.has(id));
  const findings = await workableFindings(
    store,
    assetId,
    version,
    keep.map(({ id }) => id),
  );
  const wanted =
    request.always ||
    stale.size > 0 ||
    findings.some(({ fresh, band }) => fresh && band !== 'track');
  if (!wanted || findings.length === 0) return undefined;
  const key = workKey({ commit, findings, avoid: request.avoid, policyVersion: version });
  return await queueRemediation(
    store,
    {
      id: runId('remediation', assetId, key, purpose),
      assetId,
      workKey: request.always ? `${key} ${purpose}` : key,
      trigger: request.trigger,
      baseCommit: commit,
      findingIds: findings.map(({ id }) => id),
      avoid: request.avoid,
      policyVersion: version,
      ...(request.by === undefined ? {} : { requestedBy: request.by }),
    },
    AGAIN_HOURS,
  );
}

/**
 * Open changes that no longer fit: a file they change is another one on the branch than the one they
 * were made from, and not the one they make.
 */
async function staleChanges(
  control: Control,
  asset: ManagedAsset,
  open: readonly OpenChange[],
  head: string,
): Promise<ReadonlySet<string>> {
  const moved = open.filter(({ baseCommit }) => baseCommit !== head);
  if (moved.length === 0) return new Set();
  const mirror = await mirrorOf(control, asset);
  if (!(await mirror.fetchCommit(head))) await mirror.fetch();
  const stale = new Set<string>();
  for (const change of moved) {
    if (!(await fits(control, mirror, change, head))) stale.add(change.id);
  }
  return stale;
}

async function fits(
  control: Control,
  mirror: Mirror,
  { id, remediationId }: OpenChange,
  head: string,
): Promise<boolean> {
  const changes = await changesOf(control.store, remediationId);
  const change = changes.find((one) => one.id === id);
  if (change === undefined) return true;
  try {
    await haveCommit(
      mirror,
      changes.filter(({ position }) => position <= change.position),
    );
  } catch (error) {
    if (error instanceof SutureError && error.code === 'base-gone') return false;
    throw error;
  }
  const { repository } = mirror;
  for (const path of change.files) {
    const now = await repository.fileAt(head, path);
    if (now === (await repository.fileAt(change.baseCommit, path))) continue;
    if (now !== (change.contents[path] ?? undefined)) return false;
  }
  return true;
}
