/**
 * A process that uses a home's server and writes until it is killed: prints every number that the
 * server has taken, after it said so.
 *
 *   node test/support/write-postgres.ts HOME FIRST
 */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startPostgres } from '../../src/platform/postgres/server.ts';

const WRITERS = 4;
const [, , home = '', first = '0'] = process.argv;

const server = await startPostgres({ home });
const setup = new pg.Client({ connectionString: server.url });
setup.on('error', () => {});
await setup.connect();
await setup.query('create table if not exists taken (n bigint primary key)');
await setup.end();

let next = Number(first);
async function write(): Promise<never> {
  for (;;) {
    const client = new pg.Client({ connectionString: server.url });
    // The server may be killed alone: then the next connection goes on.
    client.on('error', () => {});
    try {
      await client.connect();
      for (;;) {
        const n = (next += 1);
        await client.query('insert into taken values ($1)', [n]);
        writeSync(1, `${n}\n`);
      }
    } catch {
      await sleep(50);
    } finally {
      await client.end().catch(() => {});
    }
  }
}
await Promise.all(Array.from({ length: WRITERS }, write));
