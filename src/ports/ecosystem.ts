import type { DependencyGraph, PackageManager } from '../domain/dependency-graph.ts';
import type { Problem } from '../domain/problem.ts';
import type { SourceTree } from './source-tree.ts';

/** A file an ecosystem knows how to read. */
export interface LockfileKind {
  readonly manager: PackageManager;
  /** Base names: `package-lock.json`, `npm-shrinkwrap.json`. */
  readonly fileNames: readonly string[];
}

/** Reads the lockfiles of one package ecosystem into graphs. Never runs anything. */
export interface Ecosystem {
  /** Folder name and id: `npm`. */
  readonly id: string;
  /** Name in OSV records: `npm`, `PyPI`, `crates.io`. */
  readonly osvName: string;
  /** purl type: `npm`, `pypi`, `cargo`. */
  readonly purlType: string;
  readonly lockfiles: readonly LockfileKind[];
  /** The manifest's base name; a manifest with no lockfile above it is reported. */
  readonly manifest: string;
  /** Orders two versions: negative, 0, positive. Total: anything that is no version sorts first. */
  compare(a: string, b: string): number;
  /** Whether a version satisfies a requirement as the manifest writes it. */
  satisfies(version: string, range: string): boolean;
  /**
   * Reads one lockfile, with the manifests around it. Throws `lockfile-corrupt` with the place for
   * what it cannot read at all; smaller defects go into `problems`.
   */
  read(path: string, tree: SourceTree): Promise<{ graph: DependencyGraph; problems: Problem[] }>;
}
