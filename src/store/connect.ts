import pg from 'pg';
import { messageOf, SutureError } from '../domain/error.ts';
import { columnTypes } from './column-types.ts';

const CONNECT_TIMEOUT_MS = 15_000;

/** Days are counted in UTC, and tables are ours, whatever the server or the role is set to. */
export const SESSION_SETTINGS = "set timezone to 'UTC'; set search_path to public";

/**
 * One connection outside of any pool, for what needs a session of its own. End it with `end()`.
 *
 * @throws SutureError `database-unreachable` with what to do; never with the URL's password in it
 */
export async function connect(url: string, purpose: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    types: columnTypes,
    application_name: purpose,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // A connection that breaks is told to the query under way; without a listener it ends the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(SESSION_SETTINGS);
  } catch (error) {
    await client.end().catch(() => {});
    throw new SutureError(
      'database-unreachable',
      `No connection to the database ${databaseName(url)}: ${messageOf(error)}`,
      { remedy: remedyFor((error as { code?: unknown }).code), cause: error },
    );
  }
  return client;
}

/** Host and database of a URL, without user, password and parameters. */
function databaseName(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? '(not a URL)' : `${parsed.host}${parsed.pathname}`;
}

function remedyFor(code: unknown): string {
  switch (code) {
    case '28P01':
    case '28000':
      return 'Check user and password of the database URL, and what pg_hba.conf allows.';
    case '3D000':
      return 'Make the database first (createdb), or correct its name in the URL.';
    case '53300':
      return 'The server has no connection left: raise max_connections or run fewer workers.';
    default:
      return 'Check the database URL and that the server is running and can be reached from here.';
  }
}
