import { cp, lstat, mkdir, readlink, realpath } from 'node:fs/promises';
import { basename, isAbsolute, join, sep } from 'node:path';
import type { GitRepository } from '../platform/git.ts';
import { type Scratch, scratchDirectory } from '../platform/scratch.ts';

/** Where the files of an unpatched project come from. */
export type Base =
  | {
      readonly kind: 'commit';
      readonly repository: GitRepository;
      readonly commit: string;
      readonly under: string;
    }
  | { readonly kind: 'directory'; readonly directory: string };

/** Throw-away copies of one unpatched project; all go away together. */
export interface ProjectCopies extends AsyncDisposable {
  /** The unpatched files without anything installed. Not to be written to. */
  readonly pristine: string;
  /** A fresh copy of `pristine` to write to. */
  make(purpose: string): Promise<string>;
}

/** Never copied: made by tools, large, and possibly different from what the lockfile says. */
const LEFT_OUT = new Set(['node_modules', '.git']);

export async function projectCopies(base: Base): Promise<ProjectCopies> {
  const scratch: Scratch = await scratchDirectory('patch');
  const root = join(scratch.path, 'pristine');
  await mkdir(root);
  let pristine = root;
  if (base.kind === 'commit') {
    await base.repository.exportCommit(base.commit, root, base.under);
    pristine = join(root, base.under);
  } else {
    await copyTree(base.directory, root);
  }
  let count = 0;
  return {
    pristine,
    async make(purpose) {
      count += 1;
      const path = join(scratch.path, `${count}-${purpose}`);
      await copyTree(pristine, path);
      return path;
    },
    [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
  };
}

async function copyTree(from: string, to: string): Promise<void> {
  const root = await realpath(from);
  await cp(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    filter: async (path) => {
      if (path === from) return true;
      if (LEFT_OUT.has(basename(path))) return false;
      const info = await lstat(path);
      if (!info.isSymbolicLink()) return info.isFile() || info.isDirectory();
      // A link that leads outside would let a package manager write to the user's own files.
      const real = await realpath(path).catch(() => undefined);
      return real?.startsWith(root + sep) === true && !isAbsolute(await readlink(path));
    },
  });
}
