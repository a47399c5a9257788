import { constants, copyFile, mkdir, readdir, readlink, realpath, symlink } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import type { GitRepository } from '../platform/git.ts';
import { sutureHome } from '../platform/home.ts';
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

/** Not `fs.cp`: that refuses to copy a folder that the copy is in, whatever its filter leaves out. */
async function copyTree(from: string, to: string): Promise<void> {
  const root = await realpath(from);
  // Somebody may keep it inside the project: a copy of it would hold itself.
  const home = await realpath(sutureHome()).catch(() => sutureHome());
  const copyFolder = async (source: string, target: string): Promise<void> => {
    await mkdir(target, { recursive: true });
    for (const entry of await readdir(source, { withFileTypes: true })) {
      const [path, copy] = [join(source, entry.name), join(target, entry.name)];
      if (LEFT_OUT.has(entry.name) || path === home) continue;
      if (entry.isDirectory()) await copyFolder(path, copy);
      else if (entry.isFile()) await copyFile(path, copy, constants.COPYFILE_FICLONE);
      else if (entry.isSymbolicLink()) await copyLink(path, copy, root);
    }
  };
  await copyFolder(root, to);
}

/** A link that leads outside would let a package manager write to the user's own files. */
async function copyLink(path: string, copy: string, root: string): Promise<void> {
  const target = await readlink(path);
  const real = await realpath(path).catch(() => undefined);
  if (real?.startsWith(root + sep) !== true || isAbsolute(target)) return;
  await symlink(target, copy);
}
