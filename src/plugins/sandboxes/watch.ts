import { lstat, opendir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxLimits } from '../../ports/sandbox.ts';
import { DEFAULT_DISK_MEGABYTES, MEGABYTE } from './limits.ts';

const INTERVAL_MS = 250;
const MAX_NEW_FILES = 500_000;

/** Watches what the kernel does not limit for us, and ends the run when it is too much. */
export interface Watch extends Disposable {
  /** The limit that was exceeded, if one was. */
  readonly exceeded: 'memory' | 'disk' | undefined;
}

/**
 * Looks four times a second at the memory and at the room the project takes. Ends the process group
 * of `pid` when either is too much.
 *
 * Free space of the file system is what is looked at: it costs one system call. Others write there
 * too, so the copy itself is measured before anything is ended.
 */
export function watch(options: {
  readonly pid: number;
  readonly project: string;
  readonly limits: SandboxLimits;
  /** Bytes the project took before the run. */
  readonly projectBytes: number;
  /** Whether the tree below `pid` has used more memory than it may. */
  readonly outOfMemory: () => Promise<boolean>;
}): Watch {
  const { pid, project, limits, projectBytes } = options;
  const room = (limits.diskMegabytes ?? DEFAULT_DISK_MEGABYTES) * MEGABYTE;
  const state: { exceeded: 'memory' | 'disk' | undefined } = { exceeded: undefined };
  let stopped = false;
  let before: { free: number; files: number } | undefined;

  const end = (limit: 'memory' | 'disk') => {
    if (stopped) return;
    state.exceeded = limit;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  };
  const look = async () => {
    if (await options.outOfMemory()) {
      end('memory');
      return;
    }
    const now = await freeSpace(project);
    before ??= now;
    if (before.files - now.files > MAX_NEW_FILES) end('disk');
    if (before.free - now.free <= room) return;
    if ((await diskUse(project)) - projectBytes > room) end('disk');
    else before = now;
  };
  const loop = async () => {
    await look().catch(() => {});
    if (stopped || state.exceeded !== undefined) return;
    setTimeout(() => void loop(), INTERVAL_MS);
  };
  void loop();
  return {
    get exceeded() {
      return state.exceeded;
    },
    [Symbol.dispose]() {
      stopped = true;
    },
  };
}

async function freeSpace(path: string): Promise<{ free: number; files: number }> {
  const info = await statfs(path);
  return { free: info.bfree * info.bsize, files: info.ffree };
}

/** Bytes allocated below a directory; symbolic links are not followed. */
async function diskUse(directory: string): Promise<number> {
  let total = 0;
  for await (const entry of await opendir(directory)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) total += await diskUse(path).catch(() => 0);
    else
      total += await lstat(path).then(
        (info) => info.blocks * 512,
        () => 0,
      );
  }
  return total;
}
