/**
 * Writes `src/store/schema.sql`: what all migrations together make, read back from a database.
 *
 *   node scripts/schema-sql.ts                      on a database server of its own
 *   node scripts/schema-sql.ts --database URL       on an empty database of yours
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../src/platform/postgres/server.ts';
import { migrate } from '../src/store/migrate.ts';
import { schemaSql } from '../src/store/schema-sql.ts';

const TARGET = join(import.meta.dirname, '../src/store/schema.sql');

const { values } = parseArgs({ options: { database: { type: 'string' } } });
if (values.database === undefined) {
  const home = await mkdtemp(join(tmpdir(), 'suture-schema-'));
  await chmod(home, 0o711);
  const server = await startPostgres({ home, log: console.error });
  try {
    await write(server.url);
  } finally {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
} else {
  await write(values.database);
}

async function write(url: string): Promise<void> {
  await migrate(url);
  await writeFile(TARGET, await schemaSql(url));
}
