import type { Command } from 'commander';
import type { Services } from '../workflows/services.ts';
import { serverOf, withServer } from './server.ts';
import { print } from './terminal.ts';

interface Pause {
  readonly paused: boolean;
  readonly reason: string;
}

export function pauseCommands(program: Command, services: Services): void {
  const set = async (paused: boolean, reason: string, flags: { server?: string }) => {
    const server = await serverOf(services.home, flags.server);
    const now = await server.send<Pause>('PUT', '/pause', { paused, reason });
    await print(
      now.paused
        ? 'Paused: nothing new is begun and nothing is handed over. "suture resume" goes on.'
        : 'Going on.',
    );
  };
  withServer(
    program
      .command('pause')
      .description('the one big switch: begin nothing new, hand nothing over')
      .argument('[reason]', 'shown to everybody', 'paused from the command line'),
  ).action((reason: string, flags: { server?: string }) => set(true, reason, flags));
  withServer(
    program
      .command('resume')
      .description('go on after a pause')
      .argument('[reason]', 'kept in the log', 'resumed from the command line'),
  ).action((reason: string, flags: { server?: string }) => set(false, reason, flags));
}
