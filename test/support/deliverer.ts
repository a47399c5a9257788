/**
 * A process that delivers what is due by e-mail until it is ended:
 * DATABASE_URL, PUBLIC_URL; mail goes to receiver.test, which is this machine.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { notifiers } from '../../src/plugins/notifiers/index.ts';
import { openStore } from '../../src/store/database.ts';
import { deliverDue } from '../../src/workflows/deliver.ts';

const store = openStore(process.env['DATABASE_URL'] ?? '', { poolSize: 4 });
const outbound = {
  allow: ['receiver.test'],
  resolve: async () => [{ address: '127.0.0.1', family: 4 as const }],
};
process.stdout.write('ready\n');
for (;;) {
  await deliverDue(store, {
    notifiers: notifiers({ outbound }),
    now: () => new Date(),
    publicUrl: process.env['PUBLIC_URL'] ?? '',
  });
  await sleep(20);
}
