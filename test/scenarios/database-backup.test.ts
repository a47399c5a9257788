import { randomBytes } from 'node:crypto';
import {
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signingKey, verifyingKey } from '../../src/platform/keys.ts';
import { trustedKeys } from '../../src/platform/trusted-keys.ts';
import { ArchiveWriter } from '../../src/store/backup/archive-writer.ts';
import { type BackupOptions, backup } from '../../src/store/backup.ts';
import { connect } from '../../src/store/connect.ts';
import { restore } from '../../src/store/restore.ts';
import { schemaSql } from '../../src/store/schema-sql.ts';
import { emptyDatabase, type TestStore, testStore } from '../support/database.ts';
import { contentOf, fillTables } from '../support/fill-tables.ts';
import { systemPostgres, systemPostgresVersions } from '../support/system-postgres.ts';

const ROWS = 3;
const versions = await systemPostgresVersions();
let folder: string;
let home: string;
let file: string;
let database: TestStore;
let before: Readonly<Record<string, unknown>>;

async function content(url: string): Promise<Readonly<Record<string, unknown>>> {
  const client = await connect(url, 'test');
  try {
    return await contentOf(client);
  } finally {
    await client.end();
  }
}

function options(over: Partial<BackupOptions> = {}): BackupOptions {
  const now = new Date('2026-02-03T04:05:06Z');
  return { url: database.url, home, file, version: '0.1.0', now, keys: true, ...over };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'suture-backup-'));
  home = join(folder, 'home');
  file = join(folder, 'backup.tar.zst');
  await signingKey(home);
  const long = join(home, 'evidence', 'a'.repeat(120), 'b'.repeat(120));
  await mkdir(long, { recursive: true });
  await writeFile(join(long, 'files.json'), randomBytes(100_000));
  await writeFile(join(home, 'evidence', 'empty'), '');
  await writeFile(join(home, 'policy.yaml'), 'autonomy: []\n');
  await writeFile(join(home, 'keys', 'command-line.json'), '{"token":"stt_x"}', { mode: 0o600 });
  await mkdir(join(home, 'secrets'));
  await writeFile(join(home, 'secrets', 'smtp'), 's3cret', { mode: 0o600 });
  await mkdir(join(home, 'advisories'));
  await writeFile(join(home, 'advisories', 'index'), 'made anew by sync');

  database = await testStore();
  const client = await connect(database.url, 'test');
  await fillTables(client, ROWS);
  // More than one part of the archive.
  await client.query(
    `insert into setting (name, value) select 'large ' || n, to_jsonb(repeat(md5(n::text), 4000)) from generate_series(1, 80) n`,
  );
  await client.query(`select setval(pg_get_serial_sequence('asset', 'id'), 4711)`);
  await client.end();
  before = await content(database.url);
  await backup(options());
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

it('fills every table, so that a round trip means something', () => {
  const counts = Object.entries(before).filter(([, row]) => Object.hasOwn(row as object, 'count'));
  expect(counts.length).toBeGreaterThan(30);
  for (const [table, row] of counts)
    expect([table, Number((row as { count: string }).count)]).not.toEqual([table, 0]);
});

it('is a file for its owner alone', async () => {
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it('comes back as it was: every row, every sequence, every file', async () => {
  await using target = await emptyDatabase();
  const newHome = join(folder, 'new-home');
  await restore({ url: target.url, home: newHome, file });
  expect(await content(target.url)).toEqual(before);
  expect(await schemaSql(target.url)).toBe(await schemaSql(database.url));
  for (const path of [
    `evidence/${'a'.repeat(120)}/${'b'.repeat(120)}/files.json`,
    'evidence/empty',
    'policy.yaml',
    'keys/signing.pem',
    'secrets/smtp',
  ]) {
    expect(await readFile(join(newHome, path))).toEqual(await readFile(join(home, path)));
  }
  expect((await stat(join(newHome, 'keys/signing.pem'))).mode & 0o777).toBe(0o600);
  for (const path of ['advisories', 'keys/command-line.json']) {
    await expect(stat(join(newHome, path))).rejects.toThrow('ENOENT');
  }
});

it.skipIf(versions.length === 0)(
  `comes back on the system's own PostgreSQL (${versions.join(', ') || 'skipped: there is none'})`,
  async () => {
    for (const version of versions) {
      await using server = await systemPostgres(version);
      await restore({ url: server.url, home: join(folder, `home-${version}`), file });
      expect(await content(server.url)).toEqual(before);
    }
  },
);

it('leaves secrets out on request, and keeps what is signed checkable', async () => {
  const plain = join(folder, 'without-keys.tar.zst');
  const manifest = await backup(options({ file: plain, keys: false }));
  const paths = manifest.files.map(({ path }) => path);
  expect(paths).toContain('policy.yaml');
  expect(paths.filter((path) => /signing\.pem|secrets/.test(path))).toEqual([]);
  await using target = await emptyDatabase();
  const newHome = join(folder, 'home-without-keys');
  await restore({ url: target.url, home: newHome, file: plain });
  const ids = (await trustedKeys(newHome)).map(({ id }) => id);
  expect(ids).toContain((await verifyingKey(home)).id);
  expect(ids[0]).not.toBe((await verifyingKey(home)).id);
});

it('takes what was there at one moment while others write', async () => {
  await using busy = await testStore();
  const client = await connect(busy.url, 'writer');
  await client.query(`create table public.pair_a (n int); create table public.pair_b (n int)`);
  const writing = new AbortController();
  const writer = (async () => {
    for (let n = 0; !writing.signal.aborted; n += 1) {
      await client.query(
        `begin; insert into pair_a values (${n}); insert into pair_b values (${n}); commit`,
      );
    }
  })();
  const taken = join(folder, 'busy.tar.zst');
  const manifest = await backup(options({ url: busy.url, file: taken }));
  writing.abort();
  await writer;
  await client.end();
  const rows = new Map(manifest.tables.map((table) => [table.name, table.rows]));
  expect(rows.get('pair_a')).toBe(rows.get('pair_b'));
});

describe('a backup that is not whole', () => {
  const damage: readonly [string, string, (path: string) => Promise<unknown>][] = [
    ['cut off', 'backup-damaged', async (path) => truncate(path, (await stat(path)).size - 200)],
    ['cut in half', 'backup-damaged', async (path) => truncate(path, (await stat(path)).size >> 1)],
    [
      'with a changed byte',
      'backup-damaged',
      async (path) => {
        const handle = await open(path, 'r+');
        const place = (await handle.stat()).size >> 1;
        const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, place);
        await handle.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, place);
        await handle.close();
      },
    ],
    ['of another kind', 'backup-unknown', (path) => writeFile(path, 'a text\n')],
    ['empty', 'backup-unknown', (path) => writeFile(path, '')],
    ['missing', 'backup-missing', (path) => rm(path)],
    [
      'another archive',
      'backup-unknown',
      async (path) => {
        await using archive = await ArchiveWriter.create(path);
        await archive.addText('something.json', '{}');
        await archive.finish();
      },
    ],
    [
      'of a newer format',
      'backup-newer',
      async (path) => {
        await using archive = await ArchiveWriter.create(path);
        const head = { suture: 'backup', format: 99, version: '9.0.0', at: '2030-01-01T00:00:00Z' };
        await archive.addText('suture-backup.json', JSON.stringify(head));
        await archive.finish();
      },
    ],
    [
      'with a file outside of the home',
      'backup-damaged',
      async (path) => {
        await using archive = await ArchiveWriter.create(path);
        const head = { suture: 'backup', format: 1, version: '0.1.0', at: '2030-01-01T00:00:00Z' };
        await archive.addText('suture-backup.json', JSON.stringify(head));
        const sha256 = await archive.add('home/../evil', 1, [Buffer.from('x')]);
        const files = [{ path: '../evil', mode: 0o644, bytes: 1, sha256 }];
        const rest = {
          server: '18',
          migrations: [],
          tables: [],
          sequences: [],
          schemas: {},
          files,
        };
        await archive.addText('manifest.json', JSON.stringify({ ...head, ...rest }));
        await archive.finish();
      },
    ],
  ];

  it.each(damage)('(%s) is refused, and nothing is changed', async (name, code, spoil) => {
    const spoiled = join(folder, `spoiled ${name}.tar.zst`);
    await copyFile(file, spoiled);
    await spoil(spoiled);
    await using target = await emptyDatabase();
    const newHome = join(folder, `home ${name}`);
    await expect(restore({ url: target.url, home: newHome, file: spoiled })).rejects.toMatchObject({
      code,
      remedy: expect.stringMatching(/\w/),
    });
    expect(await content(target.url)).toEqual({});
    await expect(stat(newHome)).rejects.toThrow('ENOENT');
  });
});

it.each([
  ['a home with keys', async (newHome: string) => void (await signingKey(newHome))],
  [
    'a database with tables',
    async (_: string, url: string) => {
      const client = await connect(url, 'test');
      await client.query('create table mine (n int)');
      await client.end();
    },
  ],
])('does not restore over %s', async (name, occupy) => {
  await using target = await emptyDatabase();
  const newHome = join(folder, `occupied ${name}`);
  await occupy(newHome, target.url);
  const was = await content(target.url);
  await expect(restore({ url: target.url, home: newHome, file })).rejects.toMatchObject({
    code: 'restore-not-empty',
  });
  expect(await content(target.url)).toEqual(was);
});

it('changes nothing when rows break a rule of the database', async () => {
  await using other = await testStore();
  const client = await connect(other.url, 'test');
  await client.query(`set session_replication_role to replica`);
  await client.query(`insert into session (hash, user_id, expires_at) values ('x', 4711, now())`);
  await client.end();
  const inconsistent = join(folder, 'inconsistent.tar.zst');
  await backup(options({ url: other.url, file: inconsistent }));
  await using target = await emptyDatabase();
  const newHome = join(folder, 'home-inconsistent');
  await expect(
    restore({ url: target.url, home: newHome, file: inconsistent }),
  ).rejects.toMatchObject({
    code: 'restore-failed',
    message: expect.stringContaining('foreign key'),
  });
  expect(await content(target.url)).toEqual({});
  await expect(stat(join(newHome, 'keys'))).rejects.toThrow('ENOENT');
});

it('is refused when its tables are those of a newer program', async () => {
  await using newer = await testStore();
  const row = { name: '9999-later.sql', sha256: 'x' };
  await newer.store.insertInto('schema_migration').values(row).execute();
  const later = join(folder, 'newer.tar.zst');
  await backup(options({ url: newer.url, file: later, version: '9.0.0' }));
  await using target = await emptyDatabase();
  const newHome = join(folder, 'home-newer');
  await expect(restore({ url: target.url, home: newHome, file: later })).rejects.toMatchObject({
    code: 'backup-newer',
    remedy: expect.stringContaining('9.0.0'),
  });
});

it('does not write over a file that is there, unless told to', async () => {
  const taken = join(folder, 'taken');
  await writeFile(taken, 'mine');
  await expect(backup(options({ file: taken }))).rejects.toMatchObject({ code: 'backup-exists' });
  expect(await readFile(taken, 'utf8')).toBe('mine');
  await backup(options({ file: taken, replace: true }));
  expect((await stat(taken)).size).toBeGreaterThan(1000);
});

it('carries a workflow that waits over to the restored system', async () => {
  const steps: string[] = [];
  const ask = DBOS.registerWorkflow(
    async (subject: string) => {
      await DBOS.runStep(async () => void steps.push(`asked ${subject}`), { name: 'ask' });
      const answer = await DBOS.recv<string>('answer', { timeoutSeconds: 60 });
      await DBOS.runStep(async () => void steps.push(`heard ${answer}`), { name: 'hear' });
      return `${subject}: ${answer}`;
    },
    { name: 'ask' },
  );
  const launch = async (url: string) => {
    DBOS.setConfig({
      name: 'suture',
      systemDatabaseUrl: url,
      executorID: 'worker-1',
      enablePatching: true,
      runAdminServer: false,
      logLevel: 'error',
    });
    await DBOS.launch();
  };

  await using origin = await testStore();
  await launch(origin.url);
  await DBOS.startWorkflow(ask, { workflowID: 'waits' })('upgrade?');
  await expect.poll(() => steps).toEqual(['asked upgrade?']);
  const carried = join(folder, 'workflow.tar.zst');
  await backup(options({ url: origin.url, file: carried }));
  await DBOS.shutdown();

  await using target = await emptyDatabase();
  await restore({ url: target.url, home: join(folder, 'home-workflow'), file: carried });
  await launch(target.url);
  await DBOS.send('waits', 'yes', 'answer');
  const result = await DBOS.retrieveWorkflow<string>('waits').getResult();
  await DBOS.shutdown();
  expect(result).toBe('upgrade?: yes');
  expect(steps).toEqual(['asked upgrade?', 'heard yes']);
});
