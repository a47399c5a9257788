/** A place in code that uses the vulnerable package. */
export interface CallSite {
  /** Relative to the asset's root; a dependency's file starts with its package: `express/lib/x.js`. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** What is imported or called there: `lodash.template`, `import qs`. */
  readonly symbol: string;
  /** The line of code, trimmed and bounded. */
  readonly code: string;
  /** Packages walked through to get there, from the project's own code; empty when direct. */
  readonly via: readonly string[];
}

/**
 * Whether the project's code can get to the vulnerable code.
 *
 * - `reachable`: a chain of imports (and, where the advisory names a symbol, a use of that symbol)
 *   was seen.
 * - `not-reachable`: everything that could load it was looked at, and nothing does.
 * - `unknown`: something could not be looked at or decided. Never treated as safe.
 */
export interface Reachability {
  readonly status: 'reachable' | 'not-reachable' | 'unknown';
  /** One sentence for a person. */
  readonly because: string;
  readonly evidence: readonly CallSite[];
}
