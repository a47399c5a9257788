import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { startPostgres } from '../../src/platform/postgres/server.ts';
import { closeStore, openStore, type Store } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';

export interface TestStore extends AsyncDisposable {
  readonly store: Store;
  readonly url: string;
}

const TEMPLATE = 'suture_template';

/** A migrated database of its own, on the run's server; gone when disposed. */
export async function testStore(options: { readonly poolSize?: number } = {}): Promise<TestStore> {
  const database = await testDatabase({ template: TEMPLATE });
  const store = openStore(database.url, options);
  return {
    store,
    url: database.url,
    [Symbol.asyncDispose]: async () => {
      await closeStore(store);
      await database[Symbol.asyncDispose]();
    },
  };
}

/** An empty database, without tables. */
export async function emptyDatabase(): Promise<{ readonly url: string } & AsyncDisposable> {
  return await testDatabase({ template: 'template0' });
}

async function testDatabase(options: {
  readonly template: string;
}): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = await serverWithTemplate();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await query(server, `create database ${name} template ${options.template}`);
  return {
    url: databaseUrl(server, name),
    [Symbol.asyncDispose]: () => query(server, `drop database if exists ${name} with (force)`),
  };
}

/** URL of the run's server; started by whoever asks first. */
const serverWithTemplate = once(async () => {
  const home = inject('databaseHome');
  // What is lost with the machine may be lost here.
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const { url } = await startPostgres({ home, settings });
  await prepareTemplate(url);
  return url;
});

/** Migrates the template, once in a run; others that come at the same time wait. */
async function prepareTemplate(server: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(1)');
    const known = await client.query('select datistemplate from pg_database where datname = $1', [
      TEMPLATE,
    ]);
    if (known.rows[0]?.datistemplate === true) return;
    await client.query(`drop database if exists ${TEMPLATE}`);
    await client.query(`create database ${TEMPLATE}`);
    await migrate(databaseUrl(server, TEMPLATE));
    await client.query(`alter database ${TEMPLATE} with is_template true`);
  } finally {
    await client.end();
  }
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function query(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
