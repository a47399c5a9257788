import { sql } from 'kysely';
import type { Store } from './database.ts';

/** What live events are about. */
export type LiveTopic =
  | 'finding'
  | 'change'
  | 'asset'
  | 'scan'
  | 'remediation'
  | 'approval'
  | 'decision'
  | 'policy'
  | 'sync'
  | 'pause'
  | 'notification';

/** Says that something changed, not what: whoever cares looks again. */
export interface LiveEvent {
  /** Rising with commits: whoever has read up to an id has missed nothing before it. */
  readonly id: string;
  readonly topic: LiveTopic;
  /** Id of what changed; `*` for several. */
  readonly subject: string;
  readonly assetId: string | null;
}

/** A notification carries the event, and PostgreSQL carries 8,000 bytes of it at most. */
const LONGEST_SUBJECT = 500;

/**
 * Tells everybody who listens that something changed, when the transaction commits; not at all when
 * it does not.
 */
export async function announce(
  db: Store,
  topic: LiveTopic,
  subject: string,
  assetId?: string,
): Promise<void> {
  await announceAll(db, [{ topic, subject, ...(assetId !== undefined && { assetId }) }]);
}

/** Several at once, in this order. */
export async function announceAll(
  db: Store,
  events: readonly {
    readonly topic: LiveTopic;
    readonly subject: string;
    readonly assetId?: string;
  }[],
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(({ topic, subject, assetId }) => ({
    topic,
    subject: subject.slice(0, LONGEST_SUBJECT),
    asset_id: assetId ?? null,
  }));
  await db.insertInto('live_event').values(rows).execute();
}

export interface LiveEvents {
  readonly events: readonly LiveEvent[];
  /** Some that came after `afterId` may have been trimmed: look at everything again. */
  readonly missed: boolean;
}

/** Events after an id, in the order of their commits. */
export async function readLiveEvents(
  db: Store,
  afterId: string,
  limit: number,
): Promise<LiveEvents> {
  const { rows } = await sql<LiveEvent & { oldest: string }>`
    select id, topic, subject, asset_id as "assetId",
      (select min(id) from live_event) as oldest
    from live_event where id > ${afterId} order by live_event.id limit ${limit}
  `.execute(db);
  const oldest = rows[0]?.oldest;
  // Ids have gaps, so this errs on the side of looking again.
  const missed = oldest !== undefined && afterId !== '0' && BigInt(oldest) > BigInt(afterId);
  return { events: rows.map(({ oldest: _oldest, ...event }) => event), missed };
}

/** Id of the newest event; `0` before the first. */
export async function lastLiveEvent(db: Store): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select coalesce(max(id), 0) as id from live_event
  `.execute(db);
  return rows[0]?.id ?? '0';
}

/** Forgets events older than a time, but never the newest, which says where the ids stand. */
export async function trimLiveEvents(db: Store, olderThan: string): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from live_event
    where at < ${olderThan} and id < (select max(id) from live_event)
  `.execute(db);
  return Number(numAffectedRows ?? 0n);
}
