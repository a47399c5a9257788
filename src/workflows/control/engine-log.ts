import type { Log } from '../../platform/log.ts';
import { redact } from '../../platform/redact.ts';
import { isDatabaseAway } from './database-away.ts';

type Write = (entry: unknown, metadata?: unknown) => void;

interface EngineLog {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

const nothing = () => {};

const STACK = /(?:\n\s+at .*)+/g;

/** For clients: what goes wrong there is thrown, and needs not be written as well. */
export const QUIET: EngineLog = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/**
 * Puts what the durable engine says into our own log; its everyday talk is for debugging. So is what
 * it says, many times a second, while the database is away: the worker says that once itself.
 */
export function engineLog(log: Log): EngineLog {
  const of = log.child({ component: 'workflows' });
  const away = (entry: unknown) =>
    isDatabaseAway(entry instanceof Error ? entry : new Error(String(entry)));
  const text = (entry: unknown) =>
    redact(
      entry instanceof Error
        ? entry.message
        : typeof entry === 'string'
          ? entry
          : JSON.stringify(entry),
    );
  return {
    debug: (entry) => of.trace(text(entry)),
    info: (entry) => of.debug(text(entry)),
    // That a step is tried again is expected, and told with a stack.
    warn: (entry) => of[away(entry) ? 'debug' : 'warn'](text(entry).replace(STACK, '')),
    error: (entry) => {
      const err = entry instanceof Error ? { err: entry } : {};
      of[away(entry) ? 'debug' : 'error'](err, text(entry));
    },
  };
}
