export type PackageManager = 'npm' | 'pnpm' | 'yarn-classic' | 'yarn-berry' | 'bun';

export type DependencyKind = 'runtime' | 'development' | 'optional' | 'peer';

/** One requirement of a package or workspace, and what the lockfile made of it. */
export interface DependencyEdge {
  /** The name it is required under; the alias where there is one. */
  readonly name: string;
  /**
   * The requirement as written: `^1.2.0`, `npm:other@1`, `workspace:*`, `github:o/r#v1`. A catalog
   * reference is already replaced by what the catalog says. Empty where the lockfile does not tell
   * (pnpm keeps no ranges of transitive requirements); an empty requirement is written as `*`.
   */
  readonly range: string;
  /** The pnpm or bun catalog the range comes from; the requirement itself says `catalog:`. */
  readonly catalog?: string;
  readonly kind: DependencyKind;
  /** Id of the node it resolved to; absent when nothing was installed (optional, unmet peer). */
  readonly to?: string;
}

export type PackageSource = 'registry' | 'git' | 'file' | 'url' | 'workspace';

/** One package instance of a lockfile. */
export interface PackageNode {
  /** Unique in its graph: the lockfile's own key (`node_modules/a/node_modules/b`, `b@1.0.0(c@2)`). */
  readonly id: string;
  /** The name in the registry. */
  readonly name: string;
  readonly version: string;
  readonly source: PackageSource;
  /** Packed inside another package's tarball: only an upgrade of that package can change it. */
  readonly bundled: boolean;
  readonly integrity?: string;
  /**
   * For a git or url source: where it was fetched from, without credentials. For a file source:
   * the folder or tarball relative to the asset's root, where it lies inside of it.
   */
  readonly resolved?: string;
  readonly dependencies: readonly DependencyEdge[];
}

/** A manifest of the asset itself: the root or a workspace member. */
export interface WorkspaceNode {
  /** Directory relative to the asset's root; empty for the root. */
  readonly path: string;
  readonly name: string;
  readonly dependencies: readonly DependencyEdge[];
}

/** What one lockfile says, in one shape for all package managers. */
export interface DependencyGraph {
  readonly ecosystem: string;
  readonly manager: PackageManager;
  /** The lockfile, relative to the asset's root; for a bare manifest, that manifest. */
  readonly file: string;
  /** The lockfile's own format version, as written. */
  readonly formatVersion: string;
  readonly workspaces: readonly WorkspaceNode[];
  readonly packages: ReadonlyMap<string, PackageNode>;
  /** Forced versions in the manifest, normalised to `selector → version` (overrides, resolutions). */
  readonly overrides: Readonly<Record<string, string>>;
}
