import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { connect } from './connect.ts';
import type { LiveEvent } from './live-events.ts';

export interface LiveListener {
  /** Resolves when listening has begun; what is announced from then on arrives. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

export interface ListenOptions {
  /** Go on after this event; default: from now on. */
  readonly afterId?: string;
  /** Told when the connection is lost or cannot be made, before it is tried again. */
  readonly onLost?: (error: unknown) => void;
  /** Pause before the first new try; doubles up to half a minute. */
  readonly retryMs?: number;
  /** How often a silent connection is asked whether it is alive. */
  readonly keepAliveMs?: number;
}

const BATCH = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Calls back for every live event, each once and in order, over a connection of its own. When that
 * breaks, a new one is made and everything that was announced meanwhile is read from the table, so
 * that nothing is lost (unless it was trimmed, which takes days).
 *
 * `onEvent` must not throw; it is called one event after the other.
 */
export function listenLive(
  url: string,
  onEvent: (event: LiveEvent) => void,
  options: ListenOptions = {},
): LiveListener {
  const stopping = new AbortController();
  const started = Promise.withResolvers<void>();
  const running = keepListening(url, onEvent, options, stopping.signal, started.resolve);
  return {
    ready: started.promise,
    stop: async () => {
      stopping.abort();
      await running;
      started.resolve();
    },
  };
}

async function keepListening(
  url: string,
  onEvent: (event: LiveEvent) => void,
  { afterId, onLost, retryMs = 250, keepAliveMs = 15_000 }: ListenOptions,
  signal: AbortSignal,
  onReady: () => void,
): Promise<void> {
  let last = afterId;
  let pause = retryMs;
  while (!signal.aborted) {
    try {
      const client = await connect(url, 'suture live events');
      try {
        last ??= await newest(client);
        const deliver = (event: LiveEvent) => {
          if (last !== undefined && BigInt(event.id) <= BigInt(last)) return;
          last = event.id;
          onEvent(event);
        };
        await listen(client, { deliver, last: () => last ?? '0', keepAliveMs, signal }, () => {
          pause = retryMs;
          onReady();
        });
      } finally {
        await client.end().catch(() => {});
      }
    } catch (error) {
      if (signal.aborted) return;
      onLost?.(error);
      await sleep(pause, undefined, { signal }).catch(() => {});
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }
}

interface Listening {
  readonly deliver: (event: LiveEvent) => void;
  /** The last event that was delivered. */
  readonly last: () => string;
  readonly keepAliveMs: number;
  readonly signal: AbortSignal;
}

/** Listens until the signal, or throws when the connection is lost. */
async function listen(client: pg.Client, on: Listening, onReady: () => void): Promise<void> {
  const lost = new Promise<never>((_, reject) => {
    client.on('error', reject);
    client.on('end', () => {
      reject(new Error('the connection has ended'));
    });
  });
  lost.catch(() => {});
  // First listen, then read: what commits in between comes both ways, and is delivered once.
  let waiting: LiveEvent[] | undefined = [];
  client.on('notification', ({ payload = '' }) => {
    const event = JSON.parse(payload) as LiveEvent;
    if (waiting === undefined) on.deliver(event);
    else waiting.push(event);
  });
  await client.query('listen suture_live');
  await readOn(client, on);
  for (const event of waiting) on.deliver(event);
  waiting = undefined;
  onReady();
  while (!on.signal.aborted) {
    await Promise.race([
      sleep(on.keepAliveMs, undefined, { signal: on.signal }).catch(() => {}),
      lost,
    ]);
    if (!on.signal.aborted) await alive(client, on.keepAliveMs);
  }
}

async function readOn(client: pg.Client, { deliver, last }: Listening): Promise<void> {
  for (;;) {
    const { rows } = await client.query<LiveEvent>(
      `select id, topic, subject, asset_id as "assetId" from live_event
       where id > $1 order by id limit ${BATCH}`,
      [last()],
    );
    for (const event of rows) deliver(event);
    if (rows.length < BATCH) return;
  }
}

async function newest(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    'select coalesce(max(id), 0) as id from live_event',
  );
  return rows[0]?.id ?? '0';
}

/** A connection may be dead without saying so (a machine that vanished): it must answer in time. */
async function alive(client: pg.Client, withinMs: number): Promise<void> {
  const answered = new AbortController();
  const late = sleep(withinMs, undefined, { signal: answered.signal }).then(
    () => {
      throw new Error('the connection does not answer');
    },
    () => {},
  );
  try {
    await Promise.race([client.query('select 1'), late]);
  } finally {
    answered.abort();
  }
}
