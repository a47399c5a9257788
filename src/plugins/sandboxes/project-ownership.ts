import { chmodSync, copyFileSync, lchownSync, lstatSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes a project copy safe to hand to a sandbox:
 *
 * - every entry belongs to `owner`, where one is given (root runs the sandbox as somebody else);
 * - files with more than one name are replaced by copies. pnpm links packages from a store that all
 *   projects share: a write through such a link would change other projects, and a change of owner
 *   would give the store away.
 *
 * Symbolic links are never followed. Synchronous on purpose: 50,000 entries take about a third of
 * the time that promises take, and nothing else can happen before it is done.
 *
 * @returns Bytes that the copy takes on disk.
 */
export function takeOwnership(directory: string, owner: number | undefined): number {
  own(directory, owner, lstatSync(directory).uid);
  let bytes = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      bytes += takeOwnership(path, owner);
      continue;
    }
    const info = lstatSync(path);
    bytes += info.blocks * 512;
    const shared = info.isFile() && info.nlink > 1;
    if (shared) unlinkFromOthers(path, info.mode);
    own(path, owner, shared ? -1 : info.uid);
  }
  return bytes;
}

function own(path: string, owner: number | undefined, current: number): void {
  if (owner !== undefined && owner !== current) lchownSync(path, owner, owner);
}

function unlinkFromOthers(path: string, mode: number): void {
  const copy = `${path}.suture-${process.pid}`;
  copyFileSync(path, copy);
  chmodSync(copy, mode & 0o7777);
  renameSync(copy, path);
}
