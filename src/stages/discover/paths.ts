import { MAX_PATHS } from '../../domain/component.ts';
import type { DependencyEdge, DependencyGraph } from '../../domain/dependency-graph.ts';

/** A path as its last step; steps are shared between paths. */
interface Step {
  readonly id: string;
  readonly label: string;
  readonly before: Step | undefined;
  readonly length: number;
}

/** Longer chains exist only in made-up lockfiles, where they would cost quadratic time. */
const MAX_PATH_LENGTH = 100;

/**
 * Up to {@link MAX_PATHS} shortest chains of `name@version` from a workspace's direct dependency
 * to each package, shortest first. Breadth-first; each package is passed through at most
 * MAX_PATHS times, so the cost is linear in the graph.
 */
export function shortestPaths(
  graph: DependencyGraph,
): ReadonlyMap<string, readonly (readonly string[])[]> {
  const found = new Map<string, Step[]>();
  let level: Step[] = [];
  let next: Step[] = [];
  const extend = (edges: readonly DependencyEdge[], before: Step | undefined) => {
    for (const { to } of edges) {
      const node = to === undefined ? undefined : graph.packages.get(to);
      if (node === undefined || node.source === 'workspace') continue;
      const known = found.get(node.id) ?? [];
      if (known.length >= MAX_PATHS || passes(before, node.id)) continue;
      // Workspaces that require the same package start the same chain.
      if (before === undefined && known.length > 0) continue;
      const step: Step = {
        id: node.id,
        label: `${node.name}@${node.version}`,
        before,
        length: (before?.length ?? 0) + 1,
      };
      if (known.length === 0) found.set(node.id, known);
      known.push(step);
      if (step.length < MAX_PATH_LENGTH) next.push(step);
    }
  };
  for (const workspace of graph.workspaces) extend(workspace.dependencies, undefined);
  while (next.length > 0) {
    level = next;
    next = [];
    for (const step of level) extend(graph.packages.get(step.id)?.dependencies ?? [], step);
  }
  return new Map([...found].map(([id, steps]) => [id, steps.map(labels)]));
}

function passes(path: Step | undefined, id: string): boolean {
  for (let step = path; step !== undefined; step = step.before) if (step.id === id) return true;
  return false;
}

function labels(path: Step): readonly string[] {
  const chain: string[] = [];
  for (let step: Step | undefined = path; step !== undefined; step = step.before) {
    chain.push(step.label);
  }
  return chain.reverse();
}
