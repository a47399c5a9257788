import type {
  DependencyEdge,
  DependencyGraph,
  PackageNode,
  WorkspaceNode,
} from '../../domain/dependency-graph.ts';

/** One edge that leads to a package, with who has it. */
export interface InEdge {
  readonly from:
    | { readonly workspace: WorkspaceNode }
    | { readonly workspace?: never; readonly node: PackageNode; readonly group: string };
  readonly edge: DependencyEdge;
}

/**
 * All instances of one package at one version that can only move together: npm's copies in several
 * places, pnpm's variants by peer. Bundled copies and those from other sources are groups apart.
 */
export interface PackageGroup {
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly instances: readonly PackageNode[];
  readonly inEdges: readonly InEdge[];
}

/** A dependency graph seen from below: who needs what. */
export interface GraphView {
  readonly graph: DependencyGraph;
  readonly groups: ReadonlyMap<string, PackageGroup>;
  readonly byName: ReadonlyMap<string, readonly PackageGroup[]>;
  readonly groupOf: ReadonlyMap<string, PackageGroup>;
}

export function labelOf(name: string, version: string): string {
  return `${name}@${version}`;
}

export function viewGraph(graph: DependencyGraph): GraphView {
  const members = new Map<string, { instances: PackageNode[]; inEdges: InEdge[] }>();
  for (const node of graph.packages.values()) {
    const entry = members.get(groupKey(node)) ?? { instances: [], inEdges: [] };
    entry.instances.push(node);
    members.set(groupKey(node), entry);
  }
  const attach = (edge: DependencyEdge, from: InEdge['from']) => {
    const target = edge.to === undefined ? undefined : graph.packages.get(edge.to);
    if (target !== undefined) members.get(groupKey(target))?.inEdges.push({ from, edge });
  };
  const workspaceNames = new Set(graph.workspaces.map(({ name }) => name));
  for (const workspace of graph.workspaces) {
    for (const edge of workspace.dependencies) attach(edge, { workspace });
  }
  for (const node of graph.packages.values()) {
    // A linked workspace is listed as a package too; its manifest already spoke above.
    if (node.source === 'workspace' && workspaceNames.has(node.name)) continue;
    for (const edge of node.dependencies) attach(edge, { node, group: groupKey(node) });
  }

  const groups = new Map<string, PackageGroup>();
  const byName = new Map<string, PackageGroup[]>();
  const groupOf = new Map<string, PackageGroup>();
  for (const [key, { instances, inEdges }] of members) {
    const [first] = instances;
    if (first === undefined) continue;
    const group = { key, name: first.name, version: first.version, instances, inEdges };
    groups.set(key, group);
    byName.set(first.name, [...(byName.get(first.name) ?? []), group]);
    for (const { id } of instances) groupOf.set(id, group);
  }
  return { graph, groups, byName, groupOf };
}

function groupKey(node: PackageNode): string {
  const apart = node.bundled ? ' bundled' : node.source === 'registry' ? '' : ` ${node.source}`;
  return `${labelOf(node.name, node.version)}${apart}`;
}

export function isBundled(group: PackageGroup): boolean {
  return group.instances[0]?.bundled === true;
}

export function sourceOf(group: PackageGroup): PackageNode['source'] {
  return group.instances[0]?.source ?? 'registry';
}
