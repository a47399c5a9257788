import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { exec } from '../../src/platform/exec.ts';
import { startPostgres } from '../../src/platform/postgres/server.ts';
import { startOf } from '../../src/platform/scratch.ts';
import { type DatabaseHome, databaseHome } from '../support/database-home.ts';
import { childrenOf, killHard } from '../support/process-tree.ts';

const isRoot = process.getuid?.() === 0;

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return (rows as unknown[][])[0]?.[0];
  } finally {
    await client.end();
  }
}

/** A process that has ended and whose parent never asks after it, as in containers without an init. */
async function zombie(): Promise<number> {
  const parent = spawn('sh', ['-c', 'true & exec sleep 60']);
  onTestFinished(() => void parent.kill('SIGKILL'));
  await expect.poll(() => childrenOf(parent.pid!)).toHaveLength(1);
  const [child = 0] = await childrenOf(parent.pid!);
  await expect.poll(() => startOf(child)).toBe('gone');
  return child;
}

interface User {
  readonly process: ChildProcess;
  readonly url: string;
  /** Ends it as a person would, and waits. */
  leave(): Promise<void>;
}

async function useInAnotherProcess(home: string): Promise<User> {
  const script = join(import.meta.dirname, '../support/use-postgres.ts');
  const child = spawn(process.execPath, [script, home], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const leave = async () => {
    child.stdin.end();
    await once(child, 'exit');
  };
  return { process: child, url: line.toString().trim(), leave };
}

it('makes a database that is reached through a folder of its own and by checksummed files', async () => {
  await using home = await databaseHome();
  const server = await startPostgres({ home: home.path });
  expect(await ask(server.url, 'show data_checksums')).toBe('on');
  expect(await ask(server.url, 'show listen_addresses')).toBe('');
  expect(await ask(server.url, 'show fsync')).toBe('on');
  expect(await ask(server.url, 'select current_database()')).toBe('suture');
  const pid = await home.postmaster();
  await server.stop();
  expect(await startOf(pid)).toBe('gone');
});

it('is shared: the last process that leaves ends it, in whatever order they came', async () => {
  await using home = await databaseHome();
  const [first, second, third] = await Promise.all([
    useInAnotherProcess(home.path),
    useInAnotherProcess(home.path),
    useInAnotherProcess(home.path),
  ]);
  const pid = await home.postmaster();
  await first.leave();
  killHard(second.process.pid!);
  expect(await ask(third.url, 'select 1')).toBe(1);
  expect(await home.postmaster()).toBe(pid);
  await third.leave();
  expect(await startOf(pid)).toBe('gone');
});

it('is taken over from a process that was killed', async () => {
  await using home = await databaseHome();
  const user = await useInAnotherProcess(home.path);
  await ask(user.url, 'create table kept as select 42 as answer');
  const pid = await home.postmaster();
  user.process.kill('SIGKILL');
  await once(user.process, 'exit');

  const server = await startPostgres({ home: home.path });
  expect(await home.postmaster()).toBe(pid);
  expect(await ask(server.url, 'select answer from kept')).toBe(42);
  await server.stop();
  expect(await startOf(pid)).toBe('gone');
});

it('is started again when it dies while it is used', async () => {
  await using home = await databaseHome();
  const said: string[] = [];
  const server = await startPostgres({ home: home.path, log: (message) => said.push(message) });
  await ask(server.url, 'create table kept as select 42 as answer');
  const pid = await home.postmaster();
  killHard(pid);
  await expect
    .poll(() => ask(server.url, 'select answer from kept').catch(() => undefined), {
      timeout: 20_000,
    })
    .toBe(42);
  expect(await home.postmaster()).not.toBe(pid);
  expect(said).toContain('The database has ended; it is started again.');
  await server.stop();
});

describe('on the data of a server that was stopped', () => {
  let home: DatabaseHome;
  let data: string;
  beforeAll(async () => {
    home = await databaseHome();
    data = join(home.path, 'postgres/data');
    await (await startPostgres({ home: home.path })).stop();
  });
  afterAll(() => home[Symbol.asyncDispose]());

  it.each([
    ['the id of another program', () => spawn('sleep', ['60']).pid!],
    ['our own id', () => process.pid],
    ['an id that nobody has', () => 2 ** 22 + 1],
    ['the id of a zombie', zombie],
  ])('starts over locks of a killed one that have %s', async (_, otherProcess) => {
    const other = await otherProcess();
    onTestFinished(() => (other === process.pid ? undefined : killHard(other)));
    const run = join(home.path, 'postgres/run');
    const lock = [other, data, 1_700_000_000, 5432, run, '', '  1234567     65536', 'ready', ''];
    await writeFile(join(data, 'postmaster.pid'), lock.join('\n'));
    await writeFile(join(run, '.s.PGSQL.5432.lock'), lock.slice(0, 5).join('\n'));
    await writeFile(join(run, '.s.PGSQL.5432'), '');

    const server = await startPostgres({ home: home.path });
    expect(await ask(server.url, 'select 1')).toBe(1);
    await server.stop();
  });

  it.each([
    ['of another major version', 'postgres-version', 'PG_VERSION', '17\n'],
    ['that is none', 'postgres-folder-damaged', 'PG_VERSION', undefined],
    ['without its control file', 'postgres-failed', 'global/pg_control', undefined],
  ])('says what to do about a data folder %s', async (_, code, file, content) => {
    const path = join(data, file);
    await rename(path, `${path}.kept`);
    onTestFinished(() => rename(`${path}.kept`, path));
    if (content !== undefined) await writeFile(path, content);
    await expect(startPostgres({ home: home.path })).rejects.toMatchObject({
      code,
      message: expect.stringContaining('postgres/data'),
      remedy: expect.stringMatching(/\w/),
    });
  });

  it('says what to do about a data folder that others may read', async () => {
    await chmod(data, 0o777);
    onTestFinished(() => chmod(data, 0o700));
    await expect(startPostgres({ home: home.path })).rejects.toMatchObject({
      code: 'postgres-failed',
      message: expect.stringContaining('permissions'),
    });
  });
});

it.each([
  [
    'half made',
    async (root: string) => {
      await mkdir(join(root, 'initialising/base'), { recursive: true });
      await writeFile(join(root, 'initialising/PG_VERSION'), '18\n');
    },
  ],
  [
    'locked by a process that is gone',
    async (root: string) => {
      await mkdir(root, { recursive: true });
      await writeFile(join(root, 'lock'), JSON.stringify({ pid: 2 ** 22 + 1, start: '1' }));
    },
  ],
])('starts where an earlier start was killed and left the folder %s', async (_, leave) => {
  await using home = await databaseHome();
  await leave(join(home.path, 'postgres'));
  const server = await startPostgres({ home: home.path });
  expect(await ask(server.url, 'select 1')).toBe(1);
  await server.stop();
});

it.skipIf(!isRoot)(
  'root: keeps the data where the server’s user can get, with a link to it (skipped for others)',
  async () => {
    await using home = await databaseHome();
    await chmod(home.path, 0o700);
    const server = await startPostgres({ home: home.path });
    const place = String(await ask(server.url, 'show data_directory'));
    onTestFinished(() => rm(join(place, '..'), { recursive: true, force: true }));
    expect(place).toMatch(/^\/var\/lib\/suture\/[0-9a-f]{16}\/data$/);
    expect(await readFile(join(home.path, 'postgres/data/PG_VERSION'), 'utf8')).toBe('18\n');
    await server.stop();
  },
);

it('says so when the disk is full, and starts when there is room again', async (context) => {
  await using home = await databaseHome();
  const disk = join(home.path, 'disk');
  await mkdir(disk);
  const mounted = await exec(['mount', '-t', 'tmpfs', '-o', 'size=30m,mode=711', 'tmpfs', disk]);
  context.skip(mounted.exitCode !== 0, 'no right to mount a small disk');
  try {
    await expect(startPostgres({ home: disk })).rejects.toMatchObject({ code: 'disk-full' });
    await exec(['mount', '-o', 'remount,size=300m', disk]);
    const server = await startPostgres({ home: disk });
    expect(await ask(server.url, 'select 1')).toBe(1);
    await server.stop();
  } finally {
    await exec(['umount', disk]);
  }
});
