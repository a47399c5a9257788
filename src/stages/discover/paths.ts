import { MAX_PATHS } from '../../domain/component.ts';
import type {
  DependencyEdge,
  DependencyGraph,
  PackageNode,
} from '../../domain/dependency-graph.ts';

/** A package that paths were found to. */
interface Found {
  readonly node: PackageNode;
  readonly label: string;
  readonly steps: Step[];
}

/** A path as its last step; steps are shared between paths. */
interface Step {
  readonly to: Found;
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
  graph: Pick<DependencyGraph, 'workspaces' | 'packages'>,
): ReadonlyMap<string, readonly (readonly string[])[]> {
  const found = new Map<string, Found>();
  let level: Step[] = [];
  let next: Step[] = [];
  const extend = (edges: readonly DependencyEdge[], before: Step | undefined) => {
    for (const { to } of edges) {
      if (to === undefined) continue;
      let target = found.get(to);
      if (target === undefined) {
        const node = graph.packages.get(to);
        if (node === undefined || node.source === 'workspace') continue;
        target = { node, label: `${node.name}@${node.version}`, steps: [] };
        found.set(to, target);
      }
      // Workspaces that require the same package start the same chain.
      const enough = before === undefined ? 1 : MAX_PATHS;
      if (target.steps.length >= enough || passes(before, target)) continue;
      const step: Step = { to: target, before, length: (before?.length ?? 0) + 1 };
      target.steps.push(step);
      if (step.length < MAX_PATH_LENGTH) next.push(step);
    }
  };
  for (const workspace of graph.workspaces) extend(workspace.dependencies, undefined);
  while (next.length > 0) {
    level = next;
    next = [];
    for (const step of level) extend(step.to.node.dependencies, step);
  }
  return new Map([...found].map(([id, { steps }]) => [id, steps.map(labels)]));
}

function passes(path: Step | undefined, target: Found): boolean {
  for (let step = path; step !== undefined; step = step.before) if (step.to === target) return true;
  return false;
}

function labels(path: Step): readonly string[] {
  const chain: string[] = [];
  for (let step: Step | undefined = path; step !== undefined; step = step.before) {
    chain.push(step.to.label);
  }
  return chain.reverse();
}
