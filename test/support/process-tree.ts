import { readdir, readFile } from 'node:fs/promises';

/** Ids of a process's children (proc(5): field 4 of stat is the parent). Linux only. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  const children: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid) {
      children.push(Number(name));
    }
  }
  return children;
}

/** Kills without a chance to clean up; one that is gone already is no error. */
export function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
