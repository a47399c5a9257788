import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { messageOf, SutureError } from '../domain/error.ts';
import { readable } from './readable-log.ts';
import { redact } from './redact.ts';
import { activeSpan } from './tracing.ts';

/** A structured log; JSON, one event a line. */
export type Log = Logger;

/** Members that may hold what is not for logs, wherever a caller put them one level deep. */
const SECRET_MEMBERS = [
  'authorization',
  'cookie',
  'set-cookie',
  'x-gitlab-token',
  'idempotency-key',
  'password',
  'secret',
  'token',
  'credential',
  'databaseUrl',
];

/** Ours (`stt_…`, `sts_…`, `sto_…`), as `redact` has those of others. */
const OWN_SECRETS = /\bst[tso]_[A-Za-z0-9_-]{16,}/g;

/** Takes credentials out of text, those that Suture gives out among them. */
export function withoutSecrets(text: string): string {
  return redact(text).replaceAll(OWN_SECRETS, '***');
}

/**
 * Opens a log.
 *
 * @param options.to a stream for tests; default: standard error, so that data on standard output
 *   stays data; where that is a terminal, lines for people
 */
export function openLog(
  options: {
    readonly level?: string;
    readonly name?: string;
    readonly to?: DestinationStream;
  } = {},
): Log {
  return pino(
    {
      name: options.name ?? 'suture',
      level: options.level ?? 'info',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
      redact: {
        paths: SECRET_MEMBERS.flatMap((name) => [`["${name}"]`, `*["${name}"]`]),
        censor: '***',
      },
      serializers: { err: errorForLog, error: errorForLog },
      mixin: () => {
        const span = activeSpan();
        return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
      },
    },
    options.to ??
      (process.stderr.isTTY ? readable(process.stderr) : destination({ fd: 2, sync: false })),
  );
}

/** What helps to find the cause; secrets in messages and stacks are taken out. */
function errorForLog(thrown: unknown): Record<string, unknown> {
  const message = withoutSecrets(messageOf(thrown));
  if (!(thrown instanceof Error)) return { message };
  const cause =
    thrown.cause === undefined ? {} : { cause: withoutSecrets(messageOf(thrown.cause)) };
  // What is expected is told without a stack.
  if (thrown instanceof SutureError) return { code: thrown.code, message, ...cause };
  return { type: thrown.name, message, stack: withoutSecrets(thrown.stack ?? ''), ...cause };
}
