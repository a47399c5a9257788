import { lstat, open, readdir, readFile, realpath } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { SutureError } from '../domain/error.ts';
import type { SourceTree } from '../ports/source-tree.ts';

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
/** Never the asset's own source; walking them costs seconds and finds other people's lockfiles. */
const SKIPPED_DIRECTORIES = new Set([
  'node_modules',
  '.git',
  '.hg',
  '.svn',
  '.yarn',
  '.pnpm-store',
]);

/** A {@link SourceTree} over a directory on disk. Honours nested `.gitignore` files. */
export function fileTree(directory: string): SourceTree {
  const root = resolve(directory);
  let listing: Promise<readonly string[]> | undefined;
  return {
    async list(under = '') {
      listing ??= walk(root);
      const all = await listing;
      if (under === '') return all;
      const prefix = under.endsWith('/') ? under : `${under}/`;
      return all.filter((path) => path.startsWith(prefix));
    },
    async read(path, options) {
      const full = resolve(root, path);
      if (full !== root && !full.startsWith(root + sep)) {
        throw new SutureError('path-outside', `${path} is outside ${root}`, {
          remedy: 'Nothing outside the scanned directory is read.',
        });
      }
      return await readInside(root, full, options?.maxBytes ?? DEFAULT_MAX_BYTES);
    },
  };
}

async function readInside(
  root: string,
  full: string,
  maxBytes: number,
): Promise<string | undefined> {
  const real = await realpath(full).catch(() => undefined);
  if (real === undefined) return undefined;
  const realRoot = await realpath(root);
  // A symbolic link in a hostile repository must not become a window into the machine.
  if (real !== realRoot && !real.startsWith(realRoot + sep)) return undefined;
  const handle = await open(real, 'r');
  try {
    const info = await handle.stat();
    if (!info.isFile()) return undefined;
    if (info.size > maxBytes) {
      throw new SutureError(
        'file-too-large',
        `${relative(root, full)} has ${info.size} bytes, more than the ${maxBytes} that are read`,
        { remedy: 'Exclude it, or scan its folder on its own.' },
      );
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

async function walk(root: string): Promise<readonly string[]> {
  const found: string[] = [];
  const visit = async (directory: string, rules: readonly [string, Ignore][]) => {
    const entries = await readdir(join(root, directory), { withFileTypes: true });
    let scoped = rules;
    if (entries.some((entry) => entry.name === '.gitignore' && entry.isFile())) {
      const text = await readFile(join(root, directory, '.gitignore'), 'utf8');
      scoped = [...rules, [directory, ignore().add(text)]];
    }
    for (const entry of entries) {
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
      if (entry.isDirectory()) {
        if (SKIPPED_DIRECTORIES.has(entry.name) || isIgnored(`${path}/`, scoped)) continue;
        await visit(path, scoped);
      } else if (
        entry.isFile() ||
        (entry.isSymbolicLink() && (await isFileLink(join(root, path))))
      ) {
        if (!isIgnored(path, scoped)) found.push(path);
      }
    }
  };
  const info = await lstat(root).catch(() => undefined);
  if (!info?.isDirectory()) {
    throw new SutureError('target-missing', `${root} is not a directory`, {
      remedy: 'Give an existing directory or lockfile as the target.',
    });
  }
  await visit('', []);
  return found.sort();
}

async function isFileLink(path: string): Promise<boolean> {
  const real = await realpath(path).catch(() => undefined);
  return real !== undefined && (await lstat(real)).isFile();
}

/** The deepest `.gitignore` that says anything wins, as gitignore(5) has it. */
function isIgnored(path: string, rules: readonly [string, Ignore][]): boolean {
  let ignored = false;
  for (const [base, rule] of rules) {
    const local = base === '' ? path : path.slice(base.length + 1);
    const verdict = rule.test(local);
    if (verdict.ignored) ignored = true;
    else if (verdict.unignored) ignored = false;
  }
  return ignored;
}
