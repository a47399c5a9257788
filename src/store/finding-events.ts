import { sql } from 'kysely';
import { type FindingEvent, type FindingState, nextState } from '../domain/finding-state.ts';
import type { Store } from './database.ts';
import { announceFindings } from './finding-announcements.ts';
import { foldIfDue } from './finding-deltas.ts';
import { FACETS } from './finding-facets.ts';
import { inTransaction } from './in-transaction.ts';

export interface EventCause {
  /** `workflow`, `policy`, or a user id. */
  readonly actor: string;
  /** One sentence for a person. */
  readonly because: string;
  /** The change that is to close the findings. */
  readonly changeId?: string;
  readonly decisionSeq?: string | number;
  /** ISO 8601; the database's clock when absent. */
  readonly now?: string;
}

/** A finding that went from one state to another. */
export interface Transition {
  readonly id: string;
  readonly assetId: string;
  readonly from: FindingState;
  readonly to: FindingState;
}

/**
 * Lets something happen to findings, all in one statement: state, history and counts together. What
 * the event means nothing to (because it happened already, or came late) stays as it is.
 *
 * @returns the transitions that happened
 */
export async function applyFindingEvent(
  db: Store,
  ids: readonly string[],
  event: FindingEvent,
  cause: EventCause,
): Promise<readonly Transition[]> {
  if (ids.length === 0) return [];
  const transitions = await inTransaction(db, async (trx) => {
    const moved = await move(trx, ids, event, cause);
    await announceFindings(trx, moved);
    return moved;
  });
  if (!db.isTransaction) await foldIfDue(db);
  return transitions;
}

async function move(
  db: Store,
  ids: readonly string[],
  event: FindingEvent,
  cause: EventCause,
): Promise<readonly Transition[]> {
  const steps = FACETS.state.flatMap((from) => {
    const to = nextState(from, event);
    return to === undefined ? [] : [{ from, to }];
  });
  const now = cause.now === undefined ? sql`now()` : sql`${cause.now}::timestamptz`;
  const { rows } = await sql<Transition>`
    with found as materialized (
      select id, state from finding where id = any(${ids}) order by id for update
    ), step as (
      select * from unnest(${steps.map(({ from }) => from)}::text[],
        ${steps.map(({ to }) => to)}::text[]) as step(from_state, to_state)
    ), moved as (
      update finding f set state = step.to_state, state_since = ${now},
        closed_at = case when step.to_state = 'verified-closed' then ${now} end,
        accepted_by = case when step.to_state = 'accepted' then 'exception' end,
        change_id = coalesce(${cause.changeId ?? null}, f.change_id)
      from found join step on step.from_state = found.state
      where f.id = found.id
      returning f.id, f.asset_id, found.state as from_state, f.state as to_state
    ), logged as (
      insert into finding_event (finding_id, at, event, from_state, to_state, actor, because,
        change_id, decision_seq)
      select id, ${now}, ${event}, from_state, to_state, ${cause.actor}, ${cause.because},
        ${cause.changeId ?? null}, ${cause.decisionSeq ?? null}::bigint
      from moved order by id
    )
    select id, asset_id as "assetId", from_state as from, to_state as to from moved order by id
  `.execute(db);
  return rows;
}

/** One step in a finding's history. */
export interface HistoryEntry {
  readonly id: string;
  readonly at: string;
  readonly event: FindingEvent;
  /** Null for the first. */
  readonly from: FindingState | null;
  readonly to: FindingState;
  readonly actor: string;
  /** The person's name, where the actor is one. */
  readonly actorName: string | null;
  readonly because: string;
  readonly changeId: string | null;
  readonly decisionSeq: string | null;
  readonly scanId: string | null;
}

/** Longest history that is given; nothing real comes near. */
const HISTORY_LIMIT = 1_000;

/** What happened to a finding, oldest first; of a very long history the newest part. */
export async function findingHistory(db: Store, id: string): Promise<readonly HistoryEntry[]> {
  const { rows } = await sql<HistoryEntry>`
    select e.id, e.at, e.event, e.from_state as from, e.to_state as to, e.actor,
      u.name as "actorName", e.because, e.change_id as "changeId",
      e.decision_seq as "decisionSeq", e.scan_id as "scanId"
    from finding_event e
    left join user_account u
      on u.id = case when e.actor ~ '^[0-9]{1,18}$' then e.actor::bigint end
    where e.finding_id = ${id} order by e.id desc limit ${HISTORY_LIMIT}
  `.execute(db);
  return rows.toReversed();
}
