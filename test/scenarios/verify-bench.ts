import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Checks, defaultChecks } from '../../src/domain/configuration.ts';
import type { Rescan, Verification } from '../../src/domain/verification.ts';
import { exec } from '../../src/platform/exec.ts';
import { fileTree } from '../../src/platform/file-tree.ts';
import { bubblewrapSandbox } from '../../src/plugins/sandboxes/bubblewrap.ts';
import { judge } from '../../src/stages/verify/judge.ts';
import { type ProjectRun, runProject } from '../../src/stages/verify/run-project.ts';

const sandbox = bubblewrapSandbox();

/** Why the scenarios cannot run here, if they cannot. */
export const unavailable = await sandbox.unavailable();

/** A folder with the named packages from the registry, scripts off; or why there is none. */
export async function installed(
  packages: Readonly<Record<string, string>>,
): Promise<{ folder: string } | { skip: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'suture-verify-'));
  await write(folder, { 'package.json': JSON.stringify({ devDependencies: packages }) });
  const argv = ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  const result = await exec([...argv, '--prefer-offline'], { cwd: folder, timeoutMs: 90_000 });
  if (result.exitCode === 0) return { folder };
  await rm(folder, { recursive: true, force: true });
  return { skip: `the npm registry does not answer: ${result.stderr.split('\n')[0]}` };
}

export async function emptyFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'suture-verify-'));
}

export async function write(folder: string, files: Readonly<Record<string, string>>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** The dependency that a change replaces: `add` and a function that nobody calls. */
export function dependency(version: string, add = 'return a + b;'): Record<string, string> {
  return {
    'node_modules/adder/package.json': JSON.stringify({ name: 'adder', version }),
    'node_modules/adder/index.js': `exports.add = function add(a, b) { ${add} };\nexports.unused = function unused() { return 1; };\n`,
  };
}

export async function runBench(
  folder: string,
  options: {
    readonly coverage?: boolean;
    readonly checks?: Partial<Checks>;
    readonly installScripts?: readonly (readonly string[])[];
  } = {},
): Promise<ProjectRun> {
  return await runProject({
    sandbox,
    directory: folder,
    tree: fileTree(folder),
    checks: { ...defaultChecks, timeoutSeconds: 60, ...options.checks },
    installScripts: options.installScripts ?? [],
    coverage: options.coverage ?? false,
  });
}

export function judged(baseline: readonly ProjectRun[], patched: ProjectRun): Verification {
  const rescan: Rescan = { closed: ['f1'], remaining: [], introduced: [] };
  return judge({
    baseline,
    patched,
    rescan,
    changed: [{ name: 'adder', version: '1.0.1' }],
    stops: Object.keys(patched.exploits),
  });
}
