import { type Component, MAX_PATHS } from '../../domain/component.ts';
import type { DependencyGraph, PackageNode } from '../../domain/dependency-graph.ts';
import type { Ecosystem } from '../../ports/ecosystem.ts';
import { shortestPaths } from './paths.ts';
import { purlOf } from './purl.ts';
import { scopesOf, strongerScope } from './scopes.ts';

/**
 * The components of one lockfile, one for each purl, sorted by purl. Workspace members and local
 * folders are the asset itself and no components: no registry's advisory speaks of them.
 *
 * A package that nothing leads to (a stale entry, or a requirement we could not follow) is kept,
 * as `runtime` and without paths: it may be installed, so it is not waved through.
 */
export function componentsOf(
  graph: DependencyGraph,
  ecosystem: Pick<Ecosystem, 'osvName' | 'purlType'>,
): readonly Component[] {
  const scopes = scopesOf(graph);
  const paths = shortestPaths(graph);
  const direct = new Set(
    graph.workspaces.flatMap((workspace) => workspace.dependencies.map((edge) => edge.to)),
  );
  const components = new Map<string, Component>();
  const unreached = new Map<string, Component>();
  for (const node of graph.packages.values()) {
    if (node.source === 'workspace' || node.source === 'file') continue;
    const scope = scopes.get(node.id);
    const component: Component = {
      purl: purlOf({ ...node, type: ecosystem.purlType }),
      ecosystem: ecosystem.osvName,
      name: node.name,
      version: node.version,
      scope: scope ?? 'runtime',
      ...sourceOf(node),
      direct: direct.has(node.id),
      paths: paths.get(node.id) ?? [],
      seenIn: [graph.file],
    };
    const into = scope === undefined ? unreached : components;
    const known = into.get(component.purl);
    into.set(component.purl, known === undefined ? component : merge(known, component));
  }
  for (const [purl, component] of unreached) {
    if (!components.has(purl)) components.set(purl, component);
  }
  return [...components.values()].sort(byPurl);
}

/** The components of an asset over all its lockfiles: one for each purl, sorted by purl. */
export function mergeComponents(lists: readonly (readonly Component[])[]): readonly Component[] {
  if (lists.length === 1) return lists[0] ?? [];
  const merged = new Map<string, Component>();
  for (const component of lists.flat()) {
    const known = merged.get(component.purl);
    merged.set(component.purl, known === undefined ? component : merge(known, component));
  }
  return [...merged.values()].sort(byPurl);
}

function merge(a: Component, b: Component): Component {
  return {
    ...a,
    scope: strongerScope(a.scope, b.scope),
    direct: a.direct || b.direct,
    paths: mergePaths(a.paths, b.paths),
    seenIn: [...new Set([...a.seenIn, ...b.seenIn])].sort(),
  };
}

function mergePaths(a: Component['paths'], b: Component['paths']): Component['paths'] {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const distinct = new Map([...a, ...b].map((path) => [path.join('\n'), path]));
  return [...distinct.values()].sort((x, y) => x.length - y.length).slice(0, MAX_PATHS);
}

function sourceOf(node: PackageNode): Pick<Component, 'source'> {
  return node.source === 'registry' ? {} : { source: node.source };
}

function byPurl(a: Component, b: Component): number {
  return a.purl < b.purl ? -1 : a.purl > b.purl ? 1 : 0;
}
