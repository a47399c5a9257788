/**
 * How long `suture scan` takes as a whole process, from its start to its end, and how much memory.
 *
 *   node bench/scan.ts [--large] [LOCKFILE]
 *
 * Scans a package-lock.json of 1,500 packages (or LOCKFILE) with the full advisory index of
 * ../shared/feeds (or where SUTURE_FEEDS points), then the same project with everything installed.
 * `--large`: again with a made-up index of 300,000 advisories.
 *
 * Target: below 300 ms and 150 MB for the lockfile. Beside it, in the same run: what `npm audit`
 * does before it asks a registry, loading the lockfile with npm's own Arborist (with a warm compile
 * cache, as ours), and a Node that does nothing.
 * "cold" is the very first run on a machine, when nothing is compiled yet.
 */
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { writeSyntheticExport } from '../scripts/synthetic-export.ts';
import { exec } from '../src/platform/exec.ts';
import { writeInstalledProject, writeLockfileProject } from './scan-projects.ts';
import { type Measurement, measureInTurn, type Subject } from './whole-process.ts';

const PACKAGES = 1500;
const LARGE = 300_000;
const RUNS = 21;
const RUNS_OF_SLOW = 5;
const SUTURE = join(import.meta.dirname, '..', 'bin', 'suture');
const SHARED = join(import.meta.dirname, '..', '..', 'shared', 'feeds');

const scratch = mkdtempSync(join(tmpdir(), 'suture-bench-'));
const warmCache = join(scratch, 'compiled');
const coldCache = join(scratch, 'compiled-never');

async function syncedHome(name: string, from: string): Promise<string> {
  const home = join(scratch, name);
  const env = { ...process.env, SUTURE_HOME: home, NODE_COMPILE_CACHE: warmCache };
  const { exitCode, stderr } = await exec([SUTURE, 'sync', '--from', from], { env });
  if (exitCode !== 0) throw new Error(stderr);
  return home;
}

function scanning(name: string, target: string, home: string): Subject {
  return {
    name,
    argv: [SUTURE, 'scan', target, '--format', 'json'],
    cwd: scratch,
    env: { SUTURE_HOME: home, NODE_COMPILE_CACHE: warmCache },
    runs: RUNS,
  };
}

/** Arborist is npm's own reader of lockfiles; it wants them under their usual name. */
function npmLoad(lockfile: string): Subject[] {
  const arborist = npmsArborist();
  if (basename(lockfile) !== 'package-lock.json' || arborist === undefined) return [];
  const script = `new (require(${JSON.stringify(arborist)}))({ path: process.argv[1] }).loadVirtual()`;
  return [
    {
      name: "npm audit's loading of the lockfile",
      argv: [process.execPath, '-e', script, dirname(lockfile)],
      cwd: scratch,
      env: { NODE_COMPILE_CACHE: warmCache },
      runs: RUNS_OF_SLOW,
    },
  ];
}

/** Inside the npm that is on PATH, if there is one. */
function npmsArborist(): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const npm = join(folder, 'npm');
    if (!existsSync(npm)) continue;
    const arborist = createRequire(realpathSync(npm)).resolve.paths('@npmcli/arborist') ?? [];
    const found = arborist.map((path) => join(path, '@npmcli', 'arborist')).find(existsSync);
    if (found !== undefined) return found;
  }
  return undefined;
}

function compare(title: string, subjects: readonly Subject[]): void {
  const [first, ...others] = measureInTurn(subjects, scratch);
  if (first === undefined) return;
  const report = JSON.parse(first.stdout) as {
    assets: { components: number; findings: unknown[] }[];
  };
  const components = report.assets.reduce((sum, asset) => sum + asset.components, 0);
  const findings = report.assets.reduce((sum, asset) => sum + asset.findings.length, 0);
  console.log(`\n${title}: ${components} components, ${findings} findings\n`);
  console.log(
    '| program | median ms | p95 ms | processor ms | peak MB | times as long as the first |',
  );
  console.log('|---|---|---|---|---|---|');
  for (const one of [first, ...others]) console.log(tableRow(one, first));
}

function tableRow(one: Measurement, first: Measurement): string {
  const cells = [
    one.name,
    one.medianMs.toFixed(0),
    one.p95Ms.toFixed(0),
    one.processorMs.toFixed(0),
    one.peakMegabytes.toFixed(0),
    `${(one.medianMs / first.medianMs).toFixed(2)}×`,
  ];
  return `| ${cells.join(' | ')} |`;
}

async function main(feeds: string, lockfile: string | undefined, large: boolean): Promise<void> {
  const home = await syncedHome('home', feeds);
  const target = lockfile ?? writeLockfileProject(join(scratch, 'project'), PACKAGES);
  const warm = scanning('suture scan', target, home);
  compare(`A lockfile, the index of ${feeds}`, [
    warm,
    {
      ...warm,
      name: 'suture scan, cold',
      env: { ...warm.env, NODE_COMPILE_CACHE: coldCache },
      runs: RUNS_OF_SLOW,
      prepare: () => {
        rmSync(coldCache, { recursive: true, force: true });
      },
    },
    ...npmLoad(target),
    { name: 'node -e 0', argv: [process.execPath, '-e', '0'], cwd: scratch, env: {}, runs: RUNS },
  ]);
  const installed = join(scratch, 'installed');
  writeInstalledProject(installed, PACKAGES);
  compare('A project with node_modules', [
    { ...scanning('suture scan, following the code', installed, home), runs: RUNS_OF_SLOW },
  ]);
  if (!large) return;
  const synthetic = join(scratch, 'synthetic');
  await writeSyntheticExport(synthetic, LARGE);
  const largeHome = await syncedHome('home-large', synthetic);
  compare(`A lockfile, ${LARGE.toLocaleString('en')} made-up advisories`, [
    scanning('suture scan', target, largeHome),
  ]);
}

const args = process.argv.slice(2);
const given = args.find((argument) => !argument.startsWith('--'));
const feeds = process.env['SUTURE_FEEDS'] ?? SHARED;
try {
  if (existsSync(feeds)) {
    await main(feeds, given === undefined ? undefined : resolve(given), args.includes('--large'));
  } else console.log(`skipped: ${feeds} is not there; SUTURE_FEEDS names another folder of feeds`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
