import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startOf } from './scratch.ts';

/**
 * Writes a file whole or not at all: temporary sibling, fsync, rename. Makes its folder, and takes
 * away temporary files that a killed process left in it.
 *
 * With `keepExisting` a file that is already there stays as it is, also when it appears meanwhile.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: { mode?: number; keepExisting?: boolean } = {},
): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  await removeStaleTemporaries(folder);
  const owner = `${process.pid}.${await startOf(process.pid)}`;
  const temporary = `${path}.${owner}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const handle = await open(temporary, 'wx', options.mode ?? 0o644);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (options.keepExisting) await link(temporary, path).catch(ignoreExisting);
    else await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

const TEMPORARY = /\.(?<pid>\d+)\.(?<start>\w+)\.[0-9a-f]{8}\.tmp$/;
const swept = new Set<string>();

/** Once per folder and process: some folders hold thousands of files. */
async function removeStaleTemporaries(folder: string): Promise<void> {
  if (swept.has(folder)) return;
  swept.add(folder);
  for (const name of await readdir(folder)) {
    const owner = TEMPORARY.exec(name)?.groups;
    if (owner === undefined || (await startOf(Number(owner['pid']))) === owner['start']) continue;
    await rm(join(folder, name), { force: true });
  }
}
