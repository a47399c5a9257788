import type { SourceTree } from '../../ports/source-tree.ts';

export interface EntryPoint {
  /** Relative to the project, starting with `./`. */
  readonly path: string;
  /** Programs (`bin`) are only parsed: they would do their work. */
  readonly how: 'load' | 'parse';
}

const MAX_ENTRY_POINTS = 50;
/** Conditions of `exports` that Node itself takes (Node.js, "Conditional exports"). */
const CONDITIONS = new Set(['import', 'require', 'node', 'default', 'module-sync']);

/**
 * The files that others start from: `main`, `exports`, `bin`, and what `npm start` would run. An
 * entry point that is not there is left out: it may be built, and the build says whether it can be.
 */
export async function entryPoints(tree: SourceTree): Promise<readonly EntryPoint[]> {
  const text = await tree.read('package.json');
  if (text === undefined) return [];
  let manifest: Record<string, unknown>;
  try {
    manifest = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return [];
  }
  const programs = strings(manifest['bin'], () => true);
  const scripts = manifest['scripts'] as Record<string, unknown> | undefined;
  const start = scripts?.['start'];
  const started =
    typeof start === 'string' ? /^node (?:\.\/)?([\w./-]+)$/.exec(start)?.[1] : undefined;
  const loaded = [
    ...strings(manifest['main'], () => true),
    ...strings(manifest['exports'], (key) => key.startsWith('.') || CONDITIONS.has(key)),
    ...(started === undefined ? [] : [started]),
    'index.js',
  ];
  const found = new Map<string, EntryPoint>();
  for (const [paths, how] of [
    [programs, 'parse'],
    [loaded, 'load'],
  ] as const) {
    for (const named of paths) {
      const path = await existing(tree, named);
      if (path !== undefined && !found.has(path)) found.set(path, { path, how });
    }
  }
  return [...found.values()].slice(0, MAX_ENTRY_POINTS);
}

/** All strings of a manifest field, below keys that are wanted. */
function strings(value: unknown, wanted: (key: string) => boolean): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap((one) => strings(one, wanted));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => (wanted(key) ? strings(one, wanted) : []));
}

/** As `require` finds a file: as named, with an extension, or as a folder. */
async function existing(tree: SourceTree, named: string): Promise<string | undefined> {
  const path = named.replace(/^\.\//, '').replace(/\/$/, '');
  if (path.includes('*') || path.includes('..') || path.startsWith('/')) return undefined;
  for (const candidate of [path, `${path}.js`, `${path}.cjs`, `${path}.mjs`, `${path}/index.js`]) {
    if (!/\.[cm]?js$/.test(candidate)) continue;
    if ((await tree.read(candidate)) !== undefined) return `./${candidate}`;
  }
  return undefined;
}
