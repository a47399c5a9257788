import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Transaction } from 'kysely';
import { SutureError } from '../../domain/error.ts';
import { CHANGE_ID, REMEDIATION_ID } from '../../platform/tracing.ts';
import { changesOf } from '../../store/changes.ts';
import { applyFindingEvent } from '../../store/findings.ts';
import { announce } from '../../store/live-events.ts';
import {
  beginRemediation,
  endRemediation,
  endWhenSettled,
  type Remediation,
} from '../../store/remediations.ts';
import type { Tables } from '../../store/tables.ts';
import { closeChange } from './close-change.ts';
import type { Control } from './control.ts';
import { decideChange } from './decide-change.ts';
import { failureText, step, untilWoken } from './durable.ts';
import { earlierChange, waitForEarlier } from './earlier-change.ts';
import { endChange } from './end-change.ts';
import { handOverChange } from './hand-over-change.ts';
import { prove } from './prove.ts';
import { tellFailed } from './tell.ts';

/** Several lockfiles, each with its budget, on a busy machine. */
const PROVE_MS = 3 * 3600_000;

/** How soon a hand-over that the repository refused is tried again. */
const HAND_OVER_AGAIN_MS = 3600_000;

/**
 * From findings to proven changes: assess → plan → patch → verify. Each change is then seen through
 * by a workflow of its own, {@link settleChange}, which may take weeks.
 */
export async function remediate(
  control: Control,
  id: string,
  others: {
    readonly settle: (changeId: string) => Promise<void>;
    /** Changes that this one took the place of need not wait any more. */
    readonly wakeReplaced: (run: Remediation) => Promise<void>;
  },
): Promise<void> {
  const about = { [REMEDIATION_ID]: id };
  await step('wait while paused', () => control.pause.off());
  const run = await step('assess', () => assess(control, id), { about });
  if (run === undefined) return;
  try {
    await step('plan, patch and verify', () => prove(control, id), {
      attempts: 3,
      timeoutMs: PROVE_MS,
      about,
    });
    const changes = await step('list changes', () => changesToSettle(control, id));
    for (const change of changes) await others.settle(change);
    await others.wakeReplaced(run);
    await step('record', () => endIfSettled(control, id));
  } catch (error) {
    await step('fail', () => fail(control, run, failureText(error)));
  }
}

/** From a proven change to what became of it: decide → hand over → confirm closed → record. */
export async function settleChange(
  control: Control,
  id: string,
  others: {
    readonly startRemediation: (id: string) => Promise<void>;
    /** Changes made on this one wait for it. */
    readonly wakeNext: () => Promise<void>;
  },
): Promise<void> {
  for (;;) {
    // A change that is made on another is never without it: it is decided about at once, and goes
    // when the other has gone.
    const earlier = await step('look at the change before', () => earlierChange(control, id));
    if (earlier === 'out') {
      await others.wakeNext();
      return;
    }
    const decided = await patiently(control, id, 'decide', () => decideChange(control, id));
    if (decided === 'given up') return;
    if (decided.next === 'end') {
      if (decided.start !== undefined) await others.startRemediation(decided.start);
      await others.wakeNext();
      return;
    }
    if (decided.next === 'wait') {
      await untilWoken(decided.until);
      continue;
    }
    if (earlier === 'waiting') {
      await step('wait for the change before', () => waitForEarlier(control, id));
      await untilWoken();
      continue;
    }
    await step('wait while paused', () => control.pause.off());
    const handed = await patiently(control, id, 'hand over', () =>
      handOverChange(control, id, decided),
    );
    if (handed !== 'again') await others.wakeNext();
    if (handed === 'ended' || handed === 'given up') return;
    if (handed === 'handed-over') break;
    const again = (await DBOS.now()) + HAND_OVER_AGAIN_MS;
    await untilWoken(new Date(again).toISOString());
  }

  for (;;) {
    const seen = await patiently(control, id, 'confirm closed and record', () =>
      closeChange(control, id),
    );
    if (seen !== 'waiting') return;
    await untilWoken();
  }
}

/** How soon what stood in the way of a change is looked at again. */
const AGAIN_MS = 10 * 60_000;
/** Nobody looks after the asset any more, and so nobody does after its changes. */
const UNWATCHED = new Set(['asset-archived', 'asset-missing']);

/**
 * A step of a change that waits anyway: what stands in its way (a policy that cannot be read, a
 * repository that does not answer) is waited out as well.
 */
async function patiently<T>(
  control: Control,
  id: string,
  name: string,
  work: () => Promise<T>,
): Promise<T | 'given up'> {
  for (;;) {
    try {
      return await step(name, work, { about: { [CHANGE_ID]: id } });
    } catch (error) {
      // The engine's own (the run was cancelled) are not ours to wait out.
      if (!(error instanceof SutureError)) throw error;
      if (UNWATCHED.has(error.code)) {
        const because = `${error.message}; nobody looks after its changes`;
        await step('give up', () => endChange(control, id, { to: 'cancelled', because }));
        return 'given up';
      }
      control.log.warn({ change: id, err: error }, `${name} is tried again later`);
      await untilWoken(new Date((await DBOS.now()) + AGAIN_MS).toISOString());
    }
  }
}

async function assess(control: Control, id: string): Promise<Remediation | undefined> {
  return await control.store.transaction().execute(async (trx: Transaction<Tables>) => {
    const run = await beginRemediation(trx, id);
    if (run === undefined) return undefined;
    await applyFindingEvent(trx, run.findingIds, 'work-started', {
      actor: 'workflow',
      because: 'a remediation took it up',
    });
    await announce(trx, 'remediation', id, run.assetId);
    return run;
  });
}

async function changesToSettle({ store }: Control, id: string): Promise<readonly string[]> {
  const changes = await changesOf(store, id);
  return changes.map((change) => change.id);
}

async function endIfSettled({ store }: Control, id: string): Promise<void> {
  if (await endWhenSettled(store, id)) await announce(store, 'remediation', id);
}

async function fail(control: Control, run: Remediation, why: string): Promise<void> {
  const { store, log } = control;
  const ended = await store.transaction().execute(async (trx) => {
    if (!(await endRemediation(trx, run.id, 'failed', why))) return false;
    await applyFindingEvent(trx, run.findingIds, 'work-ended', {
      actor: 'workflow',
      because: `the remediation failed: ${why}`,
    });
    await announce(trx, 'remediation', run.id, run.assetId);
    await tellFailed(control, trx, { assetId: run.assetId, run: run.id, why });
    return true;
  });
  if (ended) log.warn({ remediation: run.id, assetId: run.assetId }, `remediation failed: ${why}`);
}
