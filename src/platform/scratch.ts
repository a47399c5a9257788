import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sutureHome } from './home.ts';

/**
 * Throw-away directories. Each carries the id of the process that made it, so that what a killed
 * run left behind is recognised and removed by the next one.
 */
export interface Scratch extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes an empty directory that goes away when disposed, or when the next one is made after a crash.
 */
export async function scratchDirectory(purpose: string): Promise<Scratch> {
  const root = scratchRoot();
  await mkdir(root, { recursive: true });
  await removeStale(root);
  const path = await mkdtemp(
    join(root, `${purpose}.${process.pid}.${await startOf(process.pid)}.`),
  );
  return {
    path,
    async [Symbol.asyncDispose]() {
      await removeTree(path);
      // Once more: programs that a killed run had started may have gone on writing for a while.
      await removeStale(root);
    },
  };
}

/** Removes the directories of processes that no longer run. Safe beside other running ones. */
async function removeStale(root: string): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    const [, pid, start] = name.split('.');
    if (pid === undefined || start === undefined) continue;
    if ((await startOf(Number(pid))) === start) continue;
    // What cannot be removed now (another user's, still written to) is not this run's trouble.
    await removeTree(join(root, name)).catch(() => {});
  }
}

function scratchRoot(): string {
  return join(sutureHome(), 'work');
}

async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * When a process started, in clock ticks since boot (proc(5), field 22): a pid alone is reused.
 * `gone` when there is none, or only a zombie whose parent never asks after it (containers without
 * an init); where there is no /proc, `alive` for a pid that answers signal 0.
 */
export async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? 'gone' : (fields[19] ?? 'alive');
  } catch {
    if (process.platform === 'linux') return 'gone';
  }
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch {
    return 'gone';
  }
}
