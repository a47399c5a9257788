/**
 * `npm run bench`: what there is; `npm run bench -- NAME…` runs some of it, `all` everything.
 * Further arguments after `--` go to the benchmark itself.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

interface Benchmark {
  readonly name: string;
  /** Relative to the repository. */
  readonly file: string;
  readonly about: string;
}

const benchmarks: readonly Benchmark[] = [
  {
    name: 'advisories',
    file: 'bench/advisories.ts',
    about: 'sync and look-ups of the advisory index; some minutes',
  },
  {
    name: 'api-load',
    file: 'bench/api-load.ts',
    about: 'fifty people at the API over a million findings; some minutes (--findings for less)',
  },
  {
    name: 'delta',
    file: 'bench/delta.ts',
    about: 'what one new advisory costs against 10 million components; some minutes (--scale 0.1)',
  },
  {
    name: 'discover',
    file: 'bench/discover.ts',
    about: 'reading a lockfile of 1,500 packages, for each format',
  },
  {
    name: 'findings',
    file: 'bench/findings.ts',
    about: 'looking at a million findings, one user and fifty; some ten minutes (--scale for less)',
  },
  {
    name: 'reachability',
    file: 'bench/reachability.ts',
    about: 'following the code of a real application (asks the npm registry)',
  },
  {
    name: 'risk',
    file: 'bench/risk.ts',
    about: 'how well the score ranks what attackers took up next (accuracy, not speed)',
  },
  {
    name: 'scan',
    file: 'bench/scan.ts',
    about: 'suture scan as a whole process, beside npm (--large: 300,000 advisories)',
  },
];

function usage(): string {
  const width = Math.max(...benchmarks.map(({ name }) => name.length));
  const lines = benchmarks.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`);
  return `Usage: npm run bench -- NAME… [-- ARGUMENT…]   or: npm run bench -- all

${lines.join('\n')}

Each says at the head of its file what it measures, against what, and which arguments it takes.
Those that need ../shared/feeds say so and stop where it is absent.`;
}

function run({ name, file }: Benchmark, args: readonly string[]): boolean {
  console.log(`# ${name}\n`);
  const path = join(import.meta.dirname, '..', file);
  const { status } = spawnSync(process.execPath, [path, ...args], { stdio: 'inherit' });
  console.log('');
  return status === 0;
}

const given = process.argv.slice(2);
const end = given.includes('--') ? given.indexOf('--') : given.length;
const names = given.slice(0, end);
const unknown = names.filter(
  (name) => !['all', '--help', '-h'].includes(name) && !benchmarks.some((one) => one.name === name),
);
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}.\n\n${usage()}`);
  process.exitCode = 2;
} else if (names.length === 0 || names.includes('--help') || names.includes('-h')) {
  console.log(usage());
} else {
  const chosen = benchmarks.filter(({ name }) => names.includes('all') || names.includes(name));
  const failed = chosen.filter((one) => !run(one, given.slice(end + 1)));
  if (failed.length > 0) {
    console.error(`failed: ${failed.map(({ name }) => name).join(', ')}`);
    process.exitCode = 1;
  }
}
