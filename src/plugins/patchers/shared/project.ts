import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a directory says about which package manager it wants. */
export interface Project {
  readonly manifest: Readonly<Record<string, unknown>>;
  /** `pnpm@9.1.0+sha512.…`, as written. */
  readonly packageManager: string | undefined;
  /** The first of the lockfiles asked for that exists. */
  readonly lockfile: { readonly name: string; readonly text: string } | undefined;
}

/** Reads manifest and lockfile; a manifest that cannot be read counts as empty here. */
export async function readProject(
  directory: string,
  lockfiles: readonly string[],
): Promise<Project> {
  const manifest = await readFile(join(directory, 'package.json'), 'utf8')
    .then((text) => JSON.parse(text.replace(/^\uFEFF/, '')) as Record<string, unknown>)
    .catch(() => ({}));
  const packageManager = (manifest as Record<string, unknown>)['packageManager'];
  let lockfile: Project['lockfile'];
  for (const name of lockfiles) {
    const text = await readFile(join(directory, name), 'utf8').catch(() => undefined);
    if (text !== undefined && !lockfile) lockfile = { name, text };
  }
  return {
    manifest,
    packageManager: typeof packageManager === 'string' ? packageManager : undefined,
    lockfile,
  };
}

/**
 * Manifests of a directory and everything below it but installed packages, relative to it. Ignore
 * rules do not matter: a package manager does not know them.
 */
export async function manifestsBelow(directory: string, under = ''): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(directory, under), { withFileTypes: true })) {
    const path = join(under, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== '.git') {
      found.push(...(await manifestsBelow(directory, path)));
    } else if (entry.isFile() && entry.name === 'package.json') found.push(path);
  }
  return found;
}
