import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exec } from '../../src/platform/exec.ts';
import { ownFolder } from '../../src/platform/postgres/place.ts';
import { probe, socketUrl } from '../../src/platform/postgres/probe.ts';
import { serviceUser } from '../../src/platform/postgres/service-user.ts';

export interface SystemPostgres extends AsyncDisposable {
  readonly url: string;
  readonly major: number;
}

/** Where Debian and its descendants put PostgreSQL. */
const FOLDER = '/usr/lib/postgresql';

/** Major versions of PostgreSQL that the system has, oldest first. */
export async function systemPostgresVersions(): Promise<readonly number[]> {
  const names = await readdir(FOLDER).catch(() => []);
  return names
    .map(Number)
    .filter(Number.isInteger)
    .sort((a, b) => a - b);
}

/** A server of the system's own PostgreSQL, empty; it goes when disposed. */
export async function systemPostgres(major: number): Promise<SystemPostgres> {
  const bin = join(FOLDER, String(major), 'bin');
  const root = await mkdtemp(join(tmpdir(), 'suture-system-postgres-'));
  await chmod(root, 0o711);
  const data = join(root, 'data');
  const user = await serviceUser(data);
  await ownFolder(data, user);
  const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' };
  const flags = ['-D', data, '-U', 'suture', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
  const made = await exec([join(bin, 'initdb'), ...flags], { cwd: '/', env: environment, user });
  if (made.exitCode !== 0) throw new Error(`initdb ${major}: ${made.stderr}`);
  const settings = ['-k', data, '-c', 'listen_addresses=', '-c', 'fsync=off'];
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings], {
    cwd: '/',
    env: environment,
    stdio: 'ignore',
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  });
  while (!(await probe(data))) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ${major} did not start`);
    await sleep(20);
  }
  return {
    url: socketUrl(data, 'postgres'),
    major,
    [Symbol.asyncDispose]: async () => {
      const ended = once(server, 'exit');
      server.kill('SIGINT');
      await ended;
      await rm(root, { recursive: true, force: true });
    },
  };
}
