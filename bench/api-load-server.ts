/**
 * The API in a process of its own, for the load benchmark: prints its address, serves until its
 * standard input ends. `SUTURE_DATABASE_URL` and `SUTURE_HOME` say on what.
 */
import { createApi } from '../src/api/app.ts';
import { apiConfiguration } from '../src/api/configuration.ts';
import { serveApi } from '../src/api/serve.ts';
import { SutureError } from '../src/domain/error.ts';
import { signingKey } from '../src/platform/keys.ts';
import { openLog } from '../src/platform/log.ts';
import { closeStore, openStore } from '../src/store/database.ts';
import { openControlClient } from '../src/workflows/control/client.ts';

const databaseUrl = process.env['SUTURE_DATABASE_URL'] ?? '';
const home = process.env['SUTURE_HOME'] ?? '';
const store = openStore(databaseUrl);
const client = await openControlClient(databaseUrl, store);
const config = await apiConfiguration(home, {});
const { app, close } = createApi({
  store,
  databaseUrl,
  databaseKind: 'embedded',
  home,
  client,
  openIndex: () => {
    throw new SutureError('index-missing', 'There is no index here', { remedy: 'None is needed.' });
  },
  clock: { now: () => new Date() },
  version: 'bench',
  // What is measured is the server, not its patience.
  config: { ...config, rates: { ...config.rates, perMinute: 1e9, changesPerMinute: 1e9 } },
  log: openLog({ level: 'warn' }),
  signingKey: () => signingKey(home),
  notifiers: () => Promise.resolve([]),
});
const server = await serveApi(app, { host: '127.0.0.1', port: 0 });
process.stdout.write(`${server.address}\n`);
process.stdin.resume();
process.stdin.once('end', () => {
  void (async () => {
    await close();
    await server.close();
    await client.close();
    await closeStore(store);
    process.exit(0);
  })();
});
