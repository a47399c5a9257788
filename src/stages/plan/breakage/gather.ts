import type { DependencyGraph } from '../../../domain/dependency-graph.ts';
import type { PackageRegistry } from '../../../ports/package-registry.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import { moduleFacts } from '../../javascript/module-facts.ts';
import { readManifest } from './manifest.ts';
import { type PackageUse, packageUses, subpathOf } from './uses.ts';

const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/;
const DECLARATION = /\.d\.[cm]?ts$/;
/** Bounds for very large projects; what lies beyond adds no signs. */
const MAX_FILES = 10_000;
const MAX_BYTES = 1_000_000;
const MAX_DEPENDENTS = 4;

/** How the project's own files use each of these packages. */
export async function ownUses(
  tree: SourceTree,
  packages: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly PackageUse[]>> {
  const uses = new Map<string, readonly PackageUse[]>();
  if (packages.size === 0) return uses;
  const files = await tree.list();
  const types = await manifestTypes(tree, files);
  for (const path of files.filter((file) => SOURCE.test(file)).slice(0, MAX_FILES)) {
    const text = await readBounded(tree, path);
    const named = [...packages].filter((name) => text?.includes(name));
    if (text === undefined || named.length === 0) continue;
    const facts = [moduleFacts(path, text)];
    const type = typeFor(path, types);
    for (const name of named) {
      const found = packageUses(facts, name, type);
      if (found.length > 0) uses.set(name, [...(uses.get(name) ?? []), ...found]);
    }
  }
  return uses;
}

/** How packages of the lockfile that depend on this version use it, from their published files. */
export async function dependentUses(
  graph: DependencyGraph,
  registry: PackageRegistry,
  name: string,
  version: string,
): Promise<readonly PackageUse[]> {
  const dependents = new Map<string, { readonly name: string; readonly version: string }>();
  for (const node of graph.packages.values()) {
    if (node.source !== 'registry') continue;
    const needs = node.dependencies.some(({ to }) => {
      const target = to === undefined ? undefined : graph.packages.get(to);
      return target?.name === name && target.version === version;
    });
    if (needs) dependents.set(`${node.name}@${node.version}`, node);
  }
  const uses: PackageUse[] = [];
  for (const dependent of [...dependents.values()].slice(0, MAX_DEPENDENTS)) {
    uses.push(...(await usesBy(registry, dependent, name)));
  }
  return uses;
}

async function usesBy(
  registry: PackageRegistry,
  dependent: { readonly name: string; readonly version: string },
  name: string,
): Promise<readonly PackageUse[]> {
  let files: ReadonlyMap<string, string>;
  try {
    files = await registry.contents(dependent.name, dependent.version);
  } catch {
    // Without its files nothing is known of this dependent, and nothing is predicted for it.
    return [];
  }
  const facts = [...files]
    .filter(([path, text]) => SOURCE.test(path) && !DECLARATION.test(path) && text.includes(name))
    .filter(([path, text]) => isShipped(path) && text.length <= MAX_BYTES)
    .map(([path, text]) => moduleFacts(path, text))
    .filter(({ imports }) =>
      imports.some(({ specifier }) => subpathOf(specifier, name) !== undefined),
    )
    .map((one) => Object.assign(one, { path: `${dependent.name}/${one.path}` }));
  return packageUses(facts, name, readManifest(files).type);
}

/** Dependents run what is built, not their tests and examples. */
function isShipped(path: string): boolean {
  return !/(?:^|\/)(?:tests?|__tests__|examples?|docs?|bench(?:marks?)?)\//.test(path);
}

async function readBounded(tree: SourceTree, path: string): Promise<string | undefined> {
  try {
    return await tree.read(path, { maxBytes: MAX_BYTES });
  } catch {
    return undefined;
  }
}

async function manifestTypes(
  tree: SourceTree,
  files: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const types = new Map<string, string>();
  for (const path of files.filter((file) => /(?:^|\/)package\.json$/.test(file))) {
    const text = (await readBounded(tree, path)) ?? '';
    const { type } = readManifest(new Map([['package.json', text]]));
    types.set(path.slice(0, -'package.json'.length), type ?? 'commonjs');
  }
  return types;
}

/** `type` of the nearest manifest at or above a file. */
function typeFor(path: string, types: ReadonlyMap<string, string>): string | undefined {
  const above = [...types.keys()].filter((folder) => path.startsWith(folder));
  const nearest = above.toSorted((a, b) => b.length - a.length)[0];
  return nearest === undefined ? undefined : types.get(nearest);
}
