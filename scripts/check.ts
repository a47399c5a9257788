/**
 * The one command that checks everything, in parallel, and prints only failures.
 *
 *   npm run check                 everything
 *   npm run check -- src/stages   format and lint narrowed to paths; the rest looks at the whole
 */
import { cpus } from 'node:os';
import { exec } from '../src/platform/exec.ts';

/** Below this the boundary check would be passing on nothing (a parser that reads no TypeScript). */
const MINIMUM_MODULES = 60;

interface Check {
  readonly name: string;
  readonly argv: readonly string[];
  /** Judges a run that exited with 0. */
  readonly accept?: (stdout: string) => string | undefined;
}

const paths = process.argv.slice(2);
const checks: readonly Check[] = [
  { name: 'types', argv: ['tsc', '-p', '.'] },
  { name: 'format', argv: ['biome', 'check', '--error-on-warnings', ...paths] },
  { name: 'lint', argv: ['oxlint', '--type-aware', '--deny-warnings', ...paths] },
  { name: 'unused', argv: ['knip', '--no-progress'] },
  {
    name: 'boundaries',
    argv: ['depcruise', '--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'src'],
    accept: (stdout) => {
      const { summary } = JSON.parse(stdout) as { summary: { totalCruised: number } };
      return summary.totalCruised < MINIMUM_MODULES
        ? `only ${summary.totalCruised} modules were read, at least ${MINIMUM_MODULES} expected`
        : undefined;
    },
  },
];

async function runCheck(check: Check): Promise<string | undefined> {
  const result = await exec(check.argv, { env: { ...process.env, FORCE_COLOR: '0' } });
  if (result.exitCode === 0) return check.accept?.(result.stdout);
  return check.name === 'boundaries' ? await boundaryErrors() : `${result.stdout}${result.stderr}`;
}

/** The JSON report is for counting; people get the other one. */
async function boundaryErrors(): Promise<string> {
  const argv = [
    'depcruise',
    '--config',
    '.dependency-cruiser.mjs',
    '--output-type',
    'err-long',
    'src',
  ];
  const { stdout, stderr } = await exec(argv);
  return stdout + stderr;
}

const queue = [...checks];
let failed = 0;
async function work(): Promise<void> {
  for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
    const complaint = await runCheck(check);
    if (complaint === undefined) continue;
    failed += 1;
    console.error(`✗ ${check.name}\n${complaint.trim()}\n`);
  }
}
await Promise.all(Array.from({ length: Math.max(2, cpus().length) }, work));
console.log(
  failed === 0 ? `${checks.length} checks passed` : `${failed} of ${checks.length} checks failed`,
);
process.exitCode = failed === 0 ? 0 : 1;
