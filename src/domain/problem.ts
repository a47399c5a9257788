/**
 * Something that kept a part of the input from being looked at, or that the user should know
 * about it. A problem never stops the rest of the run.
 *
 * - `error`: a part was *not* covered (corrupt lockfile, unreadable file). The exit code becomes 2,
 *   because a scan that skipped something is not a clean scan.
 * - `warning`: covered, with a caveat (no lockfile, stale data, an expired ignore).
 */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Path relative to the target, `/`-separated; empty for the target as a whole. */
  readonly file: string;
  /** 1-based, where it is known. */
  readonly line?: number;
  readonly message: string;
}
