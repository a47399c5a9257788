import { sql } from 'kysely';
import type { Problem } from '../../domain/problem.ts';
import type { UnfixedFinding } from '../../domain/remedy.ts';
import { settleApproval } from '../../store/approvals.ts';
import {
  addChanges,
  moveChange,
  type NewChange,
  openChanges,
  remedySet,
} from '../../store/changes.ts';
import type { Store } from '../../store/database.ts';
import { recordDecision } from '../../store/decisions.ts';
import { applyFindingEvent } from '../../store/findings.ts';
import { announce } from '../../store/live-events.ts';
import {
  endWhenSettled,
  markProven,
  type Remediation,
  remediation,
} from '../../store/remediations.ts';
import type { Control } from './control.ts';

export interface Proof {
  readonly changes: readonly NewChange[];
  readonly unfixed: readonly UnfixedFinding[];
  readonly problems: readonly Problem[];
}

/**
 * Stores what a remediation proved, and lets it take the place of what earlier ones proved for the
 * same findings and could not bring home. All in one transaction; of a remediation that was
 * cancelled meanwhile nothing is stored.
 */
export async function storeProof(control: Control, run: Remediation, proof: Proof): Promise<void> {
  const { store } = control;
  await store.transaction().execute(async (trx) => {
    await sql`select from asset where id = ${run.assetId} for no key update`.execute(trx);
    if ((await remediation(trx, run.id))?.state !== 'running') return;
    const replaced = await supersede(control, trx, run, proof.changes);
    const changes = await proposable(trx, run, proof.changes);
    await addChanges(trx, run, changes);
    await markProven(trx, run.id, proof);
    const covered = new Set(changes.flatMap((one) => (one.state === 'observed' ? one.closes : [])));
    const left = [...run.findingIds, ...replaced].filter((id) => !covered.has(id));
    await applyFindingEvent(trx, left, 'work-ended', {
      actor: 'workflow',
      because: 'no change that closes it was proven',
    });
    for (const change of changes) await announce(trx, 'change', change.id, run.assetId);
    await announce(trx, 'remediation', run.id, run.assetId);
  });
}

/** @returns findings that the replaced changes were to close */
async function supersede(
  control: Control,
  trx: Store,
  run: Remediation,
  changes: readonly NewChange[],
): Promise<readonly string[]> {
  const ours = new Set(run.findingIds);
  const proven = changes.filter(({ state }) => state === 'observed');
  if (proven.length === 0) return [];
  const findings: string[] = [];
  for (const old of await openChanges(trx, run.assetId)) {
    if (old.remediationId === run.id || !old.closes.some((id) => ours.has(id))) continue;
    const because = `a newer plan took its place: ${proven.map(({ title }) => title).join('; ')}`;
    const moved = await moveChange(trx, old.id, { to: 'superseded', from: [old.state], because });
    if (!moved) continue;
    await settleApproval(trx, old.id, 'withdrawn');
    await endWhenSettled(trx, old.remediationId);
    findings.push(...old.closes);
    await announce(trx, 'change', old.id, run.assetId);
    await recordDecision(
      trx,
      {
        kind: 'supersede',
        subject: { type: 'change', id: old.id },
        assetId: run.assetId,
        outcome: 'superseded',
        because,
        actor: { type: 'policy', version: run.policyVersion },
        inputs: { by: proven.map(({ id }) => id), remediation: run.id, was: old.state },
        factors: [],
        alternatives: [
          {
            outcome: 'kept',
            why: 'both close the same findings, and the newer plan was made from what is there now',
          },
        ],
        versions: { suture: control.services.tool.version },
        key: `supersede:${old.id}`,
      },
      { now: control.services.clock.now(), sign: control.key },
    );
  }
  return findings;
}

/**
 * What was rejected is not proposed again while nothing is new: the same remedies that close no
 * more, under the same policy. Nor is what is open already. Both are kept for people to see.
 */
async function proposable(
  trx: Store,
  run: Remediation,
  changes: readonly NewChange[],
): Promise<readonly NewChange[]> {
  const { rows } = await sql<{ id: string; remedy_set: string; closes: string[]; state: string }>`
    select change.id, remedy_set, closes, change.state
    from change join remediation on remediation.id = change.remediation_id
    where change.asset_id = ${run.assetId} and remediation.id <> ${run.id}
      and ((change.state = 'rejected' and remediation.policy_version = ${run.policyVersion})
        or change.state = 'handed-over')`.execute(trx);
  let held = false;
  return changes.map((change) => {
    const known = rows.find(
      (row) =>
        row.remedy_set === remedySet(change.detail) &&
        (row.state === 'handed-over' || change.closes.every((id) => row.closes.includes(id))),
    );
    // One that is made on top of it cannot be handed over without it.
    if (known === undefined && !held) return change;
    held = true;
    const abstained =
      known === undefined
        ? 'It is made on a change that is held back.'
        : known.state === 'rejected'
          ? `People rejected the same change (${known.id}), and nothing is new since.`
          : `The same change is open already (${known.id}).`;
    return { ...change, state: 'withheld', detail: { ...change.detail, abstained } };
  });
}
