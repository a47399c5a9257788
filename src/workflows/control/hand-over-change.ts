import type { HandOverMode } from '../../domain/control-policy.ts';
import type { DecisionDraft } from '../../domain/decision.ts';
import { SutureError } from '../../domain/error.ts';
import type { ManagedAsset } from '../../domain/managed-asset.ts';
import type { Mirror } from '../../platform/mirror.ts';
import { usersMeant } from '../../store/approvals.ts';
import { change, changesOf, moveChange, type StoredChange } from '../../store/changes.ts';
import { recordDecision } from '../../store/decisions.ts';
import { applyFindingEvent } from '../../store/findings.ts';
import { announce } from '../../store/live-events.ts';
import { setStage } from '../../store/remediations.ts';
import { queueScan } from '../../store/scans.ts';
import type { Control } from './control.ts';
import { endChange } from './end-change.ts';
import { runId } from './names.ts';
import { haveCommit, mirrorOf, watchedAsset } from './repository.ts';
import { tell, tellFailed } from './tell.ts';

/** What the repository has now. */
interface Handed {
  readonly mode: HandOverMode;
  readonly branch: string;
  readonly note?: string;
}

/** The repository does not take it today; a person has to see to that. */
const REFUSED = new Set([
  'push-declined',
  'repository-refused',
  'host-unknown',
  'git-ownership',
  'branch-taken',
  'branch-missing',
]);
const OPEN = ['withheld', 'observed', 'suggested', 'awaiting-approval', 'scheduled'] as const;

/**
 * hand over: puts a change where policy wants it, as a branch or on the watched branch itself. The
 * repository is asked first whether it has it already, so that doing it again does nothing.
 *
 * @returns `again` when the repository did not take it and it is worth another try later
 */
export async function handOverChange(
  control: Control,
  id: string,
  decided: { readonly mode: HandOverMode; readonly because: string },
): Promise<'handed-over' | 'ended' | 'again'> {
  const { store } = control;
  const found = await change(store, id);
  if (found?.state === 'handed-over') return 'handed-over';
  if (found === undefined || !OPEN.some((state) => state === found.state)) return 'ended';
  const asset = await watchedAsset(control, found.assetId);
  await setStage(store, found.remediationId, 'hand-over');
  try {
    const handed = await bringOver(control, asset, found, decided.mode);
    await remember(control, asset, found, handed, decided.because);
    return 'handed-over';
  } catch (error) {
    if (!(error instanceof SutureError)) throw error;
    if (error.code === 'base-moved' || error.code === 'base-gone') {
      await planAgain(control, found, error.message);
      return 'ended';
    }
    if (!REFUSED.has(error.code)) throw error;
    const why = `${error.message}. ${error.remedy}`;
    await store.transaction().execute(async (trx) => {
      await moveChange(trx, id, { to: found.state, from: [found.state], because: why });
      await announce(trx, 'change', id, asset.id);
      await tellFailed(control, trx, {
        assetId: asset.id,
        run: found.remediationId,
        why: `${found.title}: ${why}`,
      });
    });
    return 'again';
  }
}

async function bringOver(
  control: Control,
  asset: ManagedAsset,
  found: StoredChange,
  mode: HandOverMode,
): Promise<Handed> {
  const mirror = await mirrorOf(control, asset);
  const { branch } = await mirror.fetch();
  const earlier = (await changesOf(control.store, found.remediationId)).filter(
    ({ position }) => position <= found.position,
  );
  await haveCommit(mirror, earlier);
  if (mode === 'branch') return { mode, branch: await pushed(mirror, found) };
  try {
    await mirror.fastForward(branch, found.baseCommit, found.commit);
    return { mode, branch };
  } catch (error) {
    if (!(error instanceof SutureError) || error.code !== 'branch-checked-out') throw error;
    // Somebody works on that branch right there: it is theirs to move.
    const note = `${branch} is checked out there, so it is left as a branch to merge`;
    return { mode: 'branch', branch: await pushed(mirror, found), note };
  }
}

/** Names to try where somebody else has the branch's name. */
const NAMES = 5;

async function pushed(mirror: Mirror, { branch, commit }: StoredChange): Promise<string> {
  for (let turn = 1; ; turn += 1) {
    const name = turn === 1 ? branch : `${branch}-${turn}`;
    try {
      await mirror.pushBranch(commit, name);
      return name;
    } catch (error) {
      const taken = error instanceof SutureError && error.code === 'branch-taken';
      if (!taken || turn === NAMES) throw error;
    }
  }
}

async function remember(
  control: Control,
  asset: ManagedAsset,
  found: StoredChange,
  handed: Handed,
  because: string,
): Promise<void> {
  const { store, services } = control;
  const where = handed.mode === 'merge' ? `merged into ${handed.branch}` : `on ${handed.branch}`;
  const told = [because, ...(handed.note === undefined ? [] : [handed.note])].join('; ');
  await store.transaction().execute(async (trx) => {
    const moved = await moveChange(trx, found.id, {
      to: 'handed-over',
      from: OPEN,
      because: told,
      notBefore: null,
      handOver: handed.mode,
    });
    if (!moved) return;
    await trx
      .updateTable('change')
      .set({ branch: handed.mode === 'branch' ? handed.branch : found.branch })
      .where('id', '=', found.id)
      .execute();
    await setStage(trx, found.remediationId, 'confirm');
    await applyFindingEvent(trx, found.closes, 'handed-over', {
      actor: 'workflow',
      because: `handed over ${where}`,
      changeId: found.id,
    });
    if (handed.mode === 'merge') {
      // What was merged is looked at at once; a branch when somebody has merged it.
      const workflowId = runId('scan', 'merged', found.id);
      await queueScan(trx, { assetId: asset.id, trigger: 'merge', workflowId });
    }
    await announce(trx, 'change', found.id, asset.id);
    await announce(trx, 'remediation', found.remediationId, asset.id);
    await tell(control, trx, {
      kind: 'change-handed-over',
      key: `handed-over:${found.id}`,
      recipients: await usersMeant(trx, ['owners'], asset.owners),
      title: `${asset.name}: ${found.title} is ${where}`,
      body: [told],
      link: `/changes/${found.id}`,
      urgency: handed.mode === 'branch' ? 'now' : 'digest',
      assetId: asset.id,
    });
    await recordDecision(trx, handOverDecision(control, asset, found, handed, told), {
      now: services.clock.now(),
      sign: control.key,
    });
  });
}

function handOverDecision(
  control: Control,
  asset: ManagedAsset,
  found: StoredChange,
  handed: Handed,
  because: string,
): DecisionDraft {
  const { override } = found;
  return {
    kind: 'hand-over',
    subject: { type: 'change', id: found.id },
    assetId: asset.id,
    outcome: handed.mode,
    because,
    actor:
      override === null
        ? { type: 'policy', version: found.decidedByPolicy ?? 0 }
        : { type: 'person', userId: override.by, name: override.byName },
    ...(found.rule === null ? {} : { rule: found.rule }),
    inputs: {
      branch: handed.branch,
      commit: found.commit,
      baseCommit: found.baseCommit,
      evidence: found.evidenceSha256,
    },
    factors: [],
    alternatives: [
      handed.mode === 'merge'
        ? { outcome: 'branch', why: 'policy has changes like this merged without a person' }
        : {
            outcome: 'merge',
            why: handed.note ?? 'policy leaves merging to people, who get a branch',
          },
    ],
    versions: { suture: control.services.tool.version },
    key: `hand-over:${found.id}`,
  };
}

/** What it starts from is there no more: it is scanned, and planned anew on what is there now. */
async function planAgain(control: Control, found: StoredChange, why: string): Promise<void> {
  await endChange(control, found.id, {
    to: 'superseded',
    because: `${why}; it is planned again on what is there now`,
  });
  await queueScan(control.store, {
    assetId: found.assetId,
    trigger: 'push',
    workflowId: runId('scan', 'moved', found.id),
  });
}
