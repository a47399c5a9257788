import type { Command } from 'commander';
import { SutureError } from '../domain/error.ts';
import type { Services } from '../workflows/services.ts';
import { sayProblems } from './notices.ts';
import { appearance, clearProgress, print } from './terminal.ts';

interface Flags {
  readonly from?: string;
  readonly status: boolean;
  readonly ecosystem: readonly string[];
}

export function syncCommand(program: Command, services: Services): void {
  program
    .command('sync')
    .description('bring the local advisory index up to date')
    .option('--from <dir-or-url>', 'a folder or mirror instead of the public feeds')
    .option('--ecosystem <names...>', 'OSV ecosystems to sync from the public feeds', ['npm'])
    .option('--status', "show each feed's date and count; sync nothing", false)
    .action(async (flags: Flags) => {
      const workflow = await import('../workflows/sync.ts');
    });
}
