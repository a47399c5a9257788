import { sql } from 'kysely';
import type { NotificationDraft } from '../domain/notification.ts';
import type { Store } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import { announce } from './live-events.ts';

/**
 * Keeps what is to be told, for every enabled channel that serves its kind: in the caller's
 * transaction, so that it is told if and only if what it tells of was kept. Delivering is a
 * separate step (`workflows/deliver.ts`). A draft whose key is there already is not told again.
 *
 * E-mail goes to the recipients that have an address and are not disabled, or to the channel's own
 * recipients where the draft names nobody; other channels are one place each.
 *
 * @returns whether it was new
 */
export async function notify(
  db: Store,
  draft: NotificationDraft,
  { now }: { readonly now: Date },
): Promise<boolean> {
  return await inTransaction(db, async (transaction) => {
    const id = await keep(transaction, draft, now);
    if (id === undefined) return false;
    await address(transaction, id, draft, now);
    await announce(transaction, 'notification', id, draft.assetId);
    return true;
  });
}

async function keep(db: Store, draft: NotificationDraft, now: Date): Promise<string | undefined> {
  const row = await db
    .insertInto('notification')
    .values({
      key: draft.key,
      kind: draft.kind,
      recipients: [...draft.recipients],
      title: storable(draft.title),
      body: draft.body.map(storable),
      link: draft.link,
      urgency: draft.urgency,
      asset_id: draft.assetId ?? null,
      created_at: now.toISOString(),
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

/** Text of PostgreSQL has no NUL and no lone surrogates. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD');
}

/**
 * A row per channel and, for e-mail, person. What is not urgent waits for the end of the channel's
 * current stretch of `digest_minutes` (counted from 1970), so that all of it goes out together.
 */
async function address(
  db: Store,
  id: string,
  { kind, recipients, urgency }: NotificationDraft,
  now: Date,
): Promise<void> {
  await sql`
    insert into delivery (notification_id, channel_id, recipient, next_attempt_at)
    select ${id}, c.id, r.recipient,
      case when ${urgency} = 'now' then ${now.toISOString()}::timestamptz
        else to_timestamp(ceil(extract(epoch from ${now.toISOString()}::timestamptz)
          / (c.digest_minutes * 60)) * c.digest_minutes * 60) end
    from channel c
    cross join lateral (
      select '' as recipient where c.kind <> 'email'
      union
      select unnest(c.recipients) where c.kind = 'email' and cardinality(${recipients}::bigint[]) = 0
      union
      select u.email from user_account u
      where c.kind = 'email' and u.id = any(${recipients}::bigint[])
        and u.disabled_at is null and u.email <> ''
    ) r
    where c.enabled and (cardinality(c.kinds) = 0 or ${kind} = any(c.kinds))
    on conflict do nothing
  `.execute(db);
}

export interface NotificationRow {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly link: string;
  readonly createdAt: string;
  readonly deliveries: readonly {
    readonly channel: string;
    readonly recipient: string;
    readonly state: 'pending' | 'sending' | 'sent' | 'refused';
    readonly attempts: number;
    readonly sentAt: string | null;
    /** Of the last attempt that failed. */
    readonly error: string | null;
  }[];
}

/** What was told and whether it arrived, newest first. */
export async function listNotifications(
  db: Store,
  page: { readonly limit: number; readonly before?: string },
): Promise<readonly NotificationRow[]> {
  const rows = await db
    .selectFrom('notification')
    .select(['id', 'kind', 'title', 'link', 'created_at as createdAt'])
    .$if(page.before !== undefined, (query) => query.where('id', '<', page.before ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
  const ids = rows.map(({ id }) => id);
  const deliveries = await db
    .selectFrom('delivery')
    .innerJoin('channel', 'channel.id', 'delivery.channel_id')
    .select(['notification_id as of', 'channel.name as channel', 'recipient', 'state', 'attempts'])
    .select(['sent_at as sentAt', 'error'])
    .where('notification_id', '=', sql<string>`any(${ids})`)
    .orderBy('delivery.id')
    .execute();
  const byNotification = Map.groupBy(deliveries, ({ of }) => of);
  return rows.map((row) => ({
    ...row,
    deliveries: (byNotification.get(row.id) ?? []).map(withoutOwner),
  }));
}

function withoutOwner<T extends { readonly of: string }>(delivery: T): Omit<T, 'of'> {
  const { of: _, ...rest } = delivery;
  return rest;
}
