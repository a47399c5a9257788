import { posix } from 'node:path';
import { SutureError } from '../../../domain/error.ts';
import type { Remedy } from '../../../domain/remedy.ts';
import type { PatchRequest } from '../../../ports/patcher.ts';
import { type ManifestEntry, removeFromManifest, upgradeManifest } from './manifest.ts';
import type { Session } from './session.ts';

/** Path of a workspace's manifest, relative to the root of the copy. */
export function manifestOf(workspace: string): string {
  return posix.join(workspace, 'package.json');
}

/** Directory of the graph's lockfile, relative to the root; empty for the root itself. */
export function folderOf(request: PatchRequest): string {
  const folder = posix.dirname(request.graph.file);
  return folder === '.' ? '' : folder;
}

/** Directories of all workspace members, relative to the root, the project's own left out. */
export function membersOf(request: PatchRequest): readonly string[] {
  const folder = folderOf(request);
  return request.graph.workspaces.map(({ path }) => path).filter((path) => path !== folder);
}

/** The version a remedy leads to. */
export function targetOf(remedy: Remedy): string {
  if (remedy.to !== undefined) return remedy.to;
  throw new SutureError(
    'patch-not-applied',
    `The ${remedy.kind} of ${remedy.package} names no version to go to`,
    { remedy: 'Report this: a plan must name it.' },
  );
}

export interface Selector {
  /** Empty when the override holds everywhere. */
  readonly parent: string;
  /** The parent's versions it holds for; empty: all. */
  readonly range: string;
}

/** Reads `parent@range > name`; empty or absent: everywhere. */
export function selectorOf(remedy: Remedy): Selector {
  const text = remedy.selector?.trim() ?? '';
  const [parent = '', child] = text.split(/\s*>\s*(?=[^>]*$)/);
  if (text === '' || child === undefined) return { parent: '', range: '' };
  const at = parent.indexOf('@', 1);
  return at < 0
    ? { parent, range: '' }
    : { parent: parent.slice(0, at), range: parent.slice(at + 1) };
}

/** A remedy that rewrites manifests by itself: upgrades and removals. */
export async function rewriteManifests(
  session: Session,
  remedy: Remedy,
  onCatalog: (entry: ManifestEntry, to: string) => Promise<void>,
): Promise<void> {
  for (const workspace of remedy.workspaces) {
    const path = manifestOf(workspace);
    const text = await manifestText(session, path);
    if (remedy.kind === 'remove') {
      await session.write(path, removeFromManifest(text, path, remedy.package));
      continue;
    }
    const upgraded = upgradeManifest(text, path, remedy, targetOf(remedy));
    await session.write(path, upgraded.text);
    for (const entry of upgraded.catalogs) await onCatalog(entry, targetOf(remedy));
  }
}

export async function manifestText(session: Session, path: string): Promise<string> {
  const text = await session.read(path);
  if (text !== undefined) return text;
  throw new SutureError('patch-not-applied', `There is no ${path}`, {
    remedy: 'The plan is older than the repository: scan it again.',
  });
}

/** npm and yarn 1 know no catalogs. */
export async function noCatalogs(entry: ManifestEntry): Promise<void> {
  throw new SutureError('patch-not-applied', `${entry.key} stands in a catalog (${entry.range})`, {
    remedy: 'This package manager knows no catalogs; write the version into the manifest.',
  });
}

/** What was asked for is not what came out. */
export function notApplied(remedy: Remedy, happened: string): SutureError {
  return new SutureError(
    'patch-not-applied',
    `${remedy.kind} of ${remedy.package} from ${remedy.from} to ${remedy.to ?? 'nothing'}: ${happened}`,
    { remedy: 'Another remedy is needed; nothing was changed.' },
  );
}
