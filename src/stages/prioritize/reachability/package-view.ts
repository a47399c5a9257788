import { messageOf } from '../../../domain/error.ts';
import type { PackageSources } from '../../../ports/package-sources.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import { type Manifest, readManifest } from './manifest.ts';
import {
  directoryOf,
  joinPath,
  type Resolved,
  resolveEntry,
  resolveFile,
  resolveInternal,
} from './resolve.ts';
import { type Instance, instanceKey } from './targets.ts';

/** One installed package: its manifest and which files it has. */
export class PackageView {
  readonly instance: Instance;
  readonly key: string;
  readonly manifest: Manifest;
  readonly #tree: SourceTree;
  readonly #files: ReadonlySet<string>;
  /** `main` of the folders that have a manifest of their own. */
  readonly #mains: ReadonlyMap<string, string>;

  constructor(
    instance: Instance,
    manifest: Manifest,
    tree: SourceTree,
    files: ReadonlySet<string>,
    mains: ReadonlyMap<string, string>,
  ) {
    this.instance = instance;
    this.key = instanceKey(instance);
    this.manifest = manifest;
    this.#tree = tree;
    this.#files = files;
    this.#mains = mains;
  }

  async read(file: string): Promise<string | undefined> {
    return await this.#tree.read(file);
  }

  /** Files an import of the package loads; `types-only` when there is nothing to load. */
  entry(subpath: string, kinds: readonly ('import' | 'require')[]): readonly Resolved[] {
    return resolveEntry(this.manifest, subpath, kinds, this.#files, (at) => this.#mains.get(at));
  }

  /** Whether the package has no code at all: only declarations, styles or data. */
  get hasCode(): boolean {
    for (const file of this.#files) {
      if (/\.([cm]?js|node)$/.test(file)) return true;
    }
    return false;
  }

  relative(from: string, specifier: string): string | undefined {
    const path = joinPath(directoryOf(from), specifier);
    return resolveFile(path, this.#files, (at) => this.#mains.get(at));
  }

  internal(specifier: string): readonly string[] {
    return resolveInternal(this.manifest, specifier);
  }

  /** Script files whose path begins with `prefix`, seen from `from`. */
  startingWith(from: string, prefix: string): readonly string[] {
    const folder = prefix.endsWith('/') || prefix === '.' || prefix === '..';
    const path = joinPath(directoryOf(from), prefix);
    const start = folder && path !== '' ? `${path}/` : path;
    return [...this.#files].filter((file) => file.startsWith(start) && isScript(file));
  }
}

export function isScript(file: string): boolean {
  return /\.([cm]?[jt]sx?|vue|svelte|astro)$/.test(file) && !/\.d\.[cm]?ts$/.test(file);
}

/** Opens a package, or says why it cannot be looked at. */
export async function openPackage(
  sources: PackageSources,
  instance: Instance,
): Promise<PackageView | { readonly missing: string }> {
  const { name, version } = instance.node;
  try {
    const tree = await sources.open(instance.node);
    if (tree === undefined) return { missing: `${name}@${version} is not installed here` };
    const manifest = readManifest(await tree.read('package.json'));
    if (manifest === undefined) return { missing: `the manifest of ${name} cannot be read` };
    const files = new Set(await tree.list());
    const mains = new Map<string, string>();
    for (const file of files) {
      if (!file.endsWith('/package.json')) continue;
      const main = readManifest(await tree.read(file))?.main;
      if (main !== undefined) mains.set(directoryOf(file), main);
    }
    return new PackageView(instance, manifest, tree, files, mains);
  } catch (thrown) {
    return { missing: `${name} cannot be read (${messageOf(thrown)})` };
  }
}
