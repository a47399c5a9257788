import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Services } from '../workflows/services.ts';
import { type OpenDatabase, openDatabase } from './database-of.ts';
import { print } from './terminal.ts';

interface Flags {
  readonly database?: string;
}

export function restoreCommand(
  program: Command,
  services: Pick<Services, 'home' | 'progress'>,
): void {
  program
    .command('restore')
    .description('puts a backup into an empty database and home, after checking all of it')
    .argument('<file>', 'archive that "suture backup" wrote')
    .option('--database <url>', "empty PostgreSQL instead of Suture's own ($SUTURE_DATABASE_URL)")
    .action(async (file: string, flags: Flags) => {
      const { home, progress } = services;
      const { restore } = await import('../store/restore.ts');
      const { openLog } = await import('../platform/log.ts');
      const log = openLog({ name: 'suture-restore', level: 'warn' });
      let database: OpenDatabase | undefined;
      try {
        const manifest = await restore({
          url: async () => {
            database = await openDatabase(home, flags.database, log);
            return database.url;
          },
          home,
          file: resolve(file),
          progress: (message) => progress(message, 'detail'),
        });
        const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
        await print(
          `Restored as of ${manifest.at} (Suture ${manifest.version}): ${rows} rows, ` +
            `${manifest.files.length} files. Start it with "suture up"; advisories come back with "suture sync".`,
        );
      } finally {
        await database?.stop();
      }
    });
}
