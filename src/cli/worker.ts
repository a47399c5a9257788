import type { Command } from 'commander';
import type { Services } from '../workflows/services.ts';
import { openDatabase } from './database-of.ts';
import { untilToldToStop } from './until-told-to-stop.ts';

interface Flags {
  readonly database?: string;
  readonly feeds?: string;
  readonly quiet: boolean;
}

export function workerCommand(program: Command, services: Services): void {
  program
    .command('worker')
    .description('does the work of a control plane; as many as you like, on any machine')
    .option('--database <url>', 'PostgreSQL of the control plane ($SUTURE_DATABASE_URL)')
    .option('--feeds <source>', 'folder or mirror to sync advisories from ($SUTURE_FEEDS)')
    .option('--quiet', 'log only warnings and errors', false)
    .action(async (flags: Flags) => {
      const { openLog } = await import('../platform/log.ts');
      const { startWorker } = await import('../workflows/control/worker.ts');
      const log = openLog({ name: 'suture-worker', level: flags.quiet ? 'warn' : 'info' });
      const database = await openDatabase(services.home, flags.database, log);
      const { closeStore, openStore } = await import('../store/database.ts');
      const { apiConfiguration } = await import('../api/configuration.ts');
      const { publicUrlOf } = await import('./public-url.ts');
      const store = openStore(database.url);
      const { outbound } = await apiConfiguration(services.home);
      const feedSource = flags.feeds ?? process.env['SUTURE_FEEDS'];
      const worker = await startWorker({
        services,
        databaseUrl: database.url,
        store,
        notifiers: await services.notifiers(outbound.allow),
        publicUrl: () => publicUrlOf(store),
        log,
        ...(feedSource === undefined ? {} : { feedSource }),
      });
      await untilToldToStop();
      await worker.stop();
      await closeStore(store);
      await database.stop();
    });
}
