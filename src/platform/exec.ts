import { spawn } from 'node:child_process';
import { messageOf, SutureError } from '../domain/error.ts';

export interface ExecOptions {
  readonly cwd?: string;
  /** The whole environment; default: the caller's own. */
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** Bytes kept of each stream; head and tail are kept, the middle is cut. Default 16 MiB. */
  readonly maxOutputBytes?: number;
  /** Run it as this user; only root may. Other groups of the caller's are given up. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** Told the process id, which is also the group's, as soon as there is one. */
  readonly onSpawn?: (pid: number) => void;
}

export interface ExecResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  readonly durationMs: number;
  readonly stdout: string;
  readonly stderr: string;
}

const DEFAULT_MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/**
 * Runs a program by argument vector, never through a shell, in a process group of its own so that
 * a timeout or abort ends the whole tree. A non-zero exit is a result, not an error.
 *
 * @throws SutureError `program-missing` when the program does not exist; `program-failed-to-start`
 *   for any other reason it could not be started.
 */
export async function exec(
  argv: readonly [string, ...string[]] | readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const [program, ...args] = argv;
  if (program === undefined) throw new TypeError('exec needs a program to run');
  const started = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<ExecResult>();
  const child = spawn(program, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.user === undefined ? {} : { uid: options.user.uid, gid: options.user.gid }),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });

  if (child.pid !== undefined) options.onSpawn?.(child.pid);
  const keep = options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
  const stdout = new BoundedOutput(keep);
  const stderr = new BoundedOutput(keep);
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A child that exits without reading its input is its own business.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input);

  const killTree = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  };
  let timedOut = false;
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          killTree();
        }, options.timeoutMs);
  options.signal?.addEventListener('abort', killTree, { once: true });
  const onParentExit = () => killTree();
  process.once('exit', onParentExit);

  const settle = () => {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', killTree);
    process.removeListener('exit', onParentExit);
  };
  child.on('error', (error: NodeJS.ErrnoException) => {
    settle();
    const missing = error.code === 'ENOENT';
    reject(
      new SutureError(
        missing ? 'program-missing' : 'program-failed-to-start',
        `Could not run ${program}: ${messageOf(error)}`,
        {
          remedy: missing ? `Install ${program} or put it on PATH.` : 'See the message above.',
          cause: error,
        },
      ),
    );
  });
  child.on('close', (exitCode, signal) => {
    settle();
    if (options.signal?.aborted) {
      reject(options.signal.reason);
      return;
    }
    resolve({
      exitCode,
      signal,
      timedOut,
      durationMs: Math.round(performance.now() - started),
      stdout: stdout.text(),
      stderr: stderr.text(),
    });
  });
  return promise;
}

/** Keeps the first and the last half of what is pushed, so that a flood cannot fill memory. */
class BoundedOutput {
  readonly #half: number;
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #cut = 0;

  constructor(maxBytes: number) {
    this.#half = Math.max(1, Math.floor(maxBytes / 2));
  }

  push(chunk: Buffer): void {
    const room = this.#half - this.#headBytes;
    if (room > 0) {
      this.#head.push(chunk.subarray(0, room));
      this.#headBytes += Math.min(room, chunk.length);
      if (chunk.length <= room) return;
      chunk = chunk.subarray(room);
    }
    this.#tail.push(chunk);
    this.#tailBytes += chunk.length;
    while (this.#tail.length > 1 && this.#tailBytes - (this.#tail[0]?.length ?? 0) >= this.#half) {
      const dropped = this.#tail.shift()?.length ?? 0;
      this.#tailBytes -= dropped;
      this.#cut += dropped;
    }
  }

  text(): string {
    const head = Buffer.concat(this.#head).toString('utf8');
    const tail = Buffer.concat(this.#tail).toString('utf8');
    return this.#cut === 0 ? head + tail : `${head}\n… ${this.#cut} bytes cut …\n${tail}`;
  }
}
