import type { DependencyKind, WorkspaceNode } from '../../../domain/dependency-graph.ts';
import type { Problem } from '../../../domain/problem.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import type { DraftEdge, DraftPackage } from './graph-parts.ts';
import { mapAt, textAt } from './lockfile-yaml.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { folderOf, joinInside } from './paths.ts';
import { keyOfReference, type PnpmKeyStyle } from './pnpm-keys.ts';
import type { YamlMap } from './yaml-scalars.ts';

interface Input {
  readonly file: string;
  readonly lock: YamlMap;
  readonly style: PnpmKeyStyle;
  readonly packages: ReadonlyMap<string, DraftPackage>;
  readonly tree: SourceTree;
  readonly problems: Problem[];
}

const SECTIONS: readonly (readonly [string, DependencyKind])[] = [
  ['dependencies', 'runtime'],
  ['devDependencies', 'development'],
  ['optionalDependencies', 'optional'],
];

/**
 * The importers: the root alone at the top level of older lockfiles, else one per workspace. Each
 * but the root is also a package of the graph, so that a `link:` to it leads somewhere.
 */
export async function readImporters(
  input: Input,
): Promise<{ workspaces: WorkspaceNode[]; members: Map<string, DraftPackage> }> {
  const { file, lock, tree, problems } = input;
  const folder = folderOf(file);
  const importers = mapAt(lock, 'importers') ?? new Map([['.', lock]]);
  const places = [...importers].flatMap(([key, importer]) => {
    const path = joinInside(folder, key);
    if (path !== undefined && importer instanceof Map) return [{ path, importer }];
    problems.push({
      severity: 'error',
      file,
      message: `workspace ${key} lies outside of what is scanned, so who needs its packages is unknown`,
    });
    return [];
  });
  const manifests = await Promise.all(
    places.map(({ path }) => readManifest(joinInside(path, 'package.json') ?? '', tree, problems)),
  );

  const paths = new Set(places.map(({ path }) => path));
  const workspaces: WorkspaceNode[] = [];
  const members = new Map<string, DraftPackage>();
  for (const [at, { path, importer }] of places.entries()) {
    const manifest = manifests[at];
    const dependencies = edgesOfImporter(input, importer, path, paths, manifest);
    workspaces.push({ path, name: manifest?.name ?? '', dependencies });
    if (path === folder) continue;
    members.set(`link:${path}`, {
      id: `link:${path}`,
      name: manifest?.name ?? path,
      version: manifest?.version ?? '',
      source: 'workspace',
      bundled: false,
      dependencies,
    });
  }
  return { workspaces, members };
}

function edgesOfImporter(
  { lock, style, packages }: Input,
  importer: YamlMap,
  path: string,
  paths: ReadonlySet<string>,
  manifest: Manifest | undefined,
): DraftEdge[] {
  const specifiers = mapAt(importer, 'specifiers');
  const peers = peersOnly(manifest);
  const edges: DraftEdge[] = [];
  for (const [section, kind] of SECTIONS) {
    for (const [name, value] of mapAt(importer, section) ?? []) {
      const inline = value instanceof Map ? value : undefined;
      const reference = inline ? textAt(inline, 'version') : value;
      if (typeof reference !== 'string') continue;
      const specifier = (inline ? textAt(inline, 'specifier') : textAt(specifiers, name)) || '*';
      const catalog = /^catalog:(.*)$/.exec(specifier)?.[1];
      const range = catalog === undefined ? specifier : fromCatalog(lock, catalog, name);
      const to = reference.startsWith('link:')
        ? linkTarget(path, reference.slice(5), paths)
        : keyOfReference(name, reference, style);
      edges.push({
        name,
        range: range ?? specifier,
        // With auto-install-peers pnpm lists a manifest's own peers among its dependencies.
        kind: peers.has(name) ? 'peer' : kind,
        ...(catalog === undefined ? {} : { catalog: catalog || 'default' }),
        ...(to !== undefined && (to.startsWith('link:') || packages.has(to)) ? { to } : {}),
      });
    }
  }
  return edges;
}

function linkTarget(from: string, link: string, paths: ReadonlySet<string>): string | undefined {
  const target = joinInside(from, link);
  return target !== undefined && paths.has(target) ? `link:${target}` : undefined;
}

function fromCatalog(lock: YamlMap, catalog: string, name: string): string | undefined {
  return textAt(mapAt(mapAt(mapAt(lock, 'catalogs'), catalog || 'default'), name), 'specifier');
}

function peersOnly(manifest: Manifest | undefined): ReadonlySet<string> {
  if (manifest === undefined) return new Set();
  const { peerDependencies, ...others } = manifest.requirements;
  const peers = new Set([...peerDependencies].map(([name]) => name));
  for (const entries of Object.values(others)) for (const [name] of entries) peers.delete(name);
  return peers;
}
