import { settleApproval } from '../../store/approvals.ts';
import { moveChange, openChanges } from '../../store/changes.ts';
import type { Store } from '../../store/database.ts';
import { endSync } from '../../store/feed-syncs.ts';
import { applyFindingEvent } from '../../store/findings.ts';
import { announce } from '../../store/live-events.ts';
import { endRemediation, remediation } from '../../store/remediations.ts';
import { endScan, scanRun } from '../../store/scans.ts';

/**
 * Ends a run in the store, which every step of it looks at: what has begun is finished, nothing new
 * is. What was handed over stays handed over, and is watched on.
 *
 * @returns changes whose workflows are to look; `undefined` when there was nothing to stop
 */
export async function cancelRun(
  db: Store,
  id: string,
  cancel: { readonly by: string; readonly reason: string },
): Promise<{ readonly changeIds: readonly string[] } | undefined> {
  const why = `cancelled by ${cancel.by}${cancel.reason === '' ? '' : `: ${cancel.reason}`}`;
  const scan = await scanRun(db, id);
  if (scan !== undefined) {
    if (!(await endScan(db, id, 'cancelled', why))) return undefined;
    await announce(db, 'scan', id, scan.assetId);
    return { changeIds: [] };
  }
  const run = await remediation(db, id);
  if (run === undefined) {
    if (!(await endSync(db, id, 'cancelled', why))) return undefined;
    await announce(db, 'sync', id);
    return { changeIds: [] };
  }
  return await db.transaction().execute(async (trx) => {
    const own = (await openChanges(trx, run.assetId)).filter(
      ({ remediationId, state }) => remediationId === id && state !== 'handed-over',
    );
    const changeIds: string[] = [];
    for (const { id: changeId, state } of own) {
      const to = { to: 'cancelled', from: [state], because: why } as const;
      if (!(await moveChange(trx, changeId, to))) continue;
      await settleApproval(trx, changeId, 'withdrawn');
      await announce(trx, 'change', changeId, run.assetId);
      changeIds.push(changeId);
    }
    const ended = await endRemediation(trx, id, 'cancelled', why);
    if (!ended && changeIds.length === 0) return undefined;
    await applyFindingEvent(trx, await notHandedOver(trx, id, run.findingIds), 'work-ended', {
      actor: 'workflow',
      because: why,
    });
    await announce(trx, 'remediation', id, run.assetId);
    return { changeIds };
  });
}

/** Those that no handed-over change of the run closes. */
async function notHandedOver(
  db: Store,
  remediationId: string,
  findingIds: readonly string[],
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('change')
    .select('closes')
    .where('remediation_id', '=', remediationId)
    .where('state', '=', 'handed-over')
    .execute();
  const closed = new Set(rows.flatMap(({ closes }) => closes));
  return findingIds.filter((id) => !closed.has(id));
}
