import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { policyCommands } from '../../src/cli/policy.ts';

const ICS = 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261224\nEND:VEVENT\nEND:VCALENDAR\n';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'suture-policy-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = 0;
  await rm(folder, { recursive: true });
});

async function run(...argv: string[]): Promise<{ stdout: string; exitCode: unknown }> {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation(((text: string, done: () => void) => {
    written.push(text);
    done();
    return true;
  }) as typeof process.stdout.write);
  const program = new Command().exitOverride();
  policyCommands(program);
  await program.parseAsync(['policy', ...argv], { from: 'user' });
  vi.restoreAllMocks();
  return { stdout: written.join('').replaceAll(folder, 'DIR'), exitCode: process.exitCode };
}

async function document(text: string): Promise<string> {
  const file = join(folder, 'policy.yaml');
  await writeFile(file, text);
  return file;
}

describe('suture policy check', () => {
  it.each([
    ['nothing is wrong', 'otherwise: approve\n', 0, 'DIR/policy.yaml: nothing is wrong\n'],
    [
      'a warning',
      'otherwise: auto\n',
      1,
      'DIR/policy.yaml:1:12: warning: otherwise is auto, also for mission-critical assets in production\n  Write a rule for them, or make "otherwise" approve.\nDIR/policy.yaml: 0 errors, 1 warning\n',
    ],
    [
      'an error',
      'otherwise: perhaps\n',
      2,
      'DIR/policy.yaml:1:12: error: otherwise is "perhaps"; allowed: observe, suggest, approve, auto\nDIR/policy.yaml: 1 error, 0 warnings\n',
    ],
  ])('%s', async (_case, text, exitCode, stdout) => {
    expect(await run('check', await document(text))).toEqual({ stdout, exitCode });
  });

  it('reads calendar files beside the document, and no others', async () => {
    await writeFile(join(folder, 'a.ics'), ICS);
    const file = await document(
      'calendars:\n  - { name: a, kind: freeze, file: a.ics }\n  - { name: b, kind: freeze, file: ../../etc/hosts }\n',
    );
    const { stdout } = await run('check', file, '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      valid: false,
      problems: [{ line: 3, column: 36, message: expect.stringContaining('cannot be read') }],
    });
  });

  it('says so when there is no such file', async () => {
    await expect(run('check', join(folder, 'none.yaml'))).rejects.toMatchObject({
      code: 'policy-unreadable',
    });
  });
});

it('suture policy bundle puts calendar files into the document', async () => {
  await writeFile(join(folder, 'a.ics'), ICS);
  const file = await document('# mine\ncalendars:\n  - { name: a, kind: freeze, file: a.ics }\n');
  const { stdout } = await run('bundle', file);
  expect(stdout).toContain('# mine');
  const bundled = await document(stdout);
  await rm(join(folder, 'a.ics'));
  expect(await run('check', bundled)).toMatchObject({ exitCode: 0 });
});
