import type {
  DependencyGraph,
  PackageSource,
  WorkspaceNode,
} from '../../../domain/dependency-graph.ts';
import type { Problem } from '../../../domain/problem.ts';
import {
  type DraftPackage,
  edgesOf,
  localOrigin,
  MAX_NAME,
  MAX_PATH,
  resolveEdges,
  sourceOfRequirement,
  toGraph,
  warning,
  withoutCredentials,
} from './graph-parts.ts';
import { field, isObject, type JsonObject, textField } from './json-text.ts';
import { type Manifest, requirementsIn, workspacePatterns } from './manifest.ts';
import { npmOverrides } from './overrides.ts';
import { joinInside, matchesWorkspacePatterns } from './paths.ts';

export interface PackageLockInput {
  readonly file: string;
  readonly folder: string;
  readonly lock: JsonObject;
  readonly manifest: Manifest | undefined;
  readonly problems: Problem[];
  readonly formatVersion: string;
}

/** Versions 2 and 3: `packages`, keyed by where each package is placed on disk. */
export function readPlacedLock(
  input: PackageLockInput,
  entries: JsonObject,
): { graph: DependencyGraph; problems: Problem[] } {
  const { file, problems } = input;
  const packages = new Map<string, DraftPackage>();
  /** Placement of a link → key of what it points to. */
  const links = new Map<string, string>();
  const workspaces: (WorkspaceNode & { readonly key: string })[] = [];
  const root = field(entries, '');
  const patterns = workspacePatterns(isObject(root) ? field(root, 'workspaces') : undefined);
  let malformed = 0;

  for (const [key, entry] of Object.entries(entries)) {
    if (!isObject(entry) || key.length > MAX_PATH) {
      malformed += 1;
      continue;
    }
    const target = field(entry, 'link') === true ? textField(entry, 'resolved') : undefined;
    if (target !== undefined) {
      links.set(key, target);
      continue;
    }
    const placed = isPlaced(key);
    if (key === '' || (!placed && matchesWorkspacePatterns(patterns, key))) {
      const path = joinInside(input.folder, key);
      const dependencies = edgesOf(requirementsIn(entry));
      if (path === undefined) malformed += 1;
      else workspaces.push({ path, name: textField(entry, 'name') ?? '', dependencies, key });
      if (key === '' || path === undefined) continue;
      packages.set(key, localPackage(key, entry, 'workspace', input.folder));
    } else if (!placed) {
      packages.set(key, localPackage(key, entry, 'file', input.folder));
    } else if (field(entry, 'extraneous') !== true) {
      const node = placedPackage(key, entry, input.folder);
      if (node === undefined) malformed += 1;
      else packages.set(key, node);
    }
  }

  for (const { key, dependencies } of workspaces) {
    resolveEdges(dependencies, (edge) => locate(key, edge.name, packages, links));
  }
  for (const node of packages.values()) {
    resolveEdges(node.dependencies, (edge) => locate(node.id, edge.name, packages, links));
  }
  markUrlSources(packages, [
    ...workspaces.flatMap((workspace) => workspace.dependencies),
    ...[...packages.values()].flatMap((node) => node.dependencies),
  ]);
  if (malformed > 0) {
    problems.push(warning(file, `${malformed} entries are malformed and were left out`));
  }
  return toGraph({
    manager: 'npm',
    file,
    formatVersion: input.formatVersion,
    workspaces: workspaces.map(({ path, name, dependencies }) => ({ path, name, dependencies })),
    packages,
    overrides: input.manifest ? npmOverrides(input.manifest.json) : {},
    problems,
  });
}

const MARKER = 'node_modules/';

function isPlaced(key: string): boolean {
  return key.startsWith(MARKER) || key.includes(`/${MARKER}`);
}

function placedPackage(key: string, entry: JsonObject, folder: string): DraftPackage | undefined {
  const name = textField(entry, 'name') ?? key.slice(key.lastIndexOf(MARKER) + MARKER.length);
  const version = textField(entry, 'version');
  if (name === '' || name.length > MAX_NAME || version === undefined) return undefined;
  const resolved = textField(entry, 'resolved') ?? '';
  const source: PackageSource = resolved.startsWith('git')
    ? 'git'
    : resolved.startsWith('file:')
      ? 'file'
      : 'registry';
  const integrity = textField(entry, 'integrity');
  return {
    id: key,
    name,
    version,
    source,
    bundled: field(entry, 'inBundle') === true,
    ...(integrity === undefined ? {} : { integrity }),
    ...(source === 'git' ? { resolved: withoutCredentials(resolved) } : {}),
    ...(source === 'file' ? localOrigin(folder, resolved) : {}),
    dependencies: edgesOf(requirementsIn(entry, false)),
  };
}

/** A folder of the asset. npm installs the development dependencies of linked folders too. */
function localPackage(
  key: string,
  entry: JsonObject,
  source: PackageSource,
  folder: string,
): DraftPackage {
  return {
    id: key,
    name: textField(entry, 'name') ?? key.slice(key.lastIndexOf('/') + 1),
    version: textField(entry, 'version') ?? '',
    source,
    bundled: false,
    ...localOrigin(folder, key),
    dependencies: edgesOf(requirementsIn(entry)),
  };
}

/**
 * Node's own look-up (Modules: CommonJS, "Loading from node_modules folders"): the nearest
 * `node_modules` on the way up.
 */
function locate(
  from: string,
  name: string,
  packages: ReadonlyMap<string, DraftPackage>,
  links: ReadonlyMap<string, string>,
): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    if (!folder.endsWith('node_modules')) {
      const key = folder === '' ? MARKER + name : `${folder}/${MARKER}${name}`;
      if (packages.has(key)) return key;
      const target = links.get(key);
      if (target !== undefined) return packages.has(target) ? target : undefined;
    }
    if (folder === '') return undefined;
  }
}

/** A tarball by URL looks like one of a registry; only the requirement tells them apart. */
function markUrlSources(
  packages: ReadonlyMap<string, DraftPackage>,
  edges: readonly { readonly range: string; readonly to?: string }[],
): void {
  for (const { range, to } of edges) {
    if (to === undefined || !range.includes(':') || sourceOfRequirement(range) !== 'url') continue;
    const node = packages.get(to);
    if (node?.source !== 'registry') continue;
    node.source = 'url';
    node.resolved = withoutCredentials(range);
  }
}
