import { changesOf } from '../../store/changes.ts';
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
  const before = (await changesOf(store, own.remediation_id)).find(
    ({ commit, position }) => commit === own.base_commit && position < own.position,
  );
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
