import type { Scope } from '../../domain/component.ts';
import type { DependencyGraph } from '../../domain/dependency-graph.ts';

/** Strongest first. */
const SCOPES: readonly Scope[] = ['runtime', 'optional', 'peer', 'development'];

export function strongerScope(a: Scope, b: Scope): Scope {
  return SCOPES.indexOf(a) <= SCOPES.indexOf(b) ? a : b;
}

/**
 * Who needs each package. A chain of requirements is as strong as its weakest link, a package as
 * strong as its strongest chain. Packages that no workspace leads to are absent.
 *
 * One sweep for each scope over links at least that strong: linear, whatever the graph.
 */
export function scopesOf(
  graph: Pick<DependencyGraph, 'workspaces' | 'packages'>,
): ReadonlyMap<string, Scope> {
  const scopes = new Map<string, Scope>();
  let frontier: string[] = [];
  /** Links too weak for the sweeps so far, by scope: from where a later sweep goes on. */
  const waiting = new Map<Scope, string[]>(SCOPES.map((scope) => [scope, []]));
  const follow = (edges: DependencyGraph['workspaces'][number]['dependencies'], sweep: Scope) => {
    for (const { kind, to } of edges) {
      if (to === undefined || scopes.has(to)) continue;
      const reached = strongerScope(kind, sweep) === kind ? sweep : kind;
      if (reached === sweep) {
        scopes.set(to, sweep);
        frontier.push(to);
      } else {
        waiting.get(reached)?.push(to);
      }
    }
  };
  for (const sweep of SCOPES) {
    if (sweep === 'runtime') {
      for (const workspace of graph.workspaces) follow(workspace.dependencies, sweep);
    }
    for (const id of waiting.get(sweep) ?? []) {
      if (scopes.has(id)) continue;
      scopes.set(id, sweep);
      frontier.push(id);
    }
    while (frontier.length > 0) {
      const level = frontier;
      frontier = [];
      for (const id of level) {
        const node = graph.packages.get(id);
        // A workspace member is a start of its own: who else requires it changes nothing.
        if (node !== undefined && node.source !== 'workspace') follow(node.dependencies, sweep);
      }
    }
  }
  return scopes;
}
