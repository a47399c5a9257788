import type { Manifest } from './manifest.ts';

/** A file an import may load. */
export interface Resolved {
  readonly file: string;
  /** It is the one that Node takes; others are for bundlers or other environments. */
  readonly certain: boolean;
}

const EXTENSIONS = '.js .json .node .mjs .cjs .ts .tsx .mts .cts .jsx .vue .svelte'.split(' ');
/** TypeScript code imports its siblings by the name they will have once compiled. */
const COMPILED: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.jsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};
/** Conditions that bundlers and other runtimes add; the plain ones come first. */
const VARIANTS: readonly (readonly string[])[] = [
  [],
  ['module', 'browser', 'production'],
  ['development'],
];

/** `@scope/name/sub/path` → `{ name: '@scope/name', subpath: 'sub/path' }`. */
export function splitSpecifier(specifier: string): { name: string; subpath: string } | undefined {
  const match = /^(@[^/]+\/[^/]+|[^@./#\\][^/\\:]*)(?:\/(.*))?$/.exec(specifier);
  if (match?.[1] === undefined) return undefined;
  return { name: match[1], subpath: match[2] ?? '' };
}

/** Resolves a path to a file as Node and compilers do: as it is, with extension, as a folder. */
export function resolveFile(
  path: string,
  files: ReadonlySet<string>,
  mainOf: (directory: string) => string | undefined = () => undefined,
): string | undefined {
  const found = exactFile(path, files);
  if (found !== undefined) return found;
  const main = mainOf(path);
  const inFolder = main === undefined ? undefined : exactFile(joinPath(path, main), files);
  if (inFolder !== undefined) return inFolder;
  return exactFile(joinPath(path, 'index'), files);
}

function exactFile(path: string, files: ReadonlySet<string>): string | undefined {
  if (files.has(path)) return path;
  for (const extension of EXTENSIONS) {
    if (files.has(path + extension)) return path + extension;
  }
  const compiled = /\.[cm]?jsx?$/.exec(path)?.[0] ?? '';
  for (const extension of COMPILED[compiled] ?? []) {
    const source = path.slice(0, -compiled.length) + extension;
    if (files.has(source)) return source;
  }
  return undefined;
}

/** Files a package loads for `subpath` (empty: the package itself), by its manifest. */
export function resolveEntry(
  manifest: Manifest,
  subpath: string,
  kinds: readonly ('import' | 'require')[],
  files: ReadonlySet<string>,
  mainOf?: (directory: string) => string | undefined,
): readonly Resolved[] {
  const found = new Map<string, boolean>();
  const add = (path: string | undefined, certain: boolean) => {
    const file = path === undefined ? undefined : resolveFile(normalise(path), files, mainOf);
    if (file !== undefined && found.get(file) !== true) found.set(file, certain);
  };
  if (manifest.exports === undefined || manifest.exports === null) {
    if (subpath !== '') add(subpath, true);
    else {
      add(manifest.main ?? 'index', true);
      if (found.size === 0) add('index', true);
      add(manifest.module, false);
      add(manifest.browser, false);
    }
  } else {
    for (const [at, extra] of VARIANTS.entries()) {
      for (const kind of kinds) {
        const conditions = new Set(['node', 'default', 'module-sync', kind, ...extra]);
        const key = subpath === '' ? '.' : `./${subpath}`;
        add(mapped(manifest.exports, key, conditions), at === 0);
      }
    }
  }
  return [...found].map(([file, certain]) => ({ file, certain }));
}

/** What a `#name` import of a package means: a path (`./x`), another specifier, or nothing. */
export function resolveInternal(manifest: Manifest, specifier: string): readonly string[] {
  const found = new Set<string>();
  for (const extra of VARIANTS) {
    for (const kind of ['import', 'require']) {
      const conditions = new Set(['node', 'default', 'module-sync', kind, ...extra]);
      const target = mapped(manifest.imports, specifier, conditions);
      if (target !== undefined) found.add(target);
    }
  }
  return [...found];
}

/** The subpath maps of `exports` and `imports` (Node, "Resolution algorithm specification"). */
function mapped(map: unknown, key: string, conditions: ReadonlySet<string>): string | undefined {
  const isMap =
    isRecord(map) && Object.keys(map).some((name) => name.startsWith('.') || name.startsWith('#'));
  if (!isMap) return key === '.' ? conditional(map, conditions) : undefined;
  if (key in map && !key.includes('*')) return conditional(map[key], conditions);
  let best: { prefix: string; target: unknown; star: string } | undefined;
  for (const [pattern, target] of Object.entries(map)) {
    const [prefix, suffix, more] = pattern.split('*');
    if (prefix === undefined || more !== undefined) continue;
    // A trailing slash is the older way to write `/*`.
    if (suffix === undefined && !pattern.endsWith('/')) continue;
    const fits =
      key.startsWith(prefix) && key.endsWith(suffix ?? '') && key.length >= pattern.length - 1;
    if (!fits || (best !== undefined && best.prefix.length >= prefix.length)) continue;
    best = { prefix, target, star: key.slice(prefix.length, key.length - (suffix ?? '').length) };
  }
  if (best === undefined) return undefined;
  const target = conditional(best.target, conditions);
  if (target === undefined) return undefined;
  return target.includes('*') ? target.replaceAll('*', best.star) : target + best.star;
}

function conditional(target: unknown, conditions: ReadonlySet<string>): string | undefined {
  if (typeof target === 'string') return target;
  if (Array.isArray(target)) {
    for (const one of target) {
      const found = conditional(one, conditions);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isRecord(target)) return undefined;
  for (const [condition, value] of Object.entries(target)) {
    if (!conditions.has(condition)) continue;
    const found = conditional(value, conditions);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

/** Joins and normalises `/`-separated paths; `undefined`-free: a path that climbs out keeps `..`. */
export function joinPath(base: string, path: string): string {
  return normalise(base === '' ? path : `${base}/${path}`);
}

function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
