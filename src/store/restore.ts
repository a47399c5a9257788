import { mkdir } from 'node:fs/promises';
import pg from 'pg';
import { SutureError } from '../domain/error.ts';
import { type ArchiveEntry, readArchive } from './backup/archive-reader.ts';
import { presentParts, StagedFiles } from './backup/home-files.ts';
import { inspectBackup } from './backup/inspect.ts';
import { type BackupManifest, damaged, fileEntry, partName } from './backup/manifest.ts';
import { COPY_SETTINGS, rowsIn, setSequences } from './backup/rows.ts';
import { withoutChecks } from './backup/without-checks.ts';
import { connect } from './connect.ts';
import { createMigrationTable, migrate, pendingMigrations } from './migrate.ts';
import { type Migration, readMigrations } from './migrations.ts';

export interface RestoreOptions {
  /** Of the database; a function is called when all that can be checked without it is. */
  readonly url: string | (() => Promise<string>);
  readonly home: string;
  readonly file: string;
  readonly progress?: (message: string) => void;
}

/**
 * Puts a backup into an empty database and a home without keys, evidence and policy. Everything is
 * checked before anything is changed, and the database gets all of it in one transaction or nothing.
 * Migrations that are newer than the backup are applied at the end.
 *
 * @throws SutureError `restore-not-empty`; `backup-newer` for one of another program; `restore-failed`
 *   when the database refuses it; or as `inspectBackup`
 */
export async function restore(options: RestoreOptions): Promise<BackupManifest> {
  const manifest = await inspectBackup(options.file);
  const migrations = await migrationsOf(manifest, options.file);
  await expectEmptyHome(options.home);

  const url = typeof options.url === 'string' ? options.url : await options.url();
  const client = await connect(url, 'suture restore');
  try {
    await expectEmptyDatabase(client);
    await mkdir(options.home, { recursive: true });
    await using staged = new StagedFiles(options.home);
    await client.query(COPY_SETTINGS);
    await client.query('begin');
    await makeTables(client, migrations, manifest);
    const checks = await withoutChecks(client, ['public']);
    await load(client, staged, manifest, options);
    await checks.restore();
    for (const { foreignKeys, indexes, triggers } of Object.values(manifest.schemas)) {
      await runAll(client, [...foreignKeys, ...indexes, ...triggers]);
    }
    await setSequences(client, manifest.sequences);
    await staged.place();
    await client.query('commit');
    staged.keep();
    await client.query('analyze');
  } catch (error) {
    throw error instanceof pg.DatabaseError ? refused(error, options.file) : error;
  } finally {
    await client.end();
  }
  await migrate(url);
  return manifest;
}

function refused(error: pg.DatabaseError, file: string): SutureError {
  return new SutureError('restore-failed', `The database did not take ${file}: ${error.message}`, {
    remedy: 'Nothing was restored. See the message; another backup may be consistent.',
    cause: error,
  });
}

/** Those that made the backup's tables, which must be among this program's. */
async function migrationsOf(manifest: BackupManifest, file: string): Promise<readonly Migration[]> {
  const known = await readMigrations();
  try {
    const later = new Set(pendingMigrations(known, manifest.migrations).map(({ name }) => name));
    return known.filter(({ name }) => !later.has(name));
  } catch (error) {
    const { version } = manifest;
    throw new SutureError(
      'backup-newer',
      `${file} was made by Suture ${version}, with tables that this one does not know`,
      { remedy: `Restore it with Suture ${version}, then upgrade that.`, cause: error },
    );
  }
}

async function expectEmptyHome(home: string): Promise<void> {
  const present = await presentParts(home);
  if (present.length === 0) return;
  throw new SutureError('restore-not-empty', `${home} has ${present.join(', ')} already`, {
    remedy: 'Restore into a new SUTURE_HOME, or move these away first.',
  });
}

async function expectEmptyDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', nspname, relname) as name
     from pg_class c join pg_namespace n on n.oid = relnamespace
     where nspname in ('public', 'dbos') and relkind in ('r', 'v', 'm', 'p', 'S') order by 1 limit 3`,
  );
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => name).join(', ');
  throw new SutureError('restore-not-empty', `The database is not empty: it has ${names}`, {
    remedy: 'Restore into a new database (createdb), or into a new SUTURE_HOME.',
  });
}

/** Our tables by the migrations that the backup had, and the durable engine's as they were. */
async function makeTables(
  client: pg.Client,
  migrations: readonly Migration[],
  manifest: BackupManifest,
): Promise<void> {
  await createMigrationTable(client);
  await runAll(
    client,
    migrations.map(({ sql }) => sql),
  );
  await client.query('set local check_function_bodies to off');
  for (const [schema, dump] of Object.entries(manifest.schemas)) {
    const { sequences, types, functions, tables } = dump;
    await client.query(`create schema if not exists ${client.escapeIdentifier(schema)}`);
    await runAll(client, [...sequences, ...types, ...functions, ...tables]);
  }
}

async function runAll(client: pg.Client, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await client.query(statement);
}

/** Second reading: rows into tables, files into a folder beside their place. */
async function load(
  client: pg.Client,
  staged: StagedFiles,
  manifest: BackupManifest,
  { file, progress }: RestoreOptions,
): Promise<void> {
  const files = new Map(manifest.files.map((kept) => [fileEntry(kept.path), kept]));
  const tables = new Map(manifest.tables.map((table) => [partName(table, 0), table]));
  const entries = readArchive(file);
  for (let next = await entries.next(); next.done !== true; next = await entries.next()) {
    const kept = files.get(next.value.name);
    if (kept !== undefined) await staged.write(kept, next.value.content);
    const table = tables.get(next.value.name);
    if (table === undefined) continue;
    const rows = await rowsIn(client, table, partsOf(next.value, table.parts, entries));
    if (rows !== table.rows) {
      throw damaged(file, `${table.name} has ${rows} rows instead of ${table.rows}`);
    }
    progress?.(`${table.schema}.${table.name}: ${rows} rows`);
  }
}

/** The parts of a table follow one another. */
async function* partsOf(
  first: ArchiveEntry,
  parts: number,
  entries: AsyncGenerator<ArchiveEntry, void, undefined>,
): AsyncGenerator<Buffer, void, undefined> {
  yield* first.content;
  for (let part = 1; part < parts; part += 1) {
    const { value } = await entries.next();
    if (value !== undefined) yield* value.content;
  }
}
