import { type Command, InvalidArgumentError } from 'commander';
import type { Services } from '../workflows/services.ts';
import { print, say } from './terminal.ts';
import { untilToldToStop } from './until-told-to-stop.ts';

interface Flags {
  readonly host: string;
  readonly port: number;
  readonly workers: number;
  readonly database?: string;
  readonly publicUrl?: string;
  readonly feeds?: string;
  readonly quiet: boolean;
}

export function upCommand(program: Command, services: Services): void {
  program
    .command('up')
    .description('the control plane: page, API, workers and database, nothing else to install')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 4870)
    .option('--workers <number>', 'worker processes on this machine', wholeNumber(0, 64), 1)
    .option('--database <url>', "PostgreSQL to use instead of Suture's own ($SUTURE_DATABASE_URL)")
    .option('--public-url <url>', 'address under which people reach the page, behind a TLS proxy')
    .option('--feeds <source>', 'folder or mirror to sync advisories from ($SUTURE_FEEDS)')
    .option('--quiet', 'log only warnings and errors', false)
    .action(async (flags: Flags) => {
      const { openLog } = await import('../platform/log.ts');
      const { startControlPlane } = await import('./control-plane.ts');
      const log = openLog({ name: 'suture-up', level: flags.quiet ? 'warn' : 'info' });
      const { database, publicUrl, feeds } = flags;
      const plane = await startControlPlane(
        {
          host: flags.host,
          port: flags.port,
          workers: flags.workers,
          log,
          ...(database === undefined ? {} : { database }),
          ...(publicUrl === undefined ? {} : { publicUrl }),
          ...(feeds === undefined ? {} : { feeds }),
        },
        services,
      );
      await print(`Suture is up: ${plane.address}`);
      if (plane.firstSignIn !== undefined) {
        await print(`First administrator, once, within 30 minutes:\n  ${plane.firstSignIn.url}`);
      }
      say('Ctrl-C stops it; what is under way goes on at the next start.');
      await untilToldToStop();
      say('Stopping.');
      await plane.stop();
    });
}

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}
