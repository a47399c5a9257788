import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

/** One plain .sql file of `migrations/`. */
export interface Migration {
  /** `0001-people.sql` */
  readonly name: string;
  readonly sql: string;
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string;
}

const FOLDER = new URL('./migrations/', import.meta.url);
const NAME = /^\d{4}-[a-z0-9-]+\.sql$/;

/** All that this program has, in the order in which they are applied. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => NAME.test(name)).sort();
  return await Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, FOLDER), 'utf8');
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
