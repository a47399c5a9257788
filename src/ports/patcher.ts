import type { DependencyGraph, PackageManager } from '../domain/dependency-graph.ts';
import type { Problem } from '../domain/problem.ts';
import type { Remedy } from '../domain/remedy.ts';

export interface PatchRequest {
  /** Absolute path of the throw-away copy (manifests, lockfile, rc files). */
  readonly directory: string;
  readonly graph: DependencyGraph;
  readonly remedies: readonly Remedy[];
  /**
   * ISO 8601. What comes along with the remedies shall not be published later, so far as the
   * package manager can be told; the remedies' own versions may be.
   */
  readonly before?: string;
}

export interface PatchOutcome {
  /** Files that changed, relative to `directory`; sorted. */
  readonly files: readonly string[];
  /** Argument vectors that were run, for the evidence. */
  readonly commands: readonly (readonly string[])[];
  /** What of the project's own configuration was not obeyed, and why. */
  readonly problems?: readonly Problem[];
}

/**
 * Lets the real package manager rewrite manifests and lockfile of a throw-away copy, with scripts
 * off and the user's own registry configuration. Judging the result is not its business.
 */
export interface Patcher {
  readonly manager: PackageManager;
  /** The version that will run in `directory`, or a `SutureError` (`package-manager-missing`). */
  version(directory: string): Promise<string>;
  apply(request: PatchRequest): Promise<PatchOutcome>;
  /** Writes a lockfile for a bare manifest, scripts off. */
  resolve(directory: string): Promise<PatchOutcome>;
  /** Fetches and unpacks exactly what the lockfile says into `directory`, scripts off. */
  install(directory: string): Promise<readonly (readonly string[])[]>;
  /** Argument vectors that run the dependencies' install scripts; for the sandbox only. */
  installScripts(directory: string): Promise<readonly (readonly string[])[]>;
}
