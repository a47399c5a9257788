/**
 * A worker in a process of its own, in the closed world, for tests to kill. Says `up` when it is.
 *
 *   node test/support/control-worker.ts HOME DATABASE SILENT_SECONDS
 *
 * DATABASE is a URL, or `home:PATH` for the embedded server of a home, which it shares with others.
 */
import { pino } from 'pino';
import { startPostgres } from '../../src/platform/postgres/server.ts';
import { openStore } from '../../src/store/database.ts';
import { startWorker } from '../../src/workflows/control/worker.ts';
import { closedServices } from './closed-services.ts';
import { PACKAGES } from './control-packages.ts';

const [, , home = '', database = '', silent = ''] = process.argv;
process.env['SUTURE_HOME'] = home;
const url = database.startsWith('home:')
  ? (await startPostgres({ home: database.slice('home:'.length) })).url
  : database;
await startWorker({
  services: closedServices(home, PACKAGES),
  databaseUrl: url,
  store: openStore(url, { poolSize: 6 }),
  notifiers: [],
  log: pino({ level: process.env['SUTURE_TEST_LOG'] ?? 'warn' }, pino.destination(2)),
  publicUrl: () => Promise.resolve('http://127.0.0.1:4870'),
  silentSeconds: Number(silent),
});
process.stdout.write('up\n');
