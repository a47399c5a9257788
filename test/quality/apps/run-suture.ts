import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';

const SUTURE = join(import.meta.dirname, '../../../bin/suture');

export interface SutureRun {
  /** What it printed as JSON; `undefined` where it printed none. */
  readonly document: unknown;
  readonly exitCode: number | null;
  readonly seconds: number;
}

/** Runs the checkout's own CLI on a repository; progress and errors go to `log`. */
export async function runSuture(
  argv: readonly string[],
  options: { readonly cwd: string; readonly log: string },
): Promise<SutureRun> {
  const started = performance.now();
  const child = spawn(SUTURE, argv, { cwd: options.cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(options.log);
  child.stderr.pipe(log);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const seconds = (performance.now() - started) / 1000;
  return { document: parsed(Buffer.concat(chunks).toString('utf8')), exitCode, seconds };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
