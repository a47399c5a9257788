import { sql } from 'kysely';
import type { Store } from './database.ts';

/** Version of the server (`18.4`) and size of our database in bytes. */
export async function databaseFacts(
  db: Store,
): Promise<{ readonly version: string; readonly bytes: number }> {
  const { rows } = await sql<{ version: string; bytes: number }>`
    select split_part(current_setting('server_version'), ' ', 1) as version,
      pg_database_size(current_database())::float8 as bytes`.execute(db);
  return rows[0] ?? { version: '', bytes: 0 };
}
