import { join } from 'node:path';
import { messageOf, SutureError } from '../../domain/error.ts';
import { acquireFileLock } from '../file-lock.ts';
import { asStartFailure } from './failure.ts';
import { initialise, ROLE } from './initialise.ts';
import { takePart } from './participants.ts';
import { type Place, preparePlace } from './place.ts';
import { answering, startServer, stopServer } from './postmaster.ts';
import { isRunning, type RunningServer, runningServer } from './postmaster-file.ts';
import { ensureDatabase, socketUrl } from './probe.ts';
import { serverPrograms } from './programs.ts';

export interface PostgresOptions {
  /** `$SUTURE_HOME`; the server lives in its `postgres/`. */
  readonly home: string;
  readonly log?: (message: string) => void;
  /** Server settings for this start, over those of the data folder. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  /** Of the database `suture`, over a Unix socket. */
  readonly url: string;
  /** Leaves the server; the last process that does ends it. Safe to call twice. */
  stop(): Promise<void>;
}

/** How often a server that we use is looked after, and the longest pause between two tries. */
const WATCH_MS = 1_000;
const MAX_PAUSE_MS = 30_000;

/**
 * Gives the home's own PostgreSQL, which several processes of this home share: it is started when
 * none runs, taken over when the process that started it was killed, started again when it dies
 * while we use it, and ended when the last process that uses it stops.
 *
 * @throws SutureError with what to do when there can be none here (platform, disk, folder, version)
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await use(options);
  } catch (error) {
    throw asStartFailure(error, join(options.home, 'postgres'));
  }
}

async function use(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const place = await preparePlace(options.home);
  let server: RunningServer;
  let participation: Awaited<ReturnType<typeof takePart>>;
  {
    await using _lock = await lock(place);
    server = await ensureServer(place, options);
    participation = await takePart(place.root);
  }

  const stopping = new AbortController();
  const watching = watch(place, options, server, stopping.signal);
  const stop = async () => {
    stopping.abort();
    await watching;
    await using _lock = await lock(place);
    if (await participation.leave()) return;
    const running = await runningServer(place);
    if (running !== undefined) await stopServer(running);
  };
  let stopped: Promise<void> | undefined;
  return { url: socketUrl(server.sockets, ROLE), stop: () => (stopped ??= stop()) };
}

/** With the home's lock held: the running server, or a new one. */
async function ensureServer(place: Place, options: PostgresOptions): Promise<RunningServer> {
  const found = await runningServer(place);
  if (found !== undefined) {
    const gone = async () => !(await isRunning(found));
    const server = await answering(place, gone, options.log);
    if (server !== undefined) return server;
  }
  const programs = await serverPrograms(place);
  await initialise(place, programs);
  const server = await startServer(place, programs, options);
  await ensureDatabase(server.sockets);
  return server;
}

/** Starts the server again when it dies under us (killed for memory, by mistake). */
async function watch(
  place: Place,
  options: PostgresOptions,
  first: RunningServer,
  signal: AbortSignal,
): Promise<void> {
  let server = first;
  let pause = WATCH_MS;
  while (await paused(pause, signal)) {
    if (await isRunning(server)) continue;
    options.log?.('The database has ended; it is started again.');
    try {
      await using _lock = await lock(place);
      if (signal.aborted) return;
      server = await ensureServer(place, options);
      pause = WATCH_MS;
    } catch (error) {
      options.log?.(`The database could not be started: ${messageOf(error)}`);
      pause = Math.min(pause * 2, MAX_PAUSE_MS);
    }
  }
}

/** @returns false when it was to stop */
async function paused(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(true), milliseconds);
  timer.unref();
  signal.addEventListener('abort', () => resolve(false), { once: true });
  if (signal.aborted) resolve(false);
  const goOn = await promise;
  clearTimeout(timer);
  return goOn;
}

async function lock(place: Place): Promise<AsyncDisposable> {
  return await acquireFileLock(join(place.root, 'lock'), {
    waitMs: 600_000,
    busy: (pid) =>
      new SutureError('postgres-busy', `Process ${pid} is starting or stopping the database`, {
        remedy: 'Wait until it is through, or end it, and start again.',
      }),
  });
}
