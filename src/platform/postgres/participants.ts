import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startOf } from '../scratch.ts';

/**
 * The processes that use a home's server, one file each, so that the last one that stops knows that
 * it is. A file whose process is gone does not count.
 */
export interface Participation {
  /** @returns whether somebody else still uses the server */
  leave(): Promise<boolean>;
}

let taken = 0;

/** Call with the home's lock held; likewise `leave`. */
export async function takePart(root: string): Promise<Participation> {
  const folder = join(root, 'users');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${process.pid}.${await startOf(process.pid)}.${(taken += 1)}`);
  await writeFile(path, '');
  return {
    leave: async () => {
      await rm(path, { force: true });
      return await anybody(folder);
    },
  };
}

async function anybody(folder: string): Promise<boolean> {
  let alive = false;
  for (const name of await readdir(folder)) {
    const [pid, start] = name.split('.');
    if ((await startOf(Number(pid))) === start) alive = true;
    else await rm(join(folder, name), { force: true });
  }
  return alive;
}
