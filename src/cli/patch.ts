import { type Command, InvalidArgumentError, Option } from 'commander';
import { SutureError } from '../domain/error.ts';
import type { PatchReport } from '../domain/report.ts';
import type { PatchOptions } from '../workflows/patch-types.ts';
import type { Services } from '../workflows/services.ts';
import { type ExitCode, patchExitCode } from './exit-code.ts';
import { sayProblems } from './notices.ts';
import { appearance, clearProgress, print, say } from './terminal.ts';

const FORMATS = ['table', 'json', 'markdown'] as const;

/** How npm (and our reader of its registries), pnpm and both kinds of yarn are told the same. */
const OFFLINE = {
  npm_config_offline: 'true',
  pnpm_config_offline: 'true',
  YARN_ENABLE_NETWORK: '0',
  YARN_OFFLINE: 'true',
};

interface Flags {
  readonly format: (typeof FORMATS)[number];
  readonly finding: readonly string[];
  readonly dryRun?: boolean;
  readonly branch?: boolean;
  readonly apply?: boolean;
  readonly minConfidence?: number;
  readonly budget: number;
  readonly unsandboxed: boolean;
  readonly offline: boolean;
  readonly policy?: string;
}

export function patchCommand(program: Command, services: Services): void {
  program
    .command('patch')
    .description('make the patch, prove it in a sandbox, leave it as a branch with signed evidence')
    .argument('[repository]', 'directory of the repository', '.')
    .option('--finding <ids...>', 'only these: finding or advisory ids, aliases, package names', [])
    .option(
      '--branch',
      'a branch with a commit per change; the working tree is not touched (default)',
    )
    .option('--apply', 'change the files in the working tree')
    .option('--dry-run', 'make and prove the patch, but leave nothing')
    .addOption(new Option('--format <format>', 'output').choices(FORMATS).default('table'))
    .option('--min-confidence <probability>', "instead of the policy's", probability)
    .option(
      '--budget <minutes>',
      'after this nothing new is tried; what stands is handed over',
      minutes,
      15,
    )
    .option('--offline', 'ask nothing of the network: do with what was fetched before', false)
    .option('--policy <file>', "operator's policy (default: policy.yaml in $SUTURE_HOME)")
    .addOption(
      new Option(
        '--unsandboxed',
        "DANGEROUS: run the project's scripts and tests without isolation, as you",
      ).default(false),
    )
    .action(async (repository: string, flags: Flags) => {
      process.exitCode = await run(repository, flags, services);
    });
}

async function run(repository: string, flags: Flags, services: Services): Promise<ExitCode> {
  if (flags.unsandboxed) {
    say(
      'warning: --unsandboxed: code of this repository and of its packages runs as you, unisolated.',
    );
  }
  if (flags.offline) Object.assign(process.env, OFFLINE);
  const options: PatchOptions = {
    mode: modeOf(flags),
    only: flags.finding,
    offline: flags.offline,
    unsandboxed: flags.unsandboxed,
    budgetMinutes: flags.budget,
    ...(flags.policy === undefined ? {} : { policyFile: flags.policy }),
    ...(flags.minConfidence === undefined ? {} : { minimumConfidence: flags.minConfidence }),
  };
  const { patch } = await import('../workflows/patch.ts');
  const report = await patch(repository, options, services);
  clearProgress();
  await print(await format(report, flags.format));
  if (flags.format !== 'table') sayProblems(report.problems);
  return patchExitCode(report);
}

function modeOf(flags: Flags): PatchOptions['mode'] {
  const asked = [
    ...(flags.dryRun ? (['dry-run'] as const) : []),
    ...(flags.apply ? (['apply'] as const) : []),
    ...(flags.branch ? (['branch'] as const) : []),
  ];
  if (asked.length > 1) {
    throw new SutureError('flags-contradict', `--${asked.join(' and --')} exclude each other`, {
      remedy: 'Give one of them.',
    });
  }
  return asked[0] ?? 'branch';
}

function minutes(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Give a number of minutes.');
}

function probability(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Give a probability from 0 to 1.');
}

async function format(report: PatchReport, kind: Flags['format']): Promise<string> {
  switch (kind) {
    case 'table':
      return (await import('../stages/report/patch-table.ts')).writePatchTable(
        report,
        appearance(),
      );
    case 'json':
      return (await import('../stages/report/patch-json.ts')).writePatchJson(report);
    case 'markdown':
      return (await import('../stages/report/patch-markdown.ts')).writePatchMarkdown(report);
  }
}
