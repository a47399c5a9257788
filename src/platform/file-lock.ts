import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SutureError } from '../domain/error.ts';
import { startOf } from './scratch.ts';

const POLL_MS = 100;
/** Taking over a dead owner's lock takes a few system calls; a marker older than this is litter. */
const TAKEOVER_MS = 10_000;

interface Owner {
  readonly pid: number;
  /** When the process started: a pid alone is used again. */
  readonly start: string;
}

/**
 * Holds the lock file while in scope. It names its owner, so a lock whose owner died is taken over
 * at once, and whoever waits can say for whom.
 *
 * @param onWait called once, when another process holds it.
 * @throws what `busy` makes of the owner's process id, when it is still held after `waitMs`.
 */
export async function acquireFileLock(
  path: string,
  options: {
    readonly waitMs: number;
    readonly busy: (pid: number) => SutureError;
    readonly onWait?: (pid: number) => void;
  },
): Promise<AsyncDisposable> {
  await mkdir(dirname(path), { recursive: true });
  const deadline = performance.now() + options.waitMs;
  let told = false;
  for (;;) {
    if (await claim(path)) return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
    const owner = await ownerOf(path);
    if (owner === undefined || !(await isAlive(owner))) {
      await removeDead(path);
      continue;
    }
    if (!told) options.onWait?.(owner.pid);
    told = true;
    if (performance.now() >= deadline) throw options.busy(owner.pid);
    await sleep(POLL_MS);
  }
}

async function claim(path: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx');
    try {
      const owner: Owner = { pid: process.pid, start: await startOf(process.pid) };
      await handle.writeFile(JSON.stringify(owner));
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** `undefined` when the lock is gone, or was never written to the end by an owner that died. */
async function ownerOf(path: string): Promise<Owner | undefined> {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    try {
      return JSON.parse(await readFile(path, 'utf8')) as Owner;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      // Made a moment ago and not written yet.
      await sleep(50);
    }
  }
  return undefined;
}

async function isAlive(owner: Owner): Promise<boolean> {
  return (await startOf(owner.pid)) === owner.start;
}

/**
 * Removes a dead owner's lock. Of several processes that saw the same dead lock only one may remove
 * it, or the slower would remove the lock that the faster has made since.
 */
async function removeDead(path: string): Promise<void> {
  const marker = `${path}.takeover`;
  try {
    await (await open(marker, 'wx')).close();
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const age = await stat(marker).then(
      (info) => Date.now() - info.mtimeMs,
      () => 0,
    );
    if (age > TAKEOVER_MS) await rm(marker, { force: true });
    await sleep(POLL_MS);
    return;
  }
  try {
    const owner = await ownerOf(path);
    if (owner === undefined || !(await isAlive(owner))) await rm(path, { force: true });
  } finally {
    await rm(marker, { force: true });
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
