import { sql } from 'kysely';
import type { ChannelKind, NotificationKind } from '../domain/notification.ts';
import type { Store } from './database.ts';

/** Deliveries that go out in one message, taken by one deliverer for the length of a lease. */
export interface Claim {
  /** Stable over retries. */
  readonly messageId: string;
  /** This attempt, from 1. */
  readonly attempt: number;
  readonly channel: {
    readonly name: string;
    readonly kind: ChannelKind;
    readonly address: string;
    readonly credential: string | null;
    readonly sender: string | null;
  };
  /** E-mail address; '' where the channel is one place. */
  readonly recipient: string;
  readonly urgency: 'now' | 'digest';
  /** Since when the oldest item waits; ISO 8601. */
  readonly since: string;
  readonly items: readonly {
    readonly kind: NotificationKind;
    readonly title: string;
    readonly body: readonly string[];
    readonly link: string;
  }[];
}

export interface ClaimOptions {
  readonly now: Date;
  /** How long others leave it alone; longer than an attempt may take. */
  readonly leaseSeconds: number;
  /** For a message that goes out for the first time. */
  readonly newMessageId: string;
}

/** Items of one digest; what is more goes into the next. */
const DIGEST_ITEMS = 200;

/**
 * Takes one message's worth of deliveries that are due; nothing when none is. An urgent one is a
 * message by itself. Of the others, all that wait for the same channel and person are one, at most
 * one in `digest_minutes` and none while an earlier one still waits. A message that was attempted before keeps its id and its items.
 *
 * Two deliverers never take the same: rows are locked, and those locked by others are passed over.
 */
export async function claimDelivery(db: Store, options: ClaimOptions): Promise<Claim | undefined> {
  return await db.transaction().execute(async (transaction) => {
    const ids = await take(transaction, options);
    if (ids.length === 0) return undefined;
    return await claimOf(transaction, ids);
  });
}

async function take(db: Store, options: ClaimOptions): Promise<readonly string[]> {
  const now = options.now.toISOString();
  // Claims are short; one at a time, so that one digest is not begun by two.
  await sql`select pg_advisory_xact_lock(hashtextextended('suture.delivery', 0))`.execute(db);
  const { rows } = await sql<{ id: string }>`
    with first as (
      select d.id, d.channel_id, d.recipient, d.message_id, n.urgency
      from delivery d
      join channel c on c.id = d.channel_id
      join notification n on n.id = d.notification_id
      where d.state in ('pending', 'sending') and d.next_attempt_at <= ${now}
        and c.enabled
        and (d.message_id is not null or n.urgency = 'now' or not exists (
          select from delivery s join notification sn on sn.id = s.notification_id
          where s.channel_id = d.channel_id and s.recipient = d.recipient
            and sn.urgency = 'digest' and s.message_id is not null
            and (s.state in ('pending', 'sending') or s.state = 'sent'
              and s.sent_at > ${now}::timestamptz - make_interval(mins => c.digest_minutes))))
      order by n.urgency desc, d.next_attempt_at, d.id
      limit 1
      for update of d skip locked
    ), company as (
      select d.id from first
      join delivery d on d.channel_id = first.channel_id and d.recipient = first.recipient
      join notification n on n.id = d.notification_id
      where d.state in ('pending', 'sending') and (
        d.message_id = first.message_id
        or first.message_id is null and first.urgency = 'digest' and d.message_id is null
          and d.state = 'pending' and n.urgency = 'digest' and d.next_attempt_at <= ${now})
      order by d.id
      limit ${DIGEST_ITEMS}
      for update of d skip locked
    )
    update delivery set state = 'sending', attempts = attempts + 1,
      message_id = coalesce(message_id, ${options.newMessageId}),
      next_attempt_at = ${now}::timestamptz + make_interval(secs => ${options.leaseSeconds})
    where id in (select id from first union select id from company)
    returning id
  `.execute(db);
  return rows.map(({ id }) => id);
}

async function claimOf(db: Store, ids: readonly string[]): Promise<Claim> {
  const rows = await db
    .selectFrom('delivery')
    .innerJoin('channel', 'channel.id', 'delivery.channel_id')
    .innerJoin('notification', 'notification.id', 'delivery.notification_id')
    .select(['delivery.message_id', 'delivery.attempts', 'delivery.recipient'])
    .select(['channel.name', 'channel.kind as channelKind', 'channel.address'])
    .select(['channel.credential', 'channel.sender'])
    .select(['notification.kind', 'notification.title', 'notification.body', 'notification.link'])
    .select(['notification.urgency', 'notification.created_at'])
    .where('delivery.id', '=', sql<string>`any(${ids})`)
    .orderBy('delivery.id')
    .execute();
  const [first] = rows;
  if (first === undefined || first.message_id === null)
    throw new Error('A claimed delivery is gone');
  const { name, channelKind, address, credential, sender } = first;
  return {
    messageId: first.message_id,
    attempt: first.attempts,
    channel: { name, kind: channelKind, address, credential, sender },
    recipient: first.recipient,
    urgency: first.urgency,
    since: first.created_at,
    items: rows.map((row) => ({
      kind: row.kind as NotificationKind,
      title: row.title,
      body: row.body,
      link: row.link,
    })),
  };
}

/** The channel took the message. */
export async function recordSent(db: Store, messageId: string, now: Date): Promise<void> {
  await db
    .updateTable('delivery')
    .set({ state: 'sent', sent_at: now.toISOString(), error: null })
    .where('message_id', '=', messageId)
    .execute();
}

/**
 * The channel did not take it. With `retryAt` it waits for another attempt; without, it is refused
 * for good. An attempt that was overtaken by a later one says nothing any more.
 */
export async function recordFailure(
  db: Store,
  claim: Pick<Claim, 'messageId' | 'attempt'>,
  failure: { readonly error: string; readonly retryAt?: Date },
): Promise<void> {
  const { error, retryAt } = failure;
  await db
    .updateTable('delivery')
    .set({
      error,
      ...(retryAt === undefined
        ? { state: 'refused' as const }
        : { state: 'pending' as const, next_attempt_at: retryAt.toISOString() }),
    })
    .where('message_id', '=', claim.messageId)
    .where('state', '=', 'sending')
    .where('attempts', '=', claim.attempt)
    .execute();
}

/** When the next delivery is due, for whoever waits for it; nothing when none is. */
export async function nextDeliveryAt(db: Store): Promise<string | undefined> {
  const row = await db
    .selectFrom('delivery')
    .innerJoin('channel', 'channel.id', 'delivery.channel_id')
    .select('next_attempt_at')
    .where('state', 'in', ['pending', 'sending'])
    .where('channel.enabled', '=', true)
    .orderBy('next_attempt_at')
    .limit(1)
    .executeTakeFirst();
  return row?.next_attempt_at;
}

/** Forgets what was told before `before` and waits for nothing any more. Returns how many. */
export async function trimNotifications(db: Store, before: Date): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('notification')
    .where('created_at', '<', before.toISOString())
    .where((row) =>
      row.not(
        row.exists(
          row
            .selectFrom('delivery')
            .select('delivery.id')
            .whereRef('delivery.notification_id', '=', 'notification.id')
            .where('delivery.state', 'in', ['pending', 'sending']),
        ),
      ),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
