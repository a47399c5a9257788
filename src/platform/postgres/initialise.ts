import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, SutureError } from '../../domain/error.ts';
import { exec } from '../exec.ts';
import { startFailure } from './failure.ts';
import { ownFolder, type Place } from './place.ts';
import { type Programs, SERVER_ENVIRONMENT } from './programs.ts';

/** The server's one role and database. */
export const ROLE = 'suture';

/** For a machine that does other things too; its owner may edit them in data/postgresql.conf. */
const SETTINGS: Readonly<Record<string, string>> = {
  max_connections: '100',
  shared_buffers: '128MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  max_wal_size: '1GB',
  // Statements may carry what nobody wants in a log; the errors themselves come to us anyway.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * Makes the data folder where there is none. It is made elsewhere and moved: a killed `initdb` never
 * leaves half a folder that looks whole.
 *
 * Whoever can get to the socket's folder (mode 0700) can also read and write the data files, so a
 * password kept beside them would guard nothing: local connections are trusted, and there are no
 * others. Text is ordered by the server's own rules, not the system's, which change with it and
 * would break indexes.
 *
 * @throws SutureError `postgres-version` for the data of another major version,
 *   `postgres-folder-damaged`, or as `startFailure`
 */
export async function initialise(place: Place, programs: Programs): Promise<void> {
  if (await hasData(place, programs)) return;
  const temporary = join(place.root, 'initialising');
  await rm(temporary, { recursive: true, force: true });
  await ownFolder(temporary, place.user);
  const result = await exec([programs.initdb, ...initdbFlags(temporary)], {
    cwd: '/',
    env: SERVER_ENVIRONMENT,
    user: place.user,
    timeoutMs: 300_000,
  });
  if (result.exitCode !== 0) {
    await rm(temporary, { recursive: true, force: true });
    const output = result.timedOut ? 'error: initdb took too long' : result.stderr;
    throw startFailure(`The database in ${place.data} could not be made`, output, place.root);
  }
  await rename(temporary, place.data);
  await syncFolder(place.root);
}

function initdbFlags(folder: string): readonly string[] {
  const flags = ['--pgdata', folder, '--username', ROLE, '--auth', 'trust', '--encoding', 'UTF8'];
  flags.push('--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C');
  flags.push('--data-checksums', '--no-instructions');
  for (const [name, value] of Object.entries(SETTINGS)) flags.push('--set', `${name}=${value}`);
  return flags;
}

async function hasData(place: Place, programs: Programs): Promise<boolean> {
  const found = await stat(place.data).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unreadable(place, error);
  });
  if (found === undefined) return false;
  const path = join(place.data, 'PG_VERSION');
  const version = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw unreadable(place, error);
  });
  if (version === undefined) {
    throw new SutureError('postgres-folder-damaged', `${place.data} is not a database`, {
      remedy: 'Move it away, and restore a backup with "suture restore" where there is one.',
    });
  }
  if (Number(version) !== programs.major) {
    throw new SutureError(
      'postgres-version',
      `${place.data} is of PostgreSQL ${version.trim()}, this program has ${programs.major}`,
      {
        remedy:
          'Make a backup with the version of suture that wrote it ("suture backup FILE"), move ' +
          'the folder away, and "suture restore FILE" with this one.',
      },
    );
  }
  return true;
}

function unreadable(place: Place, error: unknown): SutureError {
  return new SutureError('postgres-folder-unreadable', `${place.data}: ${messageOf(error)}`, {
    remedy: 'Run as the user whose folder it is, or give it back to the user that you are.',
    cause: error,
  });
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
