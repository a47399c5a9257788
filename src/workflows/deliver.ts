import { randomUUID } from 'node:crypto';
import { messageOf, SutureError } from '../domain/error.ts';
import { neutralise } from '../domain/neutralise.ts';
import type { Message } from '../domain/notification.ts';
import { redact } from '../platform/redact.ts';
import type { ChannelSettings, Notifier } from '../ports/notifier.ts';
import type { Store } from '../store/database.ts';
import { type Claim, claimDelivery, recordFailure, recordSent } from '../store/deliveries.ts';

export interface DeliverOptions {
  readonly notifiers: readonly Notifier[];
  readonly now: () => Date;
  /** Where people reach the page, as `https://suture.example`; links are made from it. */
  readonly publicUrl: string;
  readonly signal?: AbortSignal;
  /** Channels served at the same time, so that a slow one does not hold up the others. */
  readonly concurrency?: number;
  /** From 0 to 1; for the jitter of retries. */
  readonly random?: () => number;
}

export interface DeliveryCounts {
  readonly sent: number;
  /** Will be tried again. */
  readonly delayed: number;
  readonly refused: number;
}

/** One attempt; nothing else takes the message up before twice that. */
const ATTEMPT_MS = 60_000;
const LEASE_SECONDS = 120;
const FIRST_RETRY_MS = 30_000;
const LONGEST_RETRY_MS = 6 * 3_600_000;
/** With the above: for about three days. */
const MAX_ATTEMPTS = 22;
const LONGEST_RETRY_AFTER_MS = 24 * 3_600_000;

/**
 * Delivers what is due, message by message, until nothing is. May run in any number of processes
 * at once: each message is taken by one of them. When one dies between sending and writing down
 * that it did, the message goes out again under the same id once its lease is over; receivers can
 * tell by it. Nothing is dropped: it is sent, waits, or stands there refused with the reason.
 */
export async function deliverDue(db: Store, options: DeliverOptions): Promise<DeliveryCounts> {
  const counts = { sent: 0, delayed: 0, refused: 0 };
  const one = async () => {
    while (!(options.signal?.aborted ?? false)) {
      const claim = await claimDelivery(db, {
        now: options.now(),
        leaseSeconds: LEASE_SECONDS,
        newMessageId: randomUUID(),
      });
      if (claim === undefined) return;
      counts[await deliver(db, claim, options)] += 1;
    }
  };
  await Promise.all(Array.from({ length: options.concurrency ?? 4 }, one));
  return counts;
}

async function deliver(
  db: Store,
  claim: Claim,
  options: DeliverOptions,
): Promise<keyof DeliveryCounts> {
  try {
    await attempt(messageFrom(claim, options.publicUrl), claim.channel, options);
  } catch (error) {
    // Whether it arrived is not known; the lease runs out and it is tried again.
    if (options.signal?.aborted ?? false) return 'delayed';
    const retryAt = retryTime(error, claim.attempt, options);
    await recordFailure(db, claim, {
      error: reason(error, claim.attempt, retryAt),
      ...(retryAt === undefined ? {} : { retryAt }),
    });
    return retryAt === undefined ? 'refused' : 'delayed';
  }
  await recordSent(db, claim.messageId, options.now());
  return 'sent';
}

async function attempt(
  message: Message,
  channel: Claim['channel'],
  { notifiers, signal }: DeliverOptions,
): Promise<void> {
  const notifier = notifiers.find(({ kind }) => kind === channel.kind);
  if (notifier === undefined) throw new Error(`No notifier for ${channel.kind} is built in`);
  const limit = AbortSignal.timeout(ATTEMPT_MS);
  const settings: ChannelSettings = {
    kind: channel.kind,
    address: channel.address,
    ...(channel.credential === null ? {} : { credential: channel.credential }),
    ...(channel.sender === null ? {} : { from: channel.sender }),
  };
  const both = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  await notifier.deliver(message, settings, both);
}

function messageFrom(claim: Claim, publicUrl: string): Message {
  const { items, messageId: id, recipient } = claim;
  const [only] = items;
  return {
    id,
    title:
      items.length === 1 && only !== undefined
        ? only.title
        : `Suture: ${items.length} things that happened`,
    items: items.map((item) => ({ ...item, link: absolute(item.link, publicUrl) })),
    to: recipient === '' ? [] : [recipient],
  };
}

/** A path of the page, whatever is written there: never another site. */
function absolute(path: string, publicUrl: string): string {
  const base = new URL(publicUrl);
  const url = new URL(path.replace(/^[/\\]*/, '/'), base);
  return url.origin === base.origin ? url.href : base.href;
}

/** Nothing when trying again is of no use. */
function retryTime(
  error: unknown,
  attempts: number,
  { now, random = Math.random }: DeliverOptions,
): Date | undefined {
  if (error instanceof SutureError && error.code === 'notification-refused') return undefined;
  if (attempts >= MAX_ATTEMPTS) return undefined;
  const backoff = Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS);
  const jittered = backoff * (0.5 + random());
  const asked = (error as { retryAfterSeconds?: unknown } | null)?.retryAfterSeconds;
  const after = typeof asked === 'number' ? Math.min(asked * 1000, LONGEST_RETRY_AFTER_MS) : 0;
  return new Date(now().getTime() + Math.max(jittered, after));
}

function reason(error: unknown, attempts: number, retryAt: Date | undefined): string {
  const said = neutralise(redact(messageOf(error))).slice(0, 500);
  const remedy = error instanceof SutureError ? ` ${error.remedy}` : '';
  const final = retryAt === undefined && attempts >= MAX_ATTEMPTS;
  return `${final ? `Given up after ${attempts} attempts. ` : ''}${said}${remedy && `.${remedy}`}`;
}
