import type { MiddlewareHandler } from 'hono';
import { SutureError } from '../domain/error.ts';
import { type LiveEvent, readLiveEvents } from '../store/live-events.ts';
import { listenLive } from '../store/live-listener.ts';
import { sessionIsOpen } from '../store/sessions.ts';
import { tokenIsOpen } from '../store/tokens.ts';
import type { ApiDependencies } from './dependencies.ts';
import type { ApiContext, ApiEnvironment } from './requester.ts';

const HEARTBEAT_MS = 20_000;
/** What a client may leave unread before it is cut off; it comes again with `Last-Event-ID`. */
const MAX_UNREAD_BYTES = 256 * 1024;
const MAX_STREAMS = 1_000;
const MAX_STREAMS_EACH = 20;
/** Further back than this a client is told to look at everything again. */
const MAX_REPLAYED = 1_000;

interface Stream {
  readonly userId: string;
  readonly send: (event: LiveEvent) => void;
  readonly close: () => void;
}

/**
 * Server-sent events: what changed, as it happens. One connection to the database serves all
 * clients of this process; it is made with the first of them.
 */
export function liveEvents(
  { store, databaseUrl, log }: Pick<ApiDependencies, 'store' | 'databaseUrl' | 'log'>,
  heartbeatMs = HEARTBEAT_MS,
) {
  const streams = new Set<Stream>();
  let listener: ReturnType<typeof listenLive> | undefined;
  const listen = () => {
    listener ??= listenLive(
      databaseUrl,
      (event) => {
        for (const stream of streams) stream.send(event);
      },
      { onLost: (error) => log.warn({ err: error }, 'live events: connection lost') },
    );
    return listener.ready;
  };

  const handler: MiddlewareHandler<ApiEnvironment> = async (context) => {
    const { principal } = context.var;
    if (principal === undefined) throw new TypeError('Only those who are signed in come here');
    const topics = topicsOf(context);
    const after = lastIdOf(context);
    const own = [...streams].filter(({ userId }) => userId === principal.userId).length;
    if (streams.size >= MAX_STREAMS || own >= MAX_STREAMS_EACH) {
      throw new SutureError('rate-limited', 'Too many event streams are open', {
        remedy: 'Close some pages.',
      });
    }
    await listen();
    const stillOpen = openCheck(context, { store });
    const body = openStream(
      (stream) => {
        streams.add(stream);
        return () => streams.delete(stream);
      },
      {
        userId: principal.userId,
        topics,
        replay: async () =>
          after === undefined ? undefined : await readLiveEvents(store, after, MAX_REPLAYED),
        stillOpen,
        heartbeatMs,
        log,
      },
    );
    return context.body(body, 200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store, no-transform',
      // Proxies of the nginx kind hold answers back otherwise.
      'X-Accel-Buffering': 'no',
    });
  };

  return {
    handler,
    close: async () => {
      for (const stream of streams) stream.close();
      await listener?.stop();
    },
  };
}

function topicsOf(context: ApiContext): ReadonlySet<string> | undefined {
  const topics = (context.req.queries('topics') ?? [])
    .flatMap((text) => text.split(','))
    .filter((topic) => topic !== '');
  return topics.length === 0 ? undefined : new Set(topics);
}

/** Browsers send the header when they come again by themselves. */
function lastIdOf(context: ApiContext): string | undefined {
  const id = context.req.header('last-event-id');
  return id !== undefined && /^\d{1,18}$/.test(id) ? id : undefined;
}

/** Asks the database, without thereby lengthening the session. */
function openCheck(
  context: ApiContext,
  { store }: Pick<ApiDependencies, 'store'>,
): () => Promise<boolean> {
  const { sessionSecret } = context.var;
  if (sessionSecret !== undefined) return () => sessionIsOpen(store, sessionSecret, 'read');
  const token = (context.req.header('authorization') ?? '').replace(/^Bearer +/i, '');
  return () => tokenIsOpen(store, token, 'read');
}

interface StreamOptions {
  readonly userId: string;
  readonly topics: ReadonlySet<string> | undefined;
  readonly replay: () => Promise<{ events: readonly LiveEvent[]; missed: boolean } | undefined>;
  readonly stillOpen: () => Promise<boolean>;
  readonly heartbeatMs: number;
  readonly log: ApiDependencies['log'];
}

function openStream(
  join: (stream: Stream) => () => void,
  options: StreamOptions,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let end = () => {};
  return new ReadableStream<Uint8Array>(
    {
      async start(controller) {
        let ended = false;
        const write = (text: string) => {
          if (ended) return;
          controller.enqueue(encoder.encode(text));
          if ((controller.desiredSize ?? 0) < 0) end();
        };
        // What comes while older events are still read waits, so that ids only rise.
        let waiting: LiveEvent[] | undefined = [];
        let last = 0n;
        const pass = (event: LiveEvent) => {
          if (BigInt(event.id) <= last) return;
          last = BigInt(event.id);
          if (options.topics?.has(event.topic) === false) return;
          write(textOf(event));
        };
        const beat = setInterval(() => {
          void (async () => {
            const open = await options.stillOpen().catch(() => true);
            if (open) write(': \n\n');
            else end();
          })();
        }, options.heartbeatMs);
        const leave = join({
          userId: options.userId,
          send: (event) => (waiting === undefined ? pass(event) : void waiting.push(event)),
          close: () => end(),
        });
        end = () => {
          if (ended) return;
          ended = true;
          clearInterval(beat);
          leave();
          try {
            controller.close();
          } catch {
            // The client has gone already.
          }
        };
        write('retry: 2000\n\n');
        try {
          const older = await options.replay();
          if (older?.missed === true || older?.events.length === MAX_REPLAYED) {
            write('event: resync\ndata: {}\n\n');
          }
          for (const event of older?.events ?? []) pass(event);
        } catch (error) {
          options.log.warn({ err: error }, 'live events: what was missed could not be read');
          end();
        }
        for (const event of waiting) pass(event);
        waiting = undefined;
      },
      cancel() {
        end();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MAX_UNREAD_BYTES }),
  );
}

function textOf({ id, topic, subject, assetId }: LiveEvent): string {
  return `id: ${id}\nevent: ${topic}\ndata: ${JSON.stringify({ topic, subject, assetId })}\n\n`;
}
