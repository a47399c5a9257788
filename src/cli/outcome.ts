import { Argument, type Command } from 'commander';
import { SutureError } from '../domain/error.ts';
import { readOutcomes, recordOutcome } from '../platform/outcome-log.ts';
import { calibration } from '../stages/learn/calibration.ts';
import type { Services } from '../workflows/services.ts';
import { print } from './terminal.ts';

export function outcomeCommand(program: Command, services: Services): void {
  program
    .command('outcome')
    .description(
      'say what became of a change; without one, show how well confidence was calibrated',
    )
    .argument('[change]', 'change id')
    .addArgument(
      new Argument('[result]', 'held: merged and fine; broke: it broke something').choices([
        'held',
        'broke',
      ]),
    )
    .option('--note <text>', 'what happened', '')
    .action(
      async (
        change: string | undefined,
        result: 'held' | 'broke' | undefined,
        flags: { note: string },
      ) => {
        const records = await readOutcomes(services.home);
        if (change === undefined) {
          await print(describe(records));
          return;
        }
        if (result === undefined) {
          throw new SutureError('result-missing', 'Say what became of it', {
            remedy: `suture outcome ${change} held, or: suture outcome ${change} broke --note "…"`,
          });
        }
        if (!records.some((record) => record.kind === 'verdict' && record.change === change)) {
          throw new SutureError('change-unknown', `No change ${change} was verified here`, {
            remedy: 'Its id is in the report of "suture patch" and in the commit message.',
          });
        }
        const at = services.clock.now().toISOString();
        await recordOutcome(services.home, {
          kind: 'outcome',
          change,
          at,
          result,
          note: flags.note,
        });
        await print(`Recorded: ${change} ${result}.`);
      },
    );
}

function describe(records: Awaited<ReturnType<typeof readOutcomes>>): string {
  const verdicts = records.filter(({ kind }) => kind === 'verdict').length;
  const models = calibration(records);
  if (models.length === 0) {
    return `${verdicts} verdicts recorded, none with a known outcome yet. Record one: suture outcome CHANGE held|broke`;
  }
  return models
    .flatMap(({ model, known, brier, bins }) => [
      `${model}: ${known} outcomes known, Brier score ${brier.toFixed(3)} (0 is perfect, 0.25 a coin)`,
      ...bins.map(
        ({ from, count, predicted, held }) =>
          `  confidence ${from.toFixed(1)}–${(from + 0.1).toFixed(1)}: ${count} changes, predicted ${predicted.toFixed(2)}, held ${held.toFixed(2)}`,
      ),
    ])
    .join('\n');
}
