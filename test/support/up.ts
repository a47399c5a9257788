import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf, killHard } from './process-tree.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'suture');
const READY_WITHIN_MS = 60_000;

/** `suture up` as somebody starts it: a process of its own, with all that it starts in turn. */
export interface Up extends AsyncDisposable {
  /** Where the page is: `http://127.0.0.1:45321`. */
  readonly address: string;
  /** The printed link; absent: somebody can sign in already. */
  readonly firstSignIn?: string;
  /** From the start of the process until the page was there. */
  readonly readyMs: number;
  /** What it and its workers have logged up to now. */
  log(): string;
  /** `kill -9` of it, its workers with what they run, and its database; none can clean up. */
  killEverything(): Promise<void>;
  /** Ctrl-C. @returns its exit code; `null`: it was killed before */
  stop(): Promise<number | null>;
}

interface UpOptions {
  /** To be found again at the same address; default: a free one. */
  readonly port?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Where a terminal's Ctrl-C does not reach it. */
  readonly ownGroup?: boolean;
}

export async function startUp(
  home: string,
  { port = 0, env = {}, ownGroup = false }: UpOptions = {},
): Promise<Up> {
  const started = performance.now();
  const child = spawn(PROGRAM, ['up', '--port', String(port)], {
    env: { ...process.env, ...env, SUTURE_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: ownGroup,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const closed = once(child, 'close');
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
    await closed;
    return child.exitCode;
  };
  const address = await addressOf(
    child,
    () => stdout,
    () => stderr,
  );
  const readyMs = Math.round(performance.now() - started);
  const firstSignIn = /https?:\S+#token=\S+/.exec(stdout)?.[0];
  return {
    address,
    readyMs,
    ...(firstSignIn === undefined ? {} : { firstSignIn }),
    log: () => stderr,
    async killEverything() {
      const victims = [...(await treeOf(child.pid)), ...(await treeOf(await postmaster(home)))];
      for (const pid of victims) killHard(pid);
      await closed;
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

/** What it prints, once a browser would get the page there. */
async function addressOf(
  child: ChildProcess,
  stdout: () => string,
  stderr: () => string,
): Promise<string> {
  const until = performance.now() + READY_WITHIN_MS;
  while (performance.now() < until && child.exitCode === null && child.signalCode === null) {
    const [, address] = /Suture is up: (\S+)\n/.exec(stdout()) ?? [];
    const page = address === undefined ? undefined : await fetch(address).catch(() => undefined);
    if (address !== undefined && page?.ok === true) return address;
    await sleep(20);
  }
  throw new Error(`suture up is not up:\n${stdout()}${stderr()}`);
}

async function postmaster(home: string): Promise<number> {
  const file = await readFile(join(home, 'postgres/data/postmaster.pid'), 'utf8');
  return Number(file.split('\n')[0]);
}

/** A process and all below it, from the top: what would start another one dies before it can. */
async function treeOf(pid: number | undefined): Promise<readonly number[]> {
  if (pid === undefined) return [];
  const children = await Promise.all((await childrenOf(pid)).map(treeOf));
  return [pid, ...children.flat()];
}
