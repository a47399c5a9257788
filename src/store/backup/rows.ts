import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { BackupManifest } from './manifest.ts';

export interface TableColumns {
  readonly schema: string;
  readonly name: string;
  /** Without those that the database computes from others. */
  readonly columns: readonly string[];
}

/** How values are written as text; the same on every server. */
export const COPY_SETTINGS = `
  set timezone to 'UTC'; set datestyle to 'ISO, MDY'; set intervalstyle to 'postgres';
  set extra_float_digits to 1; set bytea_output to 'hex'; set client_encoding to 'UTF8';
  set statement_timeout to 0; set lock_timeout to 0; set idle_in_transaction_session_timeout to 0`;

/** All tables of the schemas, by name. */
export async function tablesOf(
  client: pg.ClientBase,
  schemas: readonly string[],
): Promise<readonly TableColumns[]> {
  const { rows } = await client.query<{ schema: string; name: string; columns: string[] }>(
    `select n.nspname as schema, c.relname as name,
       array_agg(a.attname::text order by a.attnum) filter (where a.attgenerated = '') as columns
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where n.nspname = any($1) and c.relkind = 'r'
     group by n.nspname, c.relname
     order by n.nspname, c.relname collate "C"`,
    [schemas],
  );
  return rows;
}

export function qualified(table: { readonly schema: string; readonly name: string }): string {
  return `${pg.escapeIdentifier(table.schema)}.${pg.escapeIdentifier(table.name)}`;
}

/** The rows of a table as COPY text; `rowCount` is there when it has ended. */
export function rowsOut(
  client: pg.ClientBase,
  table: TableColumns,
): Readable & { readonly rowCount: number } {
  return client.query(copyTo(`copy ${qualified(table)} (${columnList(table)}) to stdout`));
}

/** @returns number of rows */
export async function rowsIn(
  client: pg.ClientBase,
  table: TableColumns,
  content: AsyncIterable<Buffer>,
): Promise<number> {
  const into = client.query(copyFrom(`copy ${qualified(table)} (${columnList(table)}) from stdin`));
  await pipeline(content, into);
  return into.rowCount;
}

function columnList(table: TableColumns): string {
  return table.columns.map((column) => pg.escapeIdentifier(column)).join(', ');
}

type Sequence = BackupManifest['sequences'][number];

/** Where all sequences stand, identity columns' included. Read it after the rows: it never goes back. */
export async function readSequences(
  client: pg.ClientBase,
  schemas: readonly string[],
): Promise<Sequence[]> {
  const { rows } = await client.query<{ schema: string; name: string }>(
    `select n.nspname as schema, c.relname as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any($1) and c.relkind = 'S'
     order by n.nspname, c.relname collate "C"`,
    [schemas],
  );
  const sequences: Sequence[] = [];
  for (const sequence of rows) {
    const state = await client.query<{ lastValue: string; isCalled: boolean }>(
      `select last_value as "lastValue", is_called as "isCalled" from ${qualified(sequence)}`,
    );
    const [row] = state.rows;
    if (row !== undefined) sequences.push({ ...sequence, ...row });
  }
  return sequences;
}

export async function setSequences(
  client: pg.ClientBase,
  sequences: readonly Sequence[],
): Promise<void> {
  for (const sequence of sequences) {
    await client.query('select setval($1::regclass, $2, $3)', [
      qualified(sequence),
      sequence.lastValue,
      sequence.isCalled,
    ]);
  }
}
