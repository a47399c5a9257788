import { Command, CommanderError } from 'commander';
import type { Services } from '../workflows/services.ts';
import { assetCommands } from './asset.ts';
import { auditCommand } from './audit.ts';
import { backupCommand } from './backup.ts';
import { changeCommands } from './change.ts';
import { explainCommand } from './explain.ts';
import { outcomeCommand } from './outcome.ts';
import { patchCommand } from './patch.ts';
import { pauseCommands } from './pause.ts';
import { policyCommands } from './policy.ts';
import { restoreCommand } from './restore.ts';
import { scanCommand } from './scan.ts';
import { syncCommand } from './sync.ts';
import { clearProgress, describeError, say } from './terminal.ts';
import { upCommand } from './up.ts';
import { verifyCommand } from './verify.ts';
import { workerCommand } from './worker.ts';

/** Runs one command line and sets the exit code; never throws. */
export async function runProgram(argv: readonly string[], services: Services): Promise<void> {
  const program = new Command('suture')
    .description('Closes security holes by itself, and shows its work.')
    .version(services.tool.version)
    .showHelpAfterError('Run "suture --help" or "suture COMMAND --help" for what there is.')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text) });
  syncCommand(program, services);
  scanCommand(program, services);
  explainCommand(program, services);
  patchCommand(program, services);
  verifyCommand(program, services);
  outcomeCommand(program, services);
  upCommand(program, services);
  workerCommand(program, services);
  assetCommands(program, services);
  changeCommands(program, services);
  pauseCommands(program, services);
  policyCommands(program);
  auditCommand(program, services);
  backupCommand(program, services);
  restoreCommand(program, services);
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    clearProgress();
    if (error instanceof CommanderError) {
      // Commander has said what is wrong (or shown the help that was asked for).
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    say(describeError(error));
    process.exitCode = 2;
  }
}
