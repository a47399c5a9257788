import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { PackageNode } from '../domain/dependency-graph.ts';
import { SutureError } from '../domain/error.ts';
import type { PackageSources } from '../ports/package-sources.ts';
import type { SourceTree } from '../ports/source-tree.ts';

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;
/** Nobody ships source like that; listing it would take seconds. */
const MAX_FILES = 50_000;
const MAX_DEPTH = 30;

/**
 * The packages installed below a project: the nested layout of npm and of Yarn's `node-modules`
 * linker, and pnpm's virtual store. A package counts as installed when its own manifest has the
 * name and version of the lockfile's node; links that lead out of the project are not followed.
 */
export function installedPackages(root: string): PackageSources {
  const base = resolve(root);
  const index = new InstalledIndex(base);
  const opened = new Map<string, Promise<SourceTree | undefined>>();
  return {
    async open(node) {
      const key = `${node.id}\0${node.name}\0${node.version}`;
      let tree = opened.get(key);
      if (tree === undefined) {
        tree = openNode(base, index, node);
        opened.set(key, tree);
      }
      return await tree;
    },
  };
}

async function openNode(
  base: string,
  index: InstalledIndex,
  node: PackageNode,
): Promise<SourceTree | undefined> {
  const direct = await verified(base, join(base, node.id), node);
  if (direct !== undefined) return packageTree(direct);
  for (const candidate of await index.candidates(node.name)) {
    const found = await verified(base, candidate, node);
    if (found !== undefined) return packageTree(found);
  }
  return undefined;
}

/** The real folder, if it is inside the project and holds exactly this package. */
async function verified(
  base: string,
  directory: string,
  node: PackageNode,
): Promise<string | undefined> {
  try {
    const [realBase, real] = await Promise.all([realpath(base), realpath(directory)]);
    if (!real.startsWith(realBase + sep)) return undefined;
    const manifest: unknown = JSON.parse(await readFile(join(real, 'package.json'), 'utf8'));
    if (typeof manifest !== 'object' || manifest === null) return undefined;
    const { name, version } = manifest as { name?: unknown; version?: unknown };
    return name === node.name && version === node.version ? real : undefined;
  } catch {
    return undefined;
  }
}

/** Where packages of a name lie. Made once, by looking at folder names only. */
class InstalledIndex {
  readonly #base: string;
  #byName: Promise<ReadonlyMap<string, readonly string[]>> | undefined;

  constructor(base: string) {
    this.#base = base;
  }

  async candidates(name: string): Promise<readonly string[]> {
    this.#byName ??= this.#build();
    return (await this.#byName).get(name) ?? [];
  }

  async #build(): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = new Map<string, string[]>();
    const pending: { directory: string; depth: number }[] = [{ directory: this.#base, depth: 0 }];
    for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
      const { directory, depth } = entry;
      if (depth > MAX_DEPTH) continue;
      for (const child of await folders(directory)) {
        const path = join(directory, child);
        if (child === 'node_modules') {
          for (const [name, folder] of await packagesIn(path)) {
            const list = found.get(name);
            if (list === undefined) found.set(name, [folder]);
            else list.push(folder);
            pending.push({ directory: folder, depth: depth + 1 });
          }
          for (const store of await storeFolders(path)) {
            pending.push({ directory: store, depth: depth + 1 });
          }
        } else if (!directory.includes(`${sep}node_modules${sep}`) && !child.startsWith('.')) {
          pending.push({ directory: path, depth: depth + 1 });
        }
      }
    }
    return found;
  }
}

/** pnpm's virtual store: `node_modules/.pnpm/<name>@<version>…/node_modules/<name>`. */
async function storeFolders(nodeModules: string): Promise<string[]> {
  const store = join(nodeModules, '.pnpm');
  return (await folders(store)).map((name) => join(store, name));
}

/** Packages right below a `node_modules`: real folders only, links lead to one of those. */
async function packagesIn(nodeModules: string): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for (const name of await folders(nodeModules)) {
    if (name.startsWith('.')) continue;
    const path = join(nodeModules, name);
    if (!name.startsWith('@')) found.push([name, path]);
    else
      for (const inner of await folders(path)) found.push([`${name}/${inner}`, join(path, inner)]);
  }
  return found;
}

async function folders(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** A package's own files. Unlike a project's, nothing is left out but nested `node_modules`. */
function packageTree(directory: string): SourceTree {
  let listing: Promise<readonly string[]> | undefined;
  let known: ReadonlySet<string> | undefined;
  const list = async () => await (listing ??= walk(directory));
  return {
    async list(under = '') {
      const all = await list();
      if (under === '') return all;
      const prefix = under.endsWith('/') ? under : `${under}/`;
      return all.filter((path) => path.startsWith(prefix));
    },
    async read(path, options) {
      // Only what the walk saw: real files inside the package.
      known ??= new Set(await list());
      if (!known.has(path)) return undefined;
      const full = join(directory, path);
      const { size } = await stat(full);
      const maxBytes = options?.maxBytes ?? DEFAULT_MAX_BYTES;
      if (size > maxBytes) {
        throw new SutureError(
          'file-too-large',
          `${path} has ${size} bytes, more than the ${maxBytes} that are read`,
          { remedy: 'It is treated as unknown.' },
        );
      }
      return await readFile(full, 'utf8');
    },
  };
}

async function walk(root: string): Promise<readonly string[]> {
  const found: string[] = [];
  const pending: string[] = [''];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const entries = await readdir(join(root, at), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isFile()) found.push(path);
      else if (entry.isDirectory() && entry.name !== 'node_modules') pending.push(path);
    }
    if (found.length > MAX_FILES) {
      throw new SutureError('package-too-large', `${root} has more than ${MAX_FILES} files`, {
        remedy: 'It is treated as unknown.',
      });
    }
  }
  return found.sort();
}
