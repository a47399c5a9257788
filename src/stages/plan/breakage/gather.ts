import type { DependencyGraph } from '../../../domain/dependency-graph.ts';
import type { PackageSources } from '../../../ports/package-sources.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import { moduleFacts } from '../../javascript/module-facts.ts';
import { readManifest } from './manifest.ts';
import { type PackageUse, packageUses } from './uses.ts';

const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/;
const DECLARATION = /\.d\.[cm]?ts$/;
/** Bounds for very large projects; what lies beyond adds no signs. */
const MAX_FILES = 10_000;
const MAX_BYTES = 1_000_000;
const MAX_DEPENDENTS = 20;

/** How the files of a tree use each of these packages. */
export async function usesIn(
  tree: SourceTree,
  packages: ReadonlySet<string>,
  wanted: (path: string) => boolean = () => true,
): Promise<ReadonlyMap<string, readonly PackageUse[]>> {
  const uses = new Map<string, readonly PackageUse[]>();
  if (packages.size === 0) return uses;
  const files = await tree.list();
  const types = await manifestTypes(tree, files);
  const sources = files.filter(
    (file) => SOURCE.test(file) && !DECLARATION.test(file) && wanted(file),
  );
  for (const path of sources.slice(0, MAX_FILES)) {
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

/** How installed packages that depend on this version use it. */
export async function dependentUses(
  graph: DependencyGraph,
  sources: PackageSources,
  name: string,
  version: string,
): Promise<readonly PackageUse[]> {
  const dependents = [...graph.packages.values()].filter((node) =>
    node.dependencies.some(({ to }) => {
      const target = to === undefined ? undefined : graph.packages.get(to);
      return target?.name === name && target.version === version;
    }),
  );
  const uses: PackageUse[] = [];
  for (const dependent of dependents.slice(0, MAX_DEPENDENTS)) {
    const tree = await sources.open(dependent);
    if (tree === undefined) continue;
    const found = await usesIn(tree, new Set([name]), isShipped);
    const place = (one: PackageUse) => `${dependent.name}/${one.place}`;
    uses.push(...(found.get(name) ?? []).map((one) => Object.assign(one, { place: place(one) })));
  }
  return uses;
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
