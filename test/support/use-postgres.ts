/**
 * A process that uses a home's server until it is ended: prints its URL when it has it. Tests start
 * it as a process of its own, to kill it or to have several.
 *
 *   node test/support/use-postgres.ts HOME
 */
import { startPostgres } from '../../src/platform/postgres/server.ts';

const server = await startPostgres({ home: process.argv[2] ?? '' });
process.stdout.write(`${server.url}\n`);
process.stdin.once('end', () => void server.stop());
process.stdin.resume();
