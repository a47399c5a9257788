import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec } from '../../src/platform/exec.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The feeds the repository ships. */
export const EXAMPLE_FEEDS = join(ROOT, 'examples', 'feeds');
export const STOREFRONT = join(ROOT, 'examples', 'storefront');

interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A place for one test file: its own SUTURE_HOME and folder, all gone at the end. */
export interface CliWorld extends AsyncDisposable {
  readonly root: string;
  readonly home: string;
  /** Runs the checkout's own CLI as a user would, as a process of its own. */
  suture(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** Runs git with an identity and no configuration of the machine. */
  git(cwd: string, ...args: string[]): Promise<string>;
}

interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export async function cliWorld(): Promise<CliWorld> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'suture-cli-')));
  const home = join(root, 'home');
  const base = { ...process.env, SUTURE_HOME: home, NO_COLOR: '1' };
  return {
    root,
    home,
    async suture(args, options = {}) {
      const { exitCode, stdout, stderr } = await exec([join(ROOT, 'bin', 'suture'), ...args], {
        cwd: options.cwd ?? root,
        env: { ...base, ...options.env },
        timeoutMs: options.timeoutMs ?? 170_000,
      });
      return { exitCode, stdout: normalise(stdout, root), stderr: normalise(stderr, root) };
    },
    async git(cwd, ...args) {
      const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
      const result = await exec(['git', ...identity, ...args], { cwd });
      if (result.exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`);
      return result.stdout.trim();
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** Takes out what differs between machines and runs; the one place that does. */
function normalise(text: string, root: string): string {
  return text
    .replaceAll(root, '<root>')
    .replaceAll(ROOT, '<suture>')
    .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, '<time>');
}
