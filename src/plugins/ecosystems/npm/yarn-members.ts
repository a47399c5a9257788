import type { Problem } from '../../../domain/problem.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { folderOf, joinInside, matchesWorkspacePatterns } from './paths.ts';

export interface Member {
  /** Folder relative to the asset's root. */
  readonly path: string;
  readonly manifest: Manifest;
}

/** The root manifest beside a lockfile and the workspace members its patterns select. */
export async function membersAround(
  file: string,
  tree: SourceTree,
  problems: Problem[],
): Promise<readonly Member[]> {
  const folder = folderOf(file);
  const root = await readManifest(joinInside(folder, 'package.json') ?? '', tree, problems);
  if (root === undefined) return [];
  const members: Member[] = [{ path: folder, manifest: root }];
  if (root.workspaces.length === 0) return members;
  const prefix = folder === '' ? '' : `${folder}/`;
  const folders = (await tree.list(folder))
    .filter((path) => path.endsWith('/package.json') && path.startsWith(prefix))
    .map((path) => folderOf(path))
    .filter((path) => path !== folder)
    .filter((path) => matchesWorkspacePatterns(root.workspaces, path.slice(prefix.length)));
  const manifests = await Promise.all(
    folders.map((path) => readManifest(`${path}/package.json`, tree, problems)),
  );
  for (const [at, manifest] of manifests.entries()) {
    const path = folders[at];
    if (manifest !== undefined && path !== undefined) members.push({ path, manifest });
  }
  return members;
}
