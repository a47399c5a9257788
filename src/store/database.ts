import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { columnTypes } from './column-types.ts';
import { SESSION_SETTINGS } from './connect.ts';
import type { Tables } from './tables.ts';

/** What every function of the store takes first; a transaction fits as well. */
export type Store = Kysely<Tables>;

/** Connections of one process; a server of ours takes 100 for all of its processes. */
const DEFAULT_POOL_SIZE = 10;

/**
 * Opens a pool of connections to a database that `migrate` has been run on. Nothing is connected
 * before the first query. Give it back with `closeStore`.
 *
 * @param url `postgresql://…`; with a pooler in between, one that pools sessions
 */
export function openStore(url: string, options: { readonly poolSize?: number } = {}): Store {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.poolSize ?? DEFAULT_POOL_SIZE,
    types: columnTypes,
    application_name: 'suture',
  });
  // A connection that breaks while idle (the server restarts) is replaced by the next query;
  // without a listener it would end the process.
  pool.on('error', () => {});
  // One that breaks while it is in use, but between two queries, is told to nobody by the pool; the
  // next query on it fails.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely<Tables>({
    dialect: new PostgresDialect({
      pool,
      onCreateConnection: async (connection) => {
        await connection.executeQuery(CompiledQuery.raw(SESSION_SETTINGS));
      },
    }),
  });
}

/** Waits for queries under way and closes all connections. */
export async function closeStore(store: Store): Promise<void> {
  await store.destroy();
}
