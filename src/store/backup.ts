import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { SutureError } from '../domain/error.ts';
import { ArchiveWriter } from './backup/archive-writer.ts';
import { homeFiles, homeFilesWithoutKeys, openFile } from './backup/home-files.ts';
import {
  type BackupHead,
  type BackupManifest,
  type BackupTable,
  FORMAT,
  fileEntry,
  HEAD_ENTRY,
  MANIFEST_ENTRY,
  partName,
} from './backup/manifest.ts';
import { COPY_SETTINGS, qualified, readSequences, rowsOut, tablesOf } from './backup/rows.ts';
import { tableInParts } from './backup/table-parts.ts';
import { connect } from './connect.ts';
import { appliedMigrations } from './migrate.ts';
import { dumpSchema } from './schema-dump.ts';

/** Ours, and the durable engine's. */
const SCHEMAS = ['public', 'dbos'] as const;

export interface BackupOptions {
  readonly url: string;
  readonly home: string;
  /** Where the archive goes. */
  readonly file: string;
  readonly version: string;
  readonly now: Date;
  /** Whether the signing key and other secrets (`keys/`, `secrets/`) go into it. */
  readonly keys: boolean;
  /** Whether a file that is there may be replaced. */
  readonly replace?: boolean;
  readonly progress?: (message: string) => void;
}

/**
 * Writes database and home into one archive (see `manifest.ts`) while the system runs: the database
 * as it was at one moment, the home's files as they were right after it.
 *
 * @throws SutureError `backup-exists`, `backup-nothing` for a database that was never migrated
 */
export async function backup(options: BackupOptions): Promise<BackupManifest> {
  const { file } = options;
  if (options.replace !== true && (await stat(file).catch(() => undefined)) !== undefined) {
    throw new SutureError('backup-exists', `${file} is there already`, {
      remedy: 'Choose another name, or replace it with --force.',
    });
  }
  const client = await connect(options.url, 'suture backup');
  try {
    await using archive = await ArchiveWriter.create(file);
    const head: BackupHead = {
      suture: 'backup',
      format: FORMAT,
      version: options.version,
      at: options.now.toISOString(),
    };
    await archive.addText(HEAD_ENTRY, JSON.stringify(head));
    const database = await writeDatabase(client, archive, options);
    const files = await writeFiles(archive, options);
    const manifest: BackupManifest = { ...head, ...database, files };
    await archive.addText(MANIFEST_ENTRY, JSON.stringify(manifest));
    await archive.finish();
    return manifest;
  } finally {
    await client.end();
  }
}

async function writeDatabase(
  client: pg.Client,
  archive: ArchiveWriter,
  options: BackupOptions,
): Promise<Omit<BackupManifest, keyof BackupHead | 'files'>> {
  await client.query(COPY_SETTINGS);
  await client.query('begin transaction isolation level repeatable read, read only');
  const present = await client.query<{ nspname: string }>(
    'select nspname from pg_namespace where nspname = any($1) order by 1',
    [SCHEMAS],
  );
  const schemas = present.rows.map(({ nspname }) => nspname);
  const known = await tablesOf(client, schemas);
  if (!known.some(({ schema, name }) => schema === 'public' && name === 'schema_migration')) {
    throw new SutureError('backup-nothing', 'There is nothing of Suture in the database', {
      remedy: 'Check the database URL; "suture up" makes the tables at its first start.',
    });
  }
  // So that no migration changes what is being read.
  await client.query(`lock table ${known.map(qualified).join(', ')} in access share mode`);
  const engine: BackupManifest['schemas'] = {};
  for (const schema of schemas) {
    if (schema !== 'public') engine[schema] = await dumpSchema(client, schema);
  }
  const migrations = await appliedMigrations(client);
  const tables: BackupTable[] = [];
  for (const table of await tablesOf(client, schemas)) {
    const rows = rowsOut(client, table);
    const written = await tableInParts(rows, (part, bytes) =>
      archive.add(partName(table, part), bytes.length, [bytes]),
    );
    tables.push({ ...table, columns: [...table.columns], rows: rows.rowCount, ...written });
    options.progress?.(`${table.schema}.${table.name}: ${rows.rowCount} rows`);
  }
  const sequences = await readSequences(client, schemas);
  const server = await client.query<{ server_version: string }>('show server_version');
  await client.query('commit');
  return {
    server: server.rows[0]?.server_version ?? '',
    migrations: migrations.map(({ name, sha256 }) => ({ name, sha256 })),
    tables,
    sequences,
    schemas: engine,
  };
}

async function writeFiles(
  archive: ArchiveWriter,
  { home, keys, progress }: BackupOptions,
): Promise<BackupManifest['files']> {
  const found: readonly { path: string; mode: number; source?: string }[] = keys
    ? await homeFiles(home)
    : await homeFilesWithoutKeys(home);
  const files: BackupManifest['files'] = [];
  for (const { path, mode, source } of found) {
    const opened = await openFile(join(home, source ?? path));
    // Removed in the meantime.
    if (opened === undefined) continue;
    const { size: bytes, content } = opened;
    const sha256 = await archive.add(fileEntry(path), bytes, content, mode);
    files.push({ path, mode, bytes, sha256 });
  }
  progress?.(`home: ${files.length} files`);
  return files;
}
