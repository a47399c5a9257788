import { spawn } from 'node:child_process';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SutureError } from '../../domain/error.ts';
import { isStillInUse, startFailure } from './failure.ts';
import type { Place } from './place.ts';
import {
  clearStaleLocks,
  isRunning,
  type RunningServer,
  runningServer,
} from './postmaster-file.ts';
import { probe } from './probe.ts';
import { type Programs, SERVER_ENVIRONMENT } from './programs.ts';

/** Redoing what a crash left is bounded by max_wal_size, and done long before this. */
const START_TIMEOUT_MS = 600_000;
/** Children of a killed server end within moments of noticing; and a start may be killed itself. */
const RETRY_FOR_MS = 20_000;
const SLOW_MS = 5_000;
const LOG_BYTES = 5 * 1024 * 1024;

/** What every start sets anew, whatever the data folder's own file says. */
function commandLine(place: Place, settings: Readonly<Record<string, string>>): readonly string[] {
  const fixed = {
    listen_addresses: '',
    unix_socket_permissions: '0700',
    logging_collector: 'off',
    log_destination: 'stderr',
    ...settings,
  };
  const flags = ['-D', place.data, '-k', place.sockets];
  for (const [name, value] of Object.entries(fixed)) flags.push('-c', `${name}=${value}`);
  return flags;
}

/**
 * Starts a server on data that has none, and waits until it answers.
 *
 * @throws SutureError as `startFailure`, or `postgres-slow` when it never answers
 */
export async function startServer(
  place: Place,
  programs: Programs,
  options: {
    readonly settings?: Readonly<Record<string, string>>;
    readonly log?: (message: string) => void;
  },
): Promise<RunningServer> {
  const begun = performance.now();
  for (;;) {
    await clearStaleLocks(place);
    const result = await launch(place, programs, options);
    if ('pid' in result) return result;
    const { output, signal } = result;
    const patient = performance.now() - begun < RETRY_FOR_MS;
    if (!patient || (signal === null && !isStillInUse(output))) {
      const said = signal === null ? output : `FATAL: it was killed (${signal})`;
      throw startFailure(`PostgreSQL on ${place.data} did not start`, said, place.root);
    }
    await sleep(200);
  }
}

/** @returns what it wrote and what killed it, when it ended instead of answering */
async function launch(
  place: Place,
  programs: Programs,
  options: Parameters<typeof startServer>[2],
): Promise<RunningServer | { readonly output: string; readonly signal: string | null }> {
  const logFile = join(place.root, 'postgresql.log');
  await rotate(logFile);
  const log = await open(logFile, 'a', 0o600);
  const { size } = await log.stat();
  // Else a log that root began would stand in the way of the folder's owner.
  if (place.user !== undefined) await log.chown(place.user.uid, place.user.gid);
  let ended = false;
  let signal: string | null = null;
  try {
    const child = spawn(programs.postgres, commandLine(place, options.settings ?? {}), {
      cwd: '/',
      env: SERVER_ENVIRONMENT,
      stdio: ['ignore', log.fd, log.fd],
      // Neither a terminal's Ctrl-C nor the end of this process ends it: `stop` does.
      detached: true,
      ...(place.user === undefined ? {} : { uid: place.user.uid, gid: place.user.gid }),
    });
    child.unref();
    child.once('exit', (_, killedBy) => {
      ended = true;
      signal = killedBy;
    });
    child.once('error', () => {
      ended = true;
    });
    const server = await answering(place, () => ended, options.log);
    if (server !== undefined) return server;
  } finally {
    await log.close();
  }
  return { output: (await readFile(logFile)).subarray(size).toString('utf8'), signal };
}

/**
 * Waits for a server that was started, here or by another process, to take connections.
 *
 * @returns `undefined` when it ended instead
 */
export async function answering(
  place: Place,
  ended: () => boolean | Promise<boolean>,
  log?: (message: string) => void,
): Promise<RunningServer | undefined> {
  const begun = performance.now();
  let told = false;
  for (;;) {
    const server = await runningServer(place);
    if (server !== undefined && (await probe(server.sockets))) return server;
    if (await ended()) return undefined;
    const waited = performance.now() - begun;
    if (waited > START_TIMEOUT_MS) {
      throw new SutureError('postgres-slow', `PostgreSQL on ${place.data} does not answer`, {
        remedy: `See ${join(place.root, 'postgresql.log')}; start again when it is through.`,
      });
    }
    if (waited > SLOW_MS && !told) log?.('The database is being brought in order after a crash …');
    told ||= waited > SLOW_MS;
    await sleep(20);
  }
}

/**
 * Ends a server: connections are closed and everything is written (SIGINT, "fast"); when that takes
 * too long without (SIGQUIT, SIGKILL), which the next start makes good.
 */
export async function stopServer(server: RunningServer): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 10_000],
  ] as const) {
    if (!(await isRunning(server))) return;
    try {
      process.kill(server.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw error;
    }
    const deadline = performance.now() + patienceMs;
    while (performance.now() < deadline) {
      if (!(await isRunning(server))) return;
      await sleep(20);
    }
  }
}

async function rotate(logFile: string): Promise<void> {
  const size = await stat(logFile).then(
    (info) => info.size,
    () => 0,
  );
  if (size < LOG_BYTES) return;
  await rm(`${logFile}.1`, { force: true });
  await rename(logFile, `${logFile}.1`);
}
