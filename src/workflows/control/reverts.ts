import { sql } from 'kysely';
import { announce } from '../../store/live-events.ts';
import { recordOutcome } from '../../store/outcomes.ts';
import type { Control } from './control.ts';
import type { ScanOutcome } from './scan-outcome.ts';

/** After this somebody went back for other reasons than the change's. */
const DAYS = 30;

/**
 * A finding that a change had closed and that is there again, in the version the change had taken
 * away: somebody took the change back. That is what really happened to it, and is kept for learning.
 */
export async function noteReverts(control: Control, outcome: ScanOutcome): Promise<void> {
  const { store } = control;
  if (outcome.reopened.length === 0) return;
  const { rows } = await sql<{ id: string }>`
    select distinct change.id from change
    join outcome on outcome.change_id = change.id
      and outcome.result = 'held' and outcome.reported_by is null
    where change.asset_id = ${outcome.assetId} and change.state = 'closed'
      and change.closes && ${[...outcome.reopened]}::text[]
      and change.closed_at > now() - make_interval(days => ${DAYS})`.execute(store);
  for (const { id } of rows) {
    const note = `Taken back: at ${outcome.commit?.slice(0, 12) ?? 'the last scan'} its findings are there again.`;
    await recordOutcome(store, { changeId: id, result: 'broke', note });
    await announce(store, 'change', id, outcome.assetId);
  }
}
