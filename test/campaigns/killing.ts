import { spawn } from 'node:child_process';
import { join } from 'node:path';

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'suture');

export interface KilledRun {
  readonly turn: number;
  readonly afterMs: number;
  /** False when it had ended by itself before its time came. */
  readonly killed: boolean;
  /** The last line of progress before the end. */
  readonly during: string;
  /** What did not hold, for a person; empty when all did. */
  readonly violations: readonly string[];
}

/** Starts the CLI in a process group of its own and kills the group after `afterMs`. */
export async function runAndKill(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  afterMs: number,
): Promise<Pick<KilledRun, 'afterMs' | 'killed' | 'during'>> {
  const child = spawn(BIN, args, {
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  const timer = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, afterMs);
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals | null>();
  // Not `close`: what it started may hold the pipe a little longer.
  child.on('exit', (_, signal) => {
    clearTimeout(timer);
    resolve(signal);
  });
  const killed = (await promise) === 'SIGKILL';
  child.stderr.destroy();
  return { afterMs, killed, during: said.trim().split('\n').at(-1) ?? '' };
}
