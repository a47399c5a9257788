import type { RunResult } from '../../domain/verification.ts';

/** A machine can be busier in one run than in another. */
const TIMES = 5;
const LEAST_SECONDS = 60;

/**
 * Seconds that a command of the patched copy may take, knowing how long those of the unpatched one
 * took: what hangs after a change is known to hang long before the project's own limit.
 *
 * @param limit the limit of a command of the unpatched copy, in seconds
 */
export function patience(baseline: readonly RunResult[], limit: number): number {
  const durations = baseline.flatMap(({ commands }) => commands.map((one) => one.durationMs));
  if (durations.length === 0) return limit;
  const slowest = Math.max(...durations) / 1000;
  return Math.min(limit, Math.max(LEAST_SECONDS, Math.ceil(TIMES * slowest)));
}
