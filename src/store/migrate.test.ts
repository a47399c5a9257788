import { expect, it } from 'vitest';
import { emptyDatabase, testStore } from '../../test/support/database.ts';
import { connect } from './connect.ts';
import { migrate, pendingMigrations } from './migrate.ts';
import { type Migration, readMigrations } from './migrations.ts';

async function run(url: string, sql: string): Promise<void> {
  const client = await connect(url, 'test');
  await client.query(sql);
  await client.end();
}

it('has migrations with numbers of their own, in order', async () => {
  const numbers = (await readMigrations()).map(({ name }) => Number(name.slice(0, 4)));
  expect(numbers.length).toBeGreaterThan(0);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});

it('applies each migration once, also when several processes come at once', async () => {
  await using database = await emptyDatabase();
  const all = (await readMigrations()).map(({ name }) => name);
  const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(database.url)));
  expect(applied.flat().toSorted()).toEqual(all);
  expect(await migrate(database.url)).toEqual([]);
});

it('stops at the last one that is wanted, and goes on from there', async () => {
  await using database = await emptyDatabase();
  const [first = '', ...rest] = (await readMigrations()).map(({ name }) => name);
  expect(await migrate(database.url, { upTo: first })).toEqual([first]);
  expect(await migrate(database.url)).toEqual(rest);
});

it.each([
  ['database-newer', `insert into schema_migration values ('9999-later.sql', 'x')`],
  ['migration-changed', `update schema_migration set sha256 = 'x' where name like '0001%'`],
])('refuses a database with %s and leaves it alone', async (code, change) => {
  await using database = await testStore();
  await run(database.url, change);
  await expect(migrate(database.url)).rejects.toMatchObject({
    code,
    remedy: expect.stringMatching(/\w/),
  });
});

it('applies nothing of a file that fails, and says where', async () => {
  await using database = await emptyDatabase();
  const { name, sql } = (await readMigrations())[0] as Migration;
  const table = /create table (\w+)/.exec(sql)?.[1] ?? '';
  await run(database.url, `create table ${table} (taken int)`);
  await expect(migrate(database.url)).rejects.toMatchObject({
    code: 'migration-failed',
    message: expect.stringContaining(name),
  });
  await run(database.url, `drop table ${table}`);
  expect((await migrate(database.url))[0]).toBe(name);
});

it('lets a migration that a colleague numbered lower come later', () => {
  const migration = (name: string) => ({ name, sql: '', sha256: name });
  const known = ['0001-a.sql', '0002-b.sql', '0003-c.sql'].map(migration);
  const applied = [migration('0001-a.sql'), migration('0003-c.sql')];
  expect(pendingMigrations(known, applied)).toEqual([migration('0002-b.sql')]);
});

it.each([
  [
    'nobody listens',
    'postgresql://suture:s3cret@localhost:1/suture?host=/nowhere',
    'that the server is running',
  ],
  ['it is no URL', 'what is this', 'Check the database URL'],
])('says what to do when %s, without the password', async (_, url, remedy) => {
  const error: unknown = await migrate(url).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'database-unreachable',
    message: expect.not.stringContaining('s3cret'),
    remedy: expect.stringContaining(remedy),
  });
});

it('refuses a database that cannot hold every text', async () => {
  await using database = await emptyDatabase();
  const name = `latin_${new URL(database.url).pathname.slice(1)}`;
  await run(
    database.url,
    `create database ${name} encoding 'LATIN1' locale_provider libc locale 'C' template template0`,
  );
  try {
    const url = new URL(database.url);
    url.pathname = `/${name}`;
    await expect(migrate(url.href)).rejects.toMatchObject({
      code: 'database-unfit',
      message: expect.stringContaining('LATIN1'),
    });
  } finally {
    await run(database.url, `drop database ${name}`);
  }
});

it('says what to do when there is no such database', async () => {
  await using database = await emptyDatabase();
  await expect(migrate(database.url.replace('/test_', '/no_such_'))).rejects.toMatchObject({
    code: 'database-unreachable',
    remedy: expect.stringContaining('createdb'),
  });
});
