import type pg from 'pg';
import { messageOf, SutureError } from '../domain/error.ts';
import { connect } from './connect.ts';
import { type Migration, readMigrations } from './migrations.ts';

/** `pg_advisory_lock` key that only migrating takes: "suture" in ASCII. */
const MIGRATION_LOCK = '126943972912741';

interface Applied {
  readonly name: string;
  readonly sha256: string;
}

/**
 * Brings a database to the schema of this program: the `.sql` files that it does not have yet, in
 * order, each in a transaction of its own. Of several processes that come at once one works and the
 * others wait.
 *
 * @param upTo name of the last migration that is wanted; default: all
 * @returns names of those that were applied now
 * @throws SutureError `database-unfit` for a server or database that cannot hold it, `database-newer` for a database of a newer program, `migration-changed` when
 *   an applied file is not what it was, `migration-failed`, or as `connect` does
 */
export async function migrate(
  url: string,
  options: { readonly upTo?: string } = {},
): Promise<readonly string[]> {
  const known = await readMigrations();
  const client = await connect(url, 'suture migrate');
  try {
    await expectUsable(client);
    await client.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
    await createMigrationTable(client);
    const pending = pendingMigrations(known, await appliedMigrations(client));
    const { upTo } = options;
    const wanted = upTo === undefined ? pending : pending.filter(({ name }) => name <= upTo);
    for (const migration of wanted) await apply(client, migration);
    return wanted.map(({ name }) => name);
  } finally {
    // Gives the lock back as well.
    await client.end();
  }
}

export async function createMigrationTable(client: pg.Client): Promise<void> {
  await client.query(`create table if not exists schema_migration (
    name text primary key,
    sha256 text not null,
    applied_at timestamptz not null default now()
  )`);
}

/** Oldest server that all tests run on as well. */
const OLDEST_VERSION = 150_000;

async function expectUsable(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number; name: string; encoding: string }>(
    `select current_setting('server_version_num')::int as version,
       current_setting('server_version') as name, current_setting('server_encoding') as encoding`,
  );
  const { version = 0, name, encoding } = rows[0] ?? {};
  if (version < OLDEST_VERSION) {
    throw new SutureError('database-unfit', `The server is PostgreSQL ${name}; 15 is the oldest`, {
      remedy: 'Upgrade it, or use another server.',
    });
  }
  if (encoding !== 'UTF8') {
    throw new SutureError('database-unfit', `The database's encoding is ${encoding}, not UTF8`, {
      remedy: "Make another: create database suture encoding 'UTF8' template template0.",
    });
  }
}

/** What a database has, in order. */
export async function appliedMigrations(client: pg.Client): Promise<readonly Applied[]> {
  const { rows } = await client.query<Applied>(
    'select name, sha256 from public.schema_migration order by name collate "C"',
  );
  return rows;
}

/** Compares what is applied with what the program has, and returns what is to be applied. */
export function pendingMigrations(
  known: readonly Migration[],
  applied: readonly Applied[],
): readonly Migration[] {
  const byName = new Map(known.map((migration) => [migration.name, migration]));
  for (const { name, sha256 } of applied) {
    const ours = byName.get(name);
    if (ours === undefined) {
      throw new SutureError(
        'database-newer',
        `The database has ${name}, which this program does not know: a newer Suture has used it`,
        { remedy: 'Run that newer version, or restore a backup that this one made.' },
      );
    }
    if (ours.sha256 !== sha256) {
      throw new SutureError(
        'migration-changed',
        `${name} was applied to the database with another content than this program has`,
        {
          remedy:
            'Put the file back as it was and say the change in a new migration; a database that ' +
            'is only for trials can be dropped and made anew.',
        },
      );
    }
  }
  const names = new Set(applied.map(({ name }) => name));
  return known.filter(({ name }) => !names.has(name));
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(migration.sql);
    await client.query('insert into schema_migration (name, sha256) values ($1, $2)', [
      migration.name,
      migration.sha256,
    ]);
    await client.query('commit');
  } catch (error) {
    const line = lineOf(migration.sql, (error as Partial<pg.DatabaseError>).position);
    const where = line === undefined ? migration.name : `${migration.name}:${line}`;
    throw new SutureError('migration-failed', `${where}: ${messageOf(error)}`, {
      remedy: 'Nothing of this file was applied. See the message, and run it again.',
      cause: error,
      ...(line === undefined ? {} : { line }),
    });
  }
}

/** 1-based line of a 1-based character position, as the server gives it. */
function lineOf(sql: string, position: string | undefined): number | undefined {
  return position === undefined ? undefined : sql.slice(0, Number(position)).split('\n').length;
}
