/**
 * The one command that checks everything, in parallel, and prints only failures.
 *
 *   npm run check                 everything
 *   npm run check -- src/stages   format and lint narrowed to paths; the rest looks at the whole
 */
import { cpus } from 'node:os';
import { exec } from '../src/platform/exec.ts';

interface Check {
  readonly name: string;
  readonly argv: readonly string[];
}

const paths = process.argv.slice(2);
const checks: readonly Check[] = [
  { name: 'types', argv: ['tsc', '-p', '.'] },
  { name: 'types of the page', argv: ['tsc', '-p', 'web'] },
  { name: 'format', argv: ['biome', 'check', '--error-on-warnings', ...paths] },
  { name: 'lint', argv: ['oxlint', '--type-aware', '--deny-warnings', ...paths] },
  { name: 'unused', argv: ['knip', '--no-progress'] },
  { name: 'boundaries', argv: ['node', 'scripts/boundaries.ts'] },
];

async function runCheck(check: Check): Promise<string | undefined> {
  const result = await exec(check.argv, { env: { ...process.env, FORCE_COLOR: '0' } });
  return result.exitCode === 0 ? undefined : `${result.stdout}${result.stderr}`;
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
