import type { DependencyGraph, PackageNode } from '../../../domain/dependency-graph.ts';
import type { MatchedFinding } from '../../../domain/finding.ts';

/** A package instance of one lockfile. */
export interface Instance {
  readonly graph: DependencyGraph;
  readonly node: PackageNode;
}

/** Unique over all lockfiles. */
export function instanceKey({ graph, node }: Instance): string {
  return `${graph.file}\0${node.id}`;
}

/** Where a finding's package is in the graphs, and which packages could lead to it. */
export interface Target {
  readonly finding: MatchedFinding;
  /** Keys of the instances of the vulnerable version. */
  readonly instances: ReadonlySet<string>;
  /** Keys of everything that depends on one of them, directly or not; without themselves. */
  readonly ancestors: ReadonlySet<string>;
  /** Names of the package and of everything in `ancestors`, with their aliases. */
  readonly names: ReadonlySet<string>;
}

export function targetsOf(
  findings: readonly MatchedFinding[],
  graphs: readonly DependencyGraph[],
): readonly Target[] {
  const parents = graphs.map(parentsOf);
  return findings.map((finding) => {
    const instances = new Set<string>();
    const ancestors = new Set<string>();
    const names = new Set([finding.component.name]);
    for (const [at, graph] of graphs.entries()) {
      const pending: string[] = [];
      for (const node of graph.packages.values()) {
        const { name, version } = finding.component;
        if (node.name !== name || node.version !== version) continue;
        instances.add(instanceKey({ graph, node }));
        pending.push(node.id);
      }
      for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
        for (const { node, alias } of parents[at]?.get(id) ?? []) {
          names.add(alias);
          if (node === undefined) continue;
          const key = instanceKey({ graph, node });
          if (ancestors.has(key)) continue;
          ancestors.add(key);
          names.add(node.name);
          pending.push(node.id);
        }
      }
    }
    for (const key of instances) ancestors.delete(key);
    return { finding, instances, ancestors, names };
  });
}

/** By node id, who requires it and under which name; `node` is absent for a workspace. */
function parentsOf(
  graph: DependencyGraph,
): ReadonlyMap<string, readonly { node: PackageNode | undefined; alias: string }[]> {
  const parents = new Map<string, { node: PackageNode | undefined; alias: string }[]>();
  const add = (to: string | undefined, node: PackageNode | undefined, alias: string) => {
    if (to === undefined) return;
    const list = parents.get(to);
    if (list === undefined) parents.set(to, [{ node, alias }]);
    else list.push({ node, alias });
  };
  for (const workspace of graph.workspaces) {
    for (const edge of workspace.dependencies) add(edge.to, undefined, edge.name);
  }
  for (const node of graph.packages.values()) {
    for (const edge of node.dependencies) add(edge.to, node, edge.name);
  }
  return parents;
}
