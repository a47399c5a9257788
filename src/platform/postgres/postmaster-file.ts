import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { exec } from '../exec.ts';
import { startOf } from '../scratch.ts';
import type { Place } from './place.ts';

/** A running server, by its `postmaster.pid` (PostgreSQL documentation, 66.1 and miscadmin.h). */
export interface RunningServer {
  readonly pid: number;
  /** See `startOf`. */
  readonly start: string;
  readonly sockets: string;
}

/** No process has it: the largest that fits, and above any system's limit. */
const NO_PROCESS = 2_147_483_647;

/** The server that runs on this data, whoever started it. */
export async function runningServer(place: Place): Promise<RunningServer | undefined> {
  const lines = (await readFile(pidFile(place), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === NO_PROCESS) return undefined;
  const start = await startOf(pid);
  if (start === 'gone' || !(await isPostmasterOf(pid, place.data))) return undefined;
  return { pid, start, sockets: lines[4] || place.sockets };
}

export async function isRunning(server: RunningServer): Promise<boolean> {
  return (await startOf(server.pid)) === server.start;
}

/**
 * Takes the locks of a server that is gone out of the way. The server does so itself, unless its
 * process id was given to another program or is a zombie's: then it would refuse to start.
 *
 * `postmaster.pid` stays, with an id that nobody has: the server needs the rest of it to see whether
 * children of the killed one still use the data.
 */
export async function clearStaleLocks(place: Place): Promise<void> {
  const socket = join(place.sockets, '.s.PGSQL.5432');
  await rm(`${socket}.lock`, { force: true });
  await rm(socket, { force: true });
  const content = await readFile(pidFile(place), 'utf8').catch(() => undefined);
  if (content === undefined) return;
  const rest = content.indexOf('\n');
  // Half a file, from a disk that was full: there was no server behind it.
  if (rest < 0) await rm(pidFile(place), { force: true });
  else await writeFile(pidFile(place), `${NO_PROCESS}${content.slice(rest)}`);
}

function pidFile(place: Place): string {
  return join(place.data, 'postmaster.pid');
}

/** By its command line as `startServer` makes it, which everybody may read, unlike its folder. */
async function isPostmasterOf(pid: number, data: string): Promise<boolean> {
  const arguments_ =
    process.platform === 'linux'
      ? (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
      : (await exec(['ps', '-ww', '-o', 'command=', '-p', String(pid)])).stdout.split(' ');
  return (
    basename(arguments_[0] ?? '') === 'postgres' && arguments_.join(' ').includes(` -D ${data} -`)
  );
}
