import { DBOS } from '@dbos-inc/dbos-sdk';
import { messageOf, SutureError } from '../../domain/error.ts';
import { type SpanAttributes, withSpan } from '../../platform/tracing.ts';
import { whileDatabaseIsAway } from './database-away.ts';
import { WAKE } from './names.ts';

/** Errors that may be gone the next time. Every other SutureError is an answer. */
const PASSING = new Set([
  'repository-unreachable',
  'registry-unreachable',
  'mirror-busy',
  'sync-busy',
  'database-unreachable',
  'sync-failed',
]);

interface StepOptions {
  /** How often it is tried in all; the pauses between double from two seconds. */
  readonly attempts?: number;
  readonly timeoutMs?: number;
  /** Whose trace it belongs to. */
  readonly about?: SpanAttributes;
}

/** What is kept of a step that failed for good: errors lose their type in the engine's store. */
interface Failure {
  readonly failed: { readonly code: string; readonly message: string; readonly remedy: string };
}

/**
 * One durable step: its result is kept, so a workflow that is taken over does not repeat what was
 * done. A step that was interrupted is done again, so whatever it does must bear that. The
 * database being away is waited out; what may pass is tried again; the rest ends the step.
 *
 * @param work gives a small JSON value; what is large belongs into the store
 * @throws SutureError what the work threw last
 */
export async function step<T>(
  name: string,
  work: () => Promise<T>,
  options: StepOptions = {},
): Promise<T> {
  const attempts = options.attempts ?? 5;
  let attempt = 0;
  const result = await DBOS.runStep(
    async (): Promise<{ readonly value: T } | Failure> => {
      attempt += 1;
      try {
        return {
          value: await withSpan(name, options.about ?? {}, () => whileDatabaseIsAway(work)),
        };
      } catch (error) {
        if (mayPass(error) && attempt < attempts) throw error;
        return { failed: failureOf(error) };
      }
    },
    {
      name,
      retriesAllowed: true,
      maxAttempts: attempts,
      intervalSeconds: 2,
      ...(options.timeoutMs === undefined ? {} : { timeoutMS: options.timeoutMs }),
    },
  ).catch((error: unknown) => {
    // A step that was cut off by its time limit again and again.
    if (error instanceof Error && /timed? ?out|timeout/i.test(error.message)) {
      return { failed: failureOf(error) };
    }
    throw error;
  });
  if ('value' in result) return result.value;
  const { code, message, remedy } = result.failed;
  throw new SutureError(code, message, { remedy });
}

function mayPass(error: unknown): boolean {
  // What is no SutureError may be a fault of ours or of the machine's: worth another try.
  return !(error instanceof SutureError) || PASSING.has(error.code);
}

function failureOf(error: unknown): Failure['failed'] {
  if (error instanceof SutureError) {
    return { code: error.code, message: error.message, remedy: error.remedy };
  }
  return {
    code: 'internal',
    message: messageOf(error),
    remedy: 'This is a fault of Suture; the worker’s log has more.',
  };
}

/** Six hours: nothing that was forgotten to be told waits longer than that to be seen. */
const LONGEST_WAIT_SECONDS = 6 * 3600;

/** Waits, durably and for nothing, until somebody tells the workflow to look again, or a moment. */
export async function untilWoken(until?: string | null): Promise<void> {
  const now = await DBOS.now();
  const seconds = until ? Math.ceil((Date.parse(until) - now) / 1000) : LONGEST_WAIT_SECONDS;
  await DBOS.recv(WAKE, {
    timeoutSeconds: Math.min(Math.max(seconds, 1), LONGEST_WAIT_SECONDS),
    pollingIntervalMs: 60_000,
  });
}

/** One sentence on why something failed, with what to do. */
export function failureText(error: unknown): string {
  if (!(error instanceof SutureError)) return messageOf(error);
  return `${error.message}. ${error.remedy}`.replace(/\.\. /, '. ');
}
