import { readdir, readFile } from 'node:fs/promises';

/**
 * Bytes of memory that a process and all its descendants hold for themselves: anonymous and shared
 * (tmpfs) pages, without the program files that they map in common. proc(5), `RssAnon`, `RssShmem`.
 */
export async function treeMemory(root: number): Promise<number> {
  const children = new Map<number, number[]>();
  for (const name of await readdir('/proc').catch(() => [])) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (!Number.isInteger(parent)) continue;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [pid]);
    else siblings.push(pid);
  }
  let total = 0;
  const open = [root];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    open.push(...(children.get(pid) ?? []));
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    for (const field of ['RssAnon', 'RssShmem']) {
      total += 1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
    }
  }
  return total;
}
