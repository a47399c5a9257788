import pg from 'pg';
import { ROLE } from './initialise.ts';

/** The URL of a database on a server behind a Unix socket. */
export function socketUrl(sockets: string, database: string): string {
  return `postgresql://${ROLE}@localhost/${database}?host=${encodeURIComponent(sockets)}`;
}

/** Whether a server takes connections. */
export async function probe(sockets: string): Promise<boolean> {
  try {
    await withClient(sockets, async () => {});
    return true;
  } catch {
    return false;
  }
}

/** Makes our database on a server that does not have it yet. */
export async function ensureDatabase(sockets: string): Promise<void> {
  await withClient(sockets, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [ROLE]);
    if (rowCount === 0) await client.query(`create database ${ROLE}`);
  });
}

async function withClient(
  sockets: string,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({
    connectionString: socketUrl(sockets, 'postgres'),
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
