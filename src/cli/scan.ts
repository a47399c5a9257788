import { type Command, Option } from 'commander';
import type { ScanReport } from '../domain/report.ts';
import type { Services } from '../workflows/services.ts';
import { type ExitCode, GATES, type Gate, scanExitCode } from './exit-code.ts';
import { sayProblems, sayStaleness } from './notices.ts';
import { appearance, clearProgress, print } from './terminal.ts';

const FORMATS = ['table', 'json', 'sarif', 'cyclonedx', 'openvex', 'markdown'] as const;

interface Flags {
  readonly format: (typeof FORMATS)[number];
  readonly failOn: Gate;
  readonly offline: boolean;
  readonly policy?: string;
}

export function scanCommand(program: Command, services: Services): void {
  program
    .command('scan')
    .description('find what is vulnerable, and say which of it matters and why')
    .argument('[targets...]', 'directories or lockfiles', ['.'])
    .addOption(new Option('--format <format>', 'output').choices(FORMATS).default('table'))
    .addOption(
      new Option('--fail-on <gate>', 'exit with 1 for findings at or above this')
        .choices(GATES)
        .default('any'),
    )
    .option('--offline', 'ask nothing of the network', false)
    .option('--policy <file>', "operator's policy (default: policy.yaml in $SUTURE_HOME)")
    .action(async (targets: string[], flags: Flags) => {
      process.exitCode = await run(targets, flags, services);
    });
}

async function run(targets: string[], flags: Flags, services: Services): Promise<ExitCode> {
  const { scan } = await import('../workflows/scan.ts');
  const options = {
    offline: flags.offline,
    ...(flags.policy === undefined ? {} : { policyFile: flags.policy }),
  };
  const report = await scan(targets, options, services);
  clearProgress();
  await print(await format(report, flags.format));
  // The table shows problems itself; machine formats must not hide them from a person.
  if (flags.format !== 'table') sayProblems(report.problems);
  await sayStaleness(report.feeds, services);
  return scanExitCode(report, flags.failOn);
}

/** Each writer is loaded only when asked for: a scan's time is mostly start-up. */
async function format(report: ScanReport, kind: Flags['format']): Promise<string> {
  switch (kind) {
    case 'table':
      return (await import('../stages/report/table.ts')).writeTable(report, appearance());
    case 'json':
      return (await import('../stages/report/json.ts')).writeJson(report);
    case 'sarif':
      return (await import('../stages/report/sarif.ts')).writeSarif(report);
    case 'cyclonedx':
      return (await import('../stages/report/cyclonedx.ts')).writeCycloneDx(report);
    case 'openvex':
      return (await import('../stages/report/openvex.ts')).writeOpenVex(report);
    case 'markdown':
      return (await import('../stages/report/markdown.ts')).writeMarkdown(report);
  }
}
