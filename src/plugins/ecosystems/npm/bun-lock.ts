import type {
  DependencyGraph,
  PackageSource,
  WorkspaceNode,
} from '../../../domain/dependency-graph.ts';
import type { Problem } from '../../../domain/problem.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import { parseNpmRequirement } from '../../../versions/npm-requirement.ts';
import { parseSemver } from '../../../versions/semver.ts';
import { nameOf } from './descriptors.ts';
import {
  type DraftEdge,
  type DraftPackage,
  edgesOf,
  localOrigin,
  MAX_NAME,
  MAX_PATH,
  resolveEdges,
  toGraph,
  warning,
  withoutCredentials,
} from './graph-parts.ts';
import {
  field,
  isObject,
  type JsonObject,
  objectField,
  parseJson,
  textEntries,
  textField,
} from './json-text.ts';
import { readManifest, requirementsIn } from './manifest.ts';
import { npmOverrides, yarnResolutions } from './overrides.ts';
import { folderOf, joinInside } from './paths.ts';
import { plainJson } from './plain-json.ts';

const REGENERATE = 'bun install --lockfile-only --ignore-scripts';

/** bun.lock, the text lockfile of bun 1.1.39 and later, versions 0 to 2. */
export async function readBunLock(
  file: string,
  text: string,
  tree: SourceTree,
): Promise<{ graph: DependencyGraph; problems: Problem[] }> {
  const lock = parseJson(plainJson(text), file, REGENERATE);
  const problems: Problem[] = [];
  const folder = folderOf(file);
  const entries = objectField(lock, 'packages');
  const members = Object.entries(objectField(lock, 'workspaces')).filter(
    (entry): entry is [string, JsonObject] => isObject(entry[1]),
  );
  const edgesByMember = new Map(
    members.map(([path, entry]) => [path, fromCatalogs(edgesOf(requirementsIn(entry)), lock)]),
  );
  const packages = new Map<string, DraftPackage>();
  let malformed = 0;
  for (const [key, entry] of Object.entries(entries)) {
    const node =
      Array.isArray(entry) && key.length <= MAX_PATH ? nodeOf(key, entry, folder) : undefined;
    if (node === undefined) malformed += 1;
    else packages.set(key, node);
  }

  const workspaces: WorkspaceNode[] = [];
  for (const [path, entry] of members) {
    const name = textField(entry, 'name') ?? '';
    const dependencies = edgesByMember.get(path) ?? [];
    // What a member does not share with the root is nested under its name.
    resolveEdges(dependencies, (edge) => locate(path === '' ? '' : name, edge.name, packages));
    const inside = joinInside(folder, path);
    if (inside === undefined) malformed += 1;
    else workspaces.push({ path: inside, name, dependencies });
    const node = path === '' ? undefined : packages.get(name);
    if (node?.source !== 'workspace') continue;
    node.version = textField(entry, 'version') ?? '';
    node.dependencies = dependencies;
  }
  for (const node of packages.values()) {
    if (node.source === 'workspace') continue;
    resolveEdges(node.dependencies, (edge) => locate(node.id, edge.name, packages));
  }
  if (malformed > 0) {
    problems.push(warning(file, `${malformed} entries are malformed and were left out`));
  }
  const manifest = await readManifest(joinInside(folder, 'package.json') ?? '', tree, problems);
  const version = field(lock, 'lockfileVersion');
  return toGraph({
    manager: 'bun',
    file,
    formatVersion: typeof version === 'number' ? String(version) : '',
    workspaces,
    packages,
    overrides: {
      ...(manifest ? { ...yarnResolutions(manifest.json), ...npmOverrides(manifest.json) } : {}),
      ...npmOverrides(lock),
    },
    problems,
  });
}

/** An entry is `[name@version, …]`, the facts being the first object in it. */
function nodeOf(key: string, entry: readonly unknown[], folder: string): DraftPackage | undefined {
  const identity = entry[0];
  if (typeof identity !== 'string') return undefined;
  const name = nameOf(identity);
  const reference = identity.slice(name.length + 1);
  if (name === '' || name.length > MAX_NAME || reference === '') return undefined;
  const facts = entry.find(isObject) ?? {};
  const source = sourceOf(reference);
  const integrity = entry.find((part) => typeof part === 'string' && /^sha\d+-/.test(part));
  return {
    id: key,
    name,
    version: parseSemver(reference) === undefined ? '' : reference,
    source,
    bundled: field(facts, 'bundled') === true,
    ...(typeof integrity === 'string' ? { integrity } : {}),
    ...(source === 'git' || source === 'url' ? { resolved: withoutCredentials(reference) } : {}),
    ...(source === 'file' ? localOrigin(folder, reference) : {}),
    dependencies: edgesOf(requirementsIn(facts, source === 'file')),
  };
}

function sourceOf(reference: string): PackageSource {
  if (reference.startsWith('workspace:')) return 'workspace';
  if (parseSemver(reference) !== undefined) return 'registry';
  if (/^(?:root:|link:)/.test(reference)) return 'file';
  const { kind } = parseNpmRequirement(reference);
  if (kind === 'git' || kind === 'file') return kind;
  if (kind === 'url')
    return reference.endsWith('.tgz') || reference.includes('.tar') ? 'url' : 'git';
  // A bare path to a packed tarball.
  return reference.includes('/') || reference.endsWith('.tgz') ? 'file' : 'registry';
}

/** The nearest entry on the way up from `from`: `a/b/name`, `a/name`, `name`. */
function locate(
  from: string,
  name: string,
  packages: ReadonlyMap<string, DraftPackage>,
): string | undefined {
  for (let at = from; at !== ''; at = outer(at)) {
    const key = `${at}/${name}`;
    if (packages.has(key)) return key;
  }
  return packages.has(name) ? name : undefined;
}

/** `a/@s/b` without its last package: `a`. */
function outer(key: string): string {
  const slash = key.lastIndexOf('/');
  if (slash < 0) return '';
  const before = key.lastIndexOf('/', slash - 1);
  const scoped = key.charAt(before + 1) === '@';
  return scoped ? key.slice(0, Math.max(before, 0)) : key.slice(0, slash);
}

function fromCatalogs(edges: DraftEdge[], lock: JsonObject): DraftEdge[] {
  const named = objectField(lock, 'catalogs');
  for (const edge of edges) {
    const catalog = /^catalog:(.*)$/.exec(edge.range)?.[1];
    if (catalog === undefined) continue;
    const entries = textEntries(
      catalog ? objectField(named, catalog) : objectField(lock, 'catalog'),
    );
    edge.range = entries.find(([name]) => name === edge.name)?.[1] ?? edge.range;
    edge.catalog = catalog || 'default';
  }
  return edges;
}
