import { realpath, symlink, unlink } from 'node:fs/promises';
import { isAbsolute, sep } from 'node:path';

/** A symbolic link that is to be made. */
export interface Link {
  /** Where it is to be: absolute, in a folder that is there. */
  readonly path: string;
  /** What it says. */
  readonly to: string;
}

/**
 * Makes those links that lead to something inside `directory`; where one has the name of what is
 * there already, that stays. What a link says is not enough to know where it leads: where `up` is a
 * link itself, `up/..` is not the folder that it is in.
 *
 * Call it when everything else is written, so that nothing is written through a link.
 */
export async function makeLinksInside(directory: string, links: readonly Link[]): Promise<void> {
  const relative = links.filter(({ to }) => to !== '' && !isAbsolute(to) && !to.includes('\0'));
  if (relative.length === 0) return;
  const root = await realpath(directory);
  for (const { path, to } of relative) await symlink(to, path).catch(ignoreUnfit);
  const outside: string[] = [];
  for (const { path } of relative) {
    const real = await realpath(path).catch(() => undefined);
    if (real !== root && real?.startsWith(root + sep) !== true) outside.push(path);
  }
  // What was there already, or could not be made, is no link.
  for (const path of outside) await unlink(path).catch(() => {});
}

function ignoreUnfit(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST' && error.code !== 'ENAMETOOLONG') throw error;
}
