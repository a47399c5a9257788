import { setTimeout as sleep } from 'node:timers/promises';

/** SQLSTATE classes and codes of a server that goes, comes or cannot be reached (appendix A). */
const AWAY = /^(?:08...|57P0[123]|53300|58...)$/;
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const WORDS =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|the database system is (?:starting up|shutting down|in recovery mode|not yet accepting connections)|terminating connection due to|connect E[A-Z]+/;

const LONGEST_MS = 5000;

/** Whether an error says that the database is away, and not that something is wrong. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway);
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  if (typeof code === 'string') {
    if (AWAY.test(code)) return true;
    // A missing file is one thing, a missing socket another.
    if (UNREACHABLE.has(code) && (code !== 'ENOENT' || syscall === 'connect')) return true;
  }
  return WORDS.test(error.message) || isDatabaseAway(error.cause);
}

/**
 * Does something with the database, again and again for as long as the database is away: an outage
 * is waited out and fails no run. What is done must bear to be done twice.
 */
export async function whileDatabaseIsAway<T>(
  work: () => Promise<T>,
  stopping?: AbortSignal,
): Promise<T> {
  for (let wait = 100; ; wait = Math.min(wait * 2, LONGEST_MS)) {
    try {
      return await work();
    } catch (error) {
      if (stopping?.aborted === true || !isDatabaseAway(error)) throw error;
      await sleep(wait * (0.5 + Math.random()), undefined, stopping && { signal: stopping });
    }
  }
}
