import { change, changesOf, moveChange, type StoredChange } from '../../store/changes.ts';
import type { Store } from '../../store/database.ts';
import { announce } from '../../store/live-events.ts';
import type { Control } from './control.ts';
import { endChange } from './end-change.ts';

/**
 * How things stand with the change that a change is made on: `in` the repository (or there is
 * none), `out` for good (then this one ends as well), or neither yet.
 */
export async function earlierChange(
  control: Control,
  id: string,
): Promise<'in' | 'out' | 'waiting'> {
  const { store } = control;
  const own = await store
    .selectFrom('change')
    .select(['remediation_id', 'position', 'base_commit', 'state'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (own === undefined) return 'out';
  const before = await madeUpon(store, own);
  switch (before?.state) {
    case undefined:
    case 'handed-over':
    case 'closed':
    case 'not-effective':
      return 'in';
    case 'observed':
    case 'suggested':
    case 'awaiting-approval':
    case 'scheduled':
      return 'waiting';
    case 'withheld':
    case 'rejected':
    case 'superseded':
    case 'cancelled':
      await endChange(control, id, {
        to: 'cancelled',
        because: `the change that it is made on was ${before.state}`,
      });
      return 'out';
  }
}

/** It may go, and the change that it is made on has not gone yet. */
export async function waitForEarlier({ store }: Control, id: string): Promise<void> {
  await store.transaction().execute(async (trx) => {
    const own = await change(trx, id);
    if (own === undefined || (own.state === 'scheduled' && own.notBefore === null)) return;
    const before = await madeUpon(trx, {
      remediation_id: own.remediationId,
      position: own.position,
      base_commit: own.baseCommit,
    });
    const moved = await moveChange(trx, id, {
      to: 'scheduled',
      from: ['observed', 'suggested', 'awaiting-approval', 'scheduled'],
      because: `It may go, and goes after “${before?.title ?? 'the change before'}”, which it is made on.`,
      notBefore: null,
    });
    if (moved) await announce(trx, 'change', id, own.assetId);
  });
}

async function madeUpon(
  db: Store,
  own: {
    readonly remediation_id: string;
    readonly position: number;
    readonly base_commit: string | null;
  },
): Promise<StoredChange | undefined> {
  return (await changesOf(db, own.remediation_id)).find(
    ({ commit, position }) => commit === own.base_commit && position < own.position,
  );
}
