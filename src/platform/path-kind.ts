import { stat } from 'node:fs/promises';

/** What is at a path, following links; `undefined` when nothing is, or it cannot be reached. */
export async function pathKind(path: string): Promise<'directory' | 'file' | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return undefined;
  return info.isDirectory() ? 'directory' : 'file';
}
