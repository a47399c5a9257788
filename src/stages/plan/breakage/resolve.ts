import { type PackageManifest, readManifest, record } from './manifest.ts';

/** How a module is asked for at run time. */
export type Loader = 'require' | 'import';
export type ModuleFormat = 'esm' | 'cjs' | 'other';

export type Resolution =
  | { readonly status: 'file'; readonly path: string; readonly format: ModuleFormat }
  /** The `exports` map says no: ERR_PACKAGE_PATH_NOT_EXPORTED. */
  | { readonly status: 'closed' }
  /** Nothing at that path; it may also have been left out of `files` for its size. */
  | { readonly status: 'missing' };

/**
 * Resolves a subpath of a package as Node does ("Modules: Packages" and the resolution algorithms of
 * "Modules: ECMAScript modules" and "Modules: CommonJS modules" in its documentation).
 *
 * @param files text files of the published tarball, by path
 * @param subpath what follows the package name in the specifier, without `/`; empty for the package
 */
export function resolve(
  files: ReadonlyMap<string, string>,
  subpath: string,
  loader: Loader,
): Resolution {
  const manifest = readManifest(files);
  if (manifest.exports === undefined || manifest.exports === null) {
    const path = subpath === '' ? mainFile(files, manifest) : fileAt(files, subpath);
    return path === undefined ? { status: 'missing' } : found(files, path);
  }
  const target = exported(manifest.exports, subpath === '' ? '.' : `./${subpath}`, loader);
  if (target === undefined) return { status: 'closed' };
  const path = clean(target);
  return files.has(path) ? found(files, path) : { status: 'missing' };
}

/** A relative specifier inside the package. */
export function resolveRelative(
  files: ReadonlyMap<string, string>,
  from: string,
  specifier: string,
): string | undefined {
  const folder = from.includes('/') ? from.slice(0, from.lastIndexOf('/')) : '';
  return fileAt(files, clean(`${folder}/${specifier}`));
}

function formatOf(files: ReadonlyMap<string, string>, path: string): ModuleFormat {
  if (path.endsWith('.mjs')) return 'esm';
  if (path.endsWith('.cjs')) return 'cjs';
  if (!path.endsWith('.js')) return 'other';
  for (let folder = path; folder !== ''; ) {
    folder = folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/')) : '';
    const manifest = files.get(folder === '' ? 'package.json' : `${folder}/package.json`);
    if (manifest === undefined) continue;
    return readManifest(new Map([['package.json', manifest]])).type === 'module' ? 'esm' : 'cjs';
  }
  return 'cjs';
}

function found(files: ReadonlyMap<string, string>, path: string): Resolution {
  return { status: 'file', path, format: formatOf(files, path) };
}

function mainFile(
  files: ReadonlyMap<string, string>,
  manifest: PackageManifest,
): string | undefined {
  const main = manifest.main === undefined ? undefined : fileAt(files, clean(manifest.main));
  return main ?? fileAt(files, 'index');
}

function fileAt(files: ReadonlyMap<string, string>, path: string): string | undefined {
  const inFolder = path === '' ? 'index' : `${path}/index`;
  const names = ['', '.js', '.json', '.cjs', '.mjs'].map((extension) => `${path}${extension}`);
  return [...names, `${inFolder}.js`, `${inFolder}.json`].find((name) => files.has(name));
}

/** `./a/../b//c` → `b/c`. */
function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function exported(map: unknown, key: string, loader: Loader): string | undefined {
  const keys = Object.keys(record(map));
  const hasSubpaths = !Array.isArray(map) && keys.some((name) => name.startsWith('.'));
  if (!hasSubpaths) return key === '.' ? target(map, '', loader) : undefined;
  const subpaths = record(map);
  if (key in subpaths && !key.includes('*')) return target(subpaths[key], '', loader);
  const patterns = keys
    .filter((name) => name.includes('*'))
    .toSorted((a, b) => b.length - a.length);
  for (const pattern of patterns) {
    const [start = '', end = ''] = pattern.split('*');
    const fits = key.startsWith(start) && key.endsWith(end) && key.length > start.length;
    if (fits)
      return target(subpaths[pattern], key.slice(start.length, key.length - end.length), loader);
  }
  return undefined;
}

/** The conditions Node sets by itself; the first that holds wins, in the order written. */
function target(value: unknown, star: string, loader: Loader): string | undefined {
  if (typeof value === 'string') return value.replaceAll('*', star);
  if (Array.isArray(value)) {
    return value.map((one) => target(one, star, loader)).find((path) => path !== undefined);
  }
  for (const [condition, inner] of Object.entries(record(value))) {
    if (condition !== 'default' && condition !== 'node' && condition !== loader) continue;
    const path = target(inner, star, loader);
    if (path !== undefined || inner === null) return path;
  }
  return undefined;
}
