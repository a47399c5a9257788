import { migrateSystemDatabase } from '@dbos-inc/dbos-sdk/internal/system_database';
import { GlobalLogger } from '@dbos-inc/dbos-sdk/internal/telemetry/logs';
import pg from 'pg';
import { QUIET } from './engine-log.ts';

/** A process that hangs in the middle of a transaction must not hold up the others for longer. */
const IDLE_TRANSACTION_MS = 60_000;

/**
 * Connections of the durable engine. Ours instead of its own, so that a connection is set up before
 * it is first used.
 */
export function enginePool(databaseUrl: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max,
    application_name: 'suture workflows',
    // oxlint-disable-next-line typescript/no-misused-promises -- pg-pool waits for what it returns
    onConnect: async (client) => {
      await client.query(`set idle_in_transaction_session_timeout = ${IDLE_TRANSACTION_MS}`);
    },
  });
  // What breaks while idle is replaced; without a listener it would end the process.
  pool.on('error', () => {});
  return pool;
}

/**
 * Makes the engine's tables (schema `dbos`) where they are missing or older than it. `DBOS.migrate`
 * does the same, and says so on standard output, which is for data.
 */
export async function migrateEngine(databaseUrl: string): Promise<void> {
  await migrateSystemDatabase(databaseUrl, new GlobalLogger(undefined, { logger: QUIET }));
}
