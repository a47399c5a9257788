import { type Command, Option } from 'commander';
import type { Services } from '../workflows/services.ts';
import { print } from './terminal.ts';

interface VerifyFlags {
  readonly key?: string;
  readonly checkpoint?: string;
  readonly database?: string;
  readonly format: 'text' | 'json';
}

interface ExportFlags {
  readonly format: 'jsonl' | 'ocsf';
  readonly since?: string;
  readonly until?: string;
  readonly output?: string;
  readonly database?: string;
}

const DATABASE = [
  '--database <url>',
  'PostgreSQL of the control plane ($SUTURE_DATABASE_URL)',
] as const;

export function auditCommand(program: Command, services: Services): void {
  const audit = program
    .command('audit')
    .description('the log of decisions: export it, verify it, keep where it stands elsewhere');
  verifyCommand(audit, services);
  exportCommand(audit, services);
  audit
    .command('checkpoint')
    .description('sign where the chain stands now, and print it, to keep it out of reach')
    .option(...DATABASE)
    .action(async ({ database }: { readonly database?: string }) => {
      const { signCheckpoint } = await import('./audit-database.ts');
      await print(JSON.stringify(await signCheckpoint(services, database)));
    });
  for (const command of audit.commands) command.exitOverride();
}

function verifyCommand(audit: Command, services: Services): void {
  audit
    .command('verify')
    .description('recompute the chain of an export or of the database; name the first broken link')
    .argument(
      '[file]',
      'what "suture audit export" wrote, - for standard input; none: the database',
    )
    .option('--key <file>', 'public key of who signed; nobody else’s signature counts then')
    .option('--checkpoint <file>', 'a checkpoint that you kept, to hold the chain to')
    .option(...DATABASE)
    .addOption(new Option('--format <format>', 'output').choices(['text', 'json']).default('text'))
    .action(async (file: string | undefined, flags: VerifyFlags) => {
      const { describeCheck } = await import('./audit-report.ts');
      const check =
        file === undefined
          ? await (await import('./audit-database.ts')).verifyDatabase(services, flags)
          : await (await import('./audit-file.ts')).verifyFile(file, flags, services.home);
      await print(flags.format === 'json' ? JSON.stringify(check, null, 2) : describeCheck(check));
      process.exitCode = check.intact ? 0 : 1;
    });
}

function exportCommand(audit: Command, services: Services): void {
  audit
    .command('export')
    .description('write decisions, with checkpoints and public keys where the format has them')
    .addOption(
      new Option('--format <format>', 'jsonl can be verified; ocsf is for a SIEM')
        .choices(['jsonl', 'ocsf'])
        .default('jsonl'),
    )
    .option('--since <time>', 'ISO 8601: decisions from then on')
    .option('--until <time>', 'ISO 8601: decisions before then')
    .option('--output <file>', 'instead of standard output; it must not be there yet')
    .option(...DATABASE)
    .action(async (flags: ExportFlags) => {
      const { exportDatabase } = await import('./audit-database.ts');
      await exportDatabase(services, flags);
    });
}
