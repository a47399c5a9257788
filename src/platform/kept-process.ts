import { type ChildProcess, spawn } from 'node:child_process';

export interface KeptProcess {
  /** Ends it for good: SIGTERM, then SIGKILL after `graceMs`. */
  stop(graceMs: number): Promise<void>;
  /** Process id while it runs. */
  readonly pid: number | undefined;
}

export interface KeepOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Told of every end that nobody asked for. */
  readonly onExit: (exit: {
    code: number | null;
    signal: string | null;
    againInMs: number;
  }) => void;
}

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 30_000;
/** A process that ran this long was well: the next end starts the delays anew. */
const WELL_AFTER_MS = 60_000;

/** Starts a program and starts it again whenever it ends, each time a little later. */
export function keepRunning(
  argv: readonly [string, ...string[]],
  options: KeepOptions,
): KeptProcess {
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let delay = FIRST_DELAY_MS;
  const ended: (() => void)[] = [];

  const start = () => {
    const startedAt = performance.now();
    const [program, ...args] = argv;
    // Not detached: Ctrl-C reaches it too, and it knows what to do then.
    child = spawn(program, args, { env: options.env, stdio: ['ignore', 'inherit', 'inherit'] });
    const over = (code: number | null, signal: string | null) => {
      child = undefined;
      for (const resolve of ended.splice(0)) resolve();
      if (stopping) return;
      if (performance.now() - startedAt > WELL_AFTER_MS) delay = FIRST_DELAY_MS;
      options.onExit({ code, signal, againInMs: delay });
      timer = setTimeout(start, delay);
      delay = Math.min(delay * 2, LONGEST_DELAY_MS);
    };
    child.once('exit', over);
    child.once('error', () => over(null, null));
  };
  start();

  return {
    get pid() {
      return child?.pid;
    },
    async stop(graceMs) {
      stopping = true;
      clearTimeout(timer);
      const running = child;
      if (running === undefined) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      ended.push(resolve);
      running.kill('SIGTERM');
      const force = setTimeout(() => running.kill('SIGKILL'), graceMs);
      await promise;
      clearTimeout(force);
    },
  };
}
