import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { SutureError } from '../domain/error.ts';
import { pathKind } from '../platform/path-kind.ts';
import type { Services } from '../workflows/services.ts';
import { openDatabase } from './database-of.ts';
import { print } from './terminal.ts';

interface Flags {
  readonly database?: string;
  readonly withoutKeys: boolean;
  readonly force: boolean;
}

export function backupCommand(
  program: Command,
  services: Pick<Services, 'home' | 'tool' | 'clock' | 'progress'>,
): void {
  program
    .command('backup')
    .description('writes database, evidence, keys and policy into one file, while all runs')
    .argument('<file>', 'archive to write (tar, zstd); its mode is 0600')
    .option('--database <url>', "PostgreSQL instead of Suture's own ($SUTURE_DATABASE_URL)")
    .option(
      '--without-keys',
      'leave the signing key and other secrets out (keys/, secrets/)',
      false,
    )
    .option('--force', 'replace a file that is there', false)
    .action(async (file: string, flags: Flags) => {
      const { home, tool, clock, progress } = services;
      const { backup } = await import('../store/backup.ts');
      const { openLog } = await import('../platform/log.ts');
      await expectDatabase(home, flags.database);
      const log = openLog({ name: 'suture-backup', level: 'warn' });
      const database = await openDatabase(home, flags.database, log);
      try {
        const { tables, files } = await backup({
          url: database.url,
          home,
          file: resolve(file),
          version: tool.version,
          now: clock.now(),
          keys: !flags.withoutKeys,
          replace: flags.force,
          progress: (message) => progress(message, 'detail'),
        });
        const rows = tables.reduce((sum, table) => sum + table.rows, 0);
        await print(
          `${file}: ${rows} rows of ${tables.length} tables, ${files.length} files.\n` +
            (flags.withoutKeys
              ? 'It holds no keys and secrets: a restored system makes a new key and trusts the old.'
              : 'It holds the signing key: keep it as safe as that.'),
        );
      } finally {
        await database.stop();
      }
    });
}

/** A back-up of a home that never had a database would make one only to find it empty. */
async function expectDatabase(home: string, given: string | undefined): Promise<void> {
  if (given ?? process.env['SUTURE_DATABASE_URL']) return;
  if ((await pathKind(join(home, 'postgres', 'data'))) !== undefined) return;
  throw new SutureError('backup-nothing', `There is no database in ${home}`, {
    remedy: 'Set SUTURE_HOME, or name the database: --database URL.',
  });
}
