import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { PolicyProblem } from '../domain/control-policy.ts';
import { messageOf, SutureError } from '../domain/error.ts';
import { print } from './terminal.ts';

/** Calendars are small; a larger file is something else. */
const MAX_CALENDAR_BYTES = 1_000_000;

export function policyCommands(program: Command): void {
  const policy = program
    .command('policy')
    .description("a control plane's policy: check a document before it is uploaded");
  policy
    .command('check')
    .description('tell what is wrong with a policy document, to the line and column')
    .argument('<file>', 'the YAML document')
    .addOption(new Option('--format <format>').choices(['text', 'json']).default('text'))
    .action(async (file: string, { format }: { readonly format: 'text' | 'json' }) => {
      const problems = await checkPolicyFile(file);
      const errors = problems.filter(({ severity }) => severity === 'error').length;
      const warnings = problems.length - errors;
      await print(
        format === 'json'
          ? JSON.stringify({ valid: errors === 0, problems }, null, 2)
          : [...problems.map(described), summary(file, errors, warnings)].join('\n'),
      );
      process.exitCode = errors > 0 ? 2 : warnings > 0 ? 1 : 0;
    });
  policy
    .command('bundle')
    .description('print a document with the calendar files it names in it, to keep it anywhere')
    .argument('<file>', 'the YAML document')
    .action(async (file: string) => {
      const { text, files } = await readPolicy(file);
      const { withCalendarFiles } = await import('../stages/decide/document/calendar-files.ts');
      await print(withCalendarFiles(text, files));
    });
}

async function checkPolicyFile(file: string): Promise<readonly PolicyProblem[]> {
  const { text, files } = await readPolicy(file);
  const { parseControlPolicy } = await import('../stages/decide/document/parse-control-policy.ts');
  return parseControlPolicy(text, file, { files, now: new Date() }).problems;
}

/** A document with the calendar files that it names. */
async function readPolicy(file: string): Promise<{
  readonly text: string;
  readonly files: ReadonlyMap<string, string>;
}> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new SutureError('policy-unreadable', `${file} cannot be read: ${messageOf(error)}`, {
      remedy: 'Name a YAML document; examples/policies has some to start from.',
      cause: error,
    });
  });
  const { calendarFilesOf } = await import('../stages/decide/document/calendar-files.ts');
  return { text, files: await calendarFiles(dirname(resolve(file)), calendarFilesOf(text)) };
}

/** Those that can be read and lie beside the document; the others are told of by their setting. */
async function calendarFiles(
  folder: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const name of names) {
    const path = resolve(folder, name);
    const inside = relative(folder, path);
    if (inside.startsWith('..') || isAbsolute(inside)) continue;
    const content = await readFile(path).catch(() => undefined);
    if (content !== undefined && content.length <= MAX_CALENDAR_BYTES) {
      files.set(name, content.toString('utf8'));
    }
  }
  return files;
}

function described({ severity, file, line, column, message, remedy }: PolicyProblem): string {
  const hint = remedy === undefined ? '' : `\n  ${remedy}`;
  return `${file}:${line ?? 1}:${column ?? 1}: ${severity}: ${message}${hint}`;
}

function summary(file: string, errors: number, warnings: number): string {
  if (errors + warnings === 0) return `${file}: nothing is wrong`;
  const counted = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;
  return `${file}: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}`;
}
