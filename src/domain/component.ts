import type { PackageSource } from './dependency-graph.ts';

/**
 * Who needs a component. `runtime` wins over `optional`, `optional` over `peer`, `peer` over
 * `development` when it is reached in several ways.
 */
export type Scope = 'runtime' | 'optional' | 'peer' | 'development';

/** One installed or locked package version on an asset. */
export interface Component {
  readonly purl: string;
  /** The OSV ecosystem name: `npm`, `PyPI`, `crates.io`, … */
  readonly ecosystem: string;
  /** The name in the registry; an alias (`npm:`) is already resolved. */
  readonly name: string;
  readonly version: string;
  readonly scope: Scope;
  /**
   * Where it came from when that is not the registry. It is matched by name and version all the
   * same, but may carry other code than the release of that version.
   */
  readonly source?: PackageSource;
  /** Required by a manifest of the asset itself (a workspace counts). */
  readonly direct: boolean;
  /**
   * How it gets there: chains of `name@version` from a workspace's direct dependency down to this
   * component, shortest first, at most {@link MAX_PATHS}. Bounded, because the number of paths is
   * exponential in real graphs.
   */
  readonly paths: readonly (readonly string[])[];
  /** Files it was seen in, relative to the asset's root. */
  readonly seenIn: readonly string[];
}

export const MAX_PATHS = 5;
