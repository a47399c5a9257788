import type { DependencyEdge, DependencyGraph } from '../../../domain/dependency-graph.ts';
import { directoryOf } from './resolve.ts';
import type { Instance } from './targets.ts';

/** Which package instances a name means, seen from a place in the project or in a package. */
export class Lookup {
  readonly #graphs: readonly DependencyGraph[];
  readonly #byName = new Map<DependencyGraph, ReadonlyMap<string, readonly string[]>>();

  constructor(graphs: readonly DependencyGraph[]) {
    this.#graphs = graphs;
  }

  /** From a file of the project's own: its workspace's dependencies, then what is hoisted above. */
  fromFile(file: string, name: string): readonly Instance[] {
    const found: Instance[] = [];
    for (const graph of this.#graphs) {
      const base = directoryOf(graph.file);
      if (base !== '' && !file.startsWith(`${base}/`)) continue;
      found.push(...this.#fromWorkspaces(graph, file, name));
    }
    return found;
  }

  /** From a package: its own dependencies, then what lies in the `node_modules` above it. */
  fromPackage(from: Instance, name: string): readonly Instance[] {
    const { graph, node } = from;
    const edge = node.dependencies.find((one) => one.name === name);
    const direct = this.#follow(graph, edge);
    if (direct.length > 0) return direct;
    if (name === node.name) return [from];
    return this.#undeclared(graph, node.id, name);
  }

  #fromWorkspaces(graph: DependencyGraph, file: string, name: string): readonly Instance[] {
    const around = graph.workspaces
      .filter(({ path }) => path === '' || file.startsWith(`${path}/`))
      .sort((a, b) => b.path.length - a.path.length);
    for (const workspace of around) {
      const edge = workspace.dependencies.find((one) => one.name === name);
      const found = this.#follow(graph, edge);
      if (found.length > 0) return found;
    }
    // Places in a lockfile are relative to its own folder, workspaces to the project.
    const base = directoryOf(graph.file);
    const from = around[0]?.path ?? base;
    return this.#undeclared(graph, base === '' ? from : from.slice(base.length + 1), name);
  }

  #follow(graph: DependencyGraph, edge: DependencyEdge | undefined): readonly Instance[] {
    const node = edge?.to === undefined ? undefined : graph.packages.get(edge.to);
    return node === undefined ? [] : [{ graph, node }];
  }

  /**
   * A package that is used without being declared. In npm's layout the place tells which one; in
   * others any of that name may be hoisted to where it is found.
   */
  #undeclared(graph: DependencyGraph, from: string, name: string): readonly Instance[] {
    for (let at = from; ; at = directoryOf(at)) {
      const node = graph.packages.get(
        at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`,
      );
      if (node !== undefined) return [{ graph, node }];
      if (at === '') break;
    }
    const found: Instance[] = [];
    for (const id of this.#named(graph).get(name) ?? []) {
      const node = graph.packages.get(id);
      // npm's places are exact: what is nested elsewhere cannot be seen from here.
      if (node !== undefined && !id.includes('node_modules/')) found.push({ graph, node });
    }
    return found;
  }

  #named(graph: DependencyGraph): ReadonlyMap<string, readonly string[]> {
    let names = this.#byName.get(graph);
    if (names === undefined) {
      const made = new Map<string, string[]>();
      for (const { id, name } of graph.packages.values()) {
        const list = made.get(name);
        if (list === undefined) made.set(name, [id]);
        else list.push(id);
      }
      names = made;
      this.#byName.set(graph, names);
    }
    return names;
  }
}
