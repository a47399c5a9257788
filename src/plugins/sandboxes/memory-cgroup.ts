import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MEGABYTE } from './limits.ts';

/** A control group that bounds the memory of everything in it, tmpfs included. */
export interface MemoryCgroup extends AsyncDisposable {
  readonly version: 1 | 2;
  /** A process that writes its id here, and all that it starts from then on, is inside. */
  readonly procs: string;
  /** Whether the kernel has ended a process because the group was full. */
  exceeded(): Promise<boolean>;
}

const PREFIX = 'suture-';

/**
 * Makes a memory control group where this process may (root, or a delegated subtree), otherwise
 * `undefined`. Groups left by killed callers are removed on the way. cgroups(7), Linux
 * admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst.
 *
 * @param mount Where the cgroup file systems are; only tests have another.
 */
export async function memoryCgroup(
  megabytes: number,
  mount = '/sys/fs/cgroup',
): Promise<MemoryCgroup | undefined> {
  const own = await readFile('/proc/self/cgroup', 'utf8').catch(() => '');
  for (const [version, parent] of candidates(own, mount)) {
    await removeLeftOvers(parent);
    const group = await create(version, parent, megabytes);
    if (group !== undefined) return group;
  }
  return undefined;
}

/** Parents to try, nearest first: below ourselves, beside ourselves, below the root. */
function candidates(own: string, mount: string): readonly (readonly [1 | 2, string])[] {
  const found: [1 | 2, string][] = [];
  for (const line of own.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    if (controllers.split(',').includes('memory')) {
      const root = join(mount, 'memory');
      found.push([1, join(root, path)], [1, root]);
    } else if (controllers === '') {
      // A v2 group with processes of its own cannot have children with controllers.
      found.push([2, dirname(join(mount, path))], [2, mount]);
    }
  }
  return found.sort(([a], [b]) => b - a);
}

async function create(
  version: 1 | 2,
  parent: string,
  megabytes: number,
): Promise<MemoryCgroup | undefined> {
  const directory = join(parent, `${PREFIX}${process.pid}-${Math.random().toString(36).slice(2)}`);
  const bytes = String(megabytes * MEGABYTE);
  // In a folder that is no control group, the same writes would make ordinary files.
  const made = await (version === 2 ? offersMemory(parent) : isMemoryGroup(parent)).then(
    async (yes) =>
      yes &&
      (await mkdir(directory).then(
        () => true,
        () => false,
      )),
  );
  if (!made) return undefined;
  try {
    if (version === 2) {
      await writeFile(join(directory, 'memory.max'), bytes);
      await writeFile(join(directory, 'memory.swap.max'), '0').catch(() => {});
      // One process over the limit ends the whole run, not a random part of it.
      await writeFile(join(directory, 'memory.oom.group'), '1').catch(() => {});
    } else {
      await writeFile(join(directory, 'memory.limit_in_bytes'), bytes);
      await writeFile(join(directory, 'memory.memsw.limit_in_bytes'), bytes).catch(() => {});
    }
  } catch {
    await rmdir(directory).catch(() => {});
    return undefined;
  }
  const events = join(directory, version === 2 ? 'memory.events' : 'memory.oom_control');
  return {
    version,
    procs: join(directory, 'cgroup.procs'),
    exceeded: async () => {
      const text = await readFile(events, 'utf8').catch(() => '');
      return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0) > 0;
    },
    [Symbol.asyncDispose]: () => removeGroup(directory),
  };
}

async function offersMemory(parent: string): Promise<boolean> {
  const text = await readFile(join(parent, 'cgroup.subtree_control'), 'utf8').catch(() => '');
  return text.split(/\s/).includes('memory');
}

async function isMemoryGroup(parent: string): Promise<boolean> {
  const text = await readFile(join(parent, 'memory.limit_in_bytes'), 'utf8').catch(() => '');
  return text !== '';
}

/** The last process of the group may take a moment to be gone. */
async function removeGroup(directory: string): Promise<void> {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    try {
      await rmdir(directory);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

async function removeLeftOvers(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => [])) {
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length).split('-')[0]) : 0;
    if (!(pid > 0) || isAlive(pid)) continue;
    // Not empty: its caller's processes still end. The next run removes it.
    await rmdir(join(parent, name)).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
