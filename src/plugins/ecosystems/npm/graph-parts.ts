import type {
  DependencyEdge,
  DependencyGraph,
  DependencyKind,
  PackageManager,
  PackageNode,
  PackageSource,
  WorkspaceNode,
} from '../../../domain/dependency-graph.ts';
import type { Problem } from '../../../domain/problem.ts';
import { parseNpmRequirement } from '../../../versions/npm-requirement.ts';
import { joinInside } from './paths.ts';

type Draft<T> = { -readonly [K in keyof T]: T[K] };
export type DraftEdge = Draft<DependencyEdge>;
export interface DraftPackage extends Omit<Draft<PackageNode>, 'dependencies'> {
  dependencies: DraftEdge[];
}

/** What every lockfile reader fills in. */
export interface GraphParts {
  readonly manager: PackageManager;
  readonly file: string;
  readonly formatVersion: string;
  readonly workspaces: readonly WorkspaceNode[];
  readonly packages: ReadonlyMap<string, DraftPackage>;
  readonly overrides: Readonly<Record<string, string>>;
  readonly problems: Problem[];
}

export function toGraph(parts: GraphParts): { graph: DependencyGraph; problems: Problem[] } {
  const { problems, workspaces, ...graph } = parts;
  const sorted = [...workspaces].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { graph: { ecosystem: 'npm', ...graph, workspaces: sorted }, problems };
}

type Entries = readonly (readonly [string, string])[];

/** Requirements of one manifest or package by field. */
export interface Requirements {
  readonly dependencies: Entries;
  readonly optionalDependencies: Entries;
  readonly peerDependencies: Entries;
  /** Only for manifests of the asset itself and of local folders; nobody installs others'. */
  readonly devDependencies: Entries;
}

/**
 * One edge for each required name. A name in several fields counts where it weighs most: an
 * optional requirement replaces a plain one (package.json documentation, `optionalDependencies`),
 * a runtime one stands before a development one, and what is installed for development is not
 * merely a peer.
 */
export function edgesOf(requirements: Requirements): DraftEdge[] {
  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = requirements;
  if (optionalDependencies.length + peerDependencies.length + devDependencies.length === 0) {
    return dependencies.map(([name, range]) => ({ name, range: range || '*', kind: 'runtime' }));
  }
  const edges = new Map<string, DraftEdge>();
  const add = (entries: Entries, kind: DependencyKind) => {
    for (const [name, range] of entries) edges.set(name, { name, range: range || '*', kind });
  };
  add(peerDependencies, 'peer');
  add(devDependencies, 'development');
  add(dependencies, 'runtime');
  add(optionalDependencies, 'optional');
  return [...edges.values()];
}

/** Points edges at what a lookup finds; edges that lead nowhere stay open. */
export function resolveEdges(
  edges: readonly DraftEdge[],
  find: (edge: DraftEdge) => string | undefined,
): void {
  for (const edge of edges) {
    const to = find(edge);
    if (to !== undefined) edge.to = to;
  }
}

/** The source a requirement names: what is neither git, URL nor folder comes from a registry. */
export function sourceOfRequirement(requirement: string): PackageSource {
  const { kind } = parseNpmRequirement(requirement);
  return kind === 'git' || kind === 'url' || kind === 'file' ? kind : 'registry';
}

/**
 * A location without credentials: a report must not pass them on. Over HTTP also the user name may
 * be a token; over SSH it is only the account, and part of the address.
 */
export function withoutCredentials(location: string): string {
  return location
    .replace(/^((?:git\+)?https?:\/\/)[^/\s]*@/i, '$1')
    .replace(/^([a-z+]+:\/\/[^/:@\s]*):[^/\s]*@/i, '$1@');
}

/** A file requirement (`file:../a`, `./a.tgz`) as a path in the asset; `{}` when it lies outside. */
export function localOrigin(folder: string, location: string): { resolved?: string } {
  const path = location.replace(/^(?:file|link|portal):/, '');
  const resolved = joinInside(folder, path);
  return resolved === undefined ? {} : { resolved };
}

/** Longest name and path that are looked at; npm allows names of 214 characters, POSIX paths of 4096. */
export const MAX_NAME = 512;
export const MAX_PATH = 4096;

export function warning(file: string, message: string): Problem {
  return { severity: 'warning', file, message };
}
