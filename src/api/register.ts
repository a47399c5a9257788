import type { z } from '@hono/zod-openapi';
import type { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { SutureError } from '../domain/error.ts';
import { withSpan } from '../platform/tracing.ts';
import { requirePermission } from './access.ts';
import type { BoundOperation, ContractOperation, Request } from './bind.ts';
import type { ApiDependencies } from './dependencies.ts';
import { type Answer, once } from './idempotent.ts';
import { readRequest } from './read-request.ts';
import type { ApiContext, ApiEnvironment } from './requester.ts';

const MAX_BODY = 1024 * 1024;
const TIMEOUT_SECONDS = 30;

/**
 * Serves an operation: who may, then what the request says, then doing it, once and in time. What
 * goes wrong is thrown.
 */
export function register(
  app: Hono<ApiEnvironment>,
  bound: BoundOperation,
  dependencies: ApiDependencies,
): void {
  const { operation } = bound;
  const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
  const limited = bodyLimit({
    maxSize: bound.maxBytes ?? MAX_BODY,
    onError: () => {
      throw tooLarge(bound.maxBytes ?? MAX_BODY);
    },
  });
  app.on(
    operation.method.toUpperCase(),
    path,
    requirePermission(operation['x-suture-needs']),
    limited,
    async (context) => {
      const read = await readRequest(context, operation);
      const abort = new AbortController();
      const request = {
        ...read,
        asker: context.var.principal,
        exchange: exchangeOf(context, abort),
      };
      const work = async () => {
        // What was read fits the contract, as `bind` has checked by type.
        const body = await bound.handle(request as unknown as Request<never>);
        if (dependencies.checkAnswers === true) checkAnswer(operation, body);
        return { status: statusOf(operation), body };
      };
      const { status, body } = await inTime(
        withSpan(`${operation.method.toUpperCase()} ${operation.path}`, {}, () =>
          once(context, dependencies, bound, work),
        ),
        bound.timeoutSeconds ?? TIMEOUT_SECONDS,
        abort,
      );
      return context.json(body as never, status as ContentfulStatusCode);
    },
  );
}

function exchangeOf(context: ApiContext, abort: AbortController): Request<never>['exchange'] {
  return {
    signal: AbortSignal.any([context.req.raw.signal, abort.signal]),
    secure: context.var.secure,
    userAgent: context.req.header('user-agent') ?? '',
    sessionSecret: context.var.sessionSecret,
    expiresAt: context.var.expiresAt ?? '',
    email: context.var.email ?? null,
    setHeader: (name, value) => context.header(name, value),
  };
}

function statusOf({ responses }: ContractOperation): number {
  return Number(Object.keys(responses).find((status) => Number(status) < 300) ?? 200);
}

/** What is done goes on when nobody waits any more; it is told to stop. */
async function inTime(work: Promise<Answer>, seconds: number, abort: AbortController) {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new SutureError('timed-out', `It was not done within ${seconds} seconds`, {
      remedy: 'Ask for less, or look later whether it was done.',
    });
    abort.abort(error);
    reject(error);
  }, seconds * 1000);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function tooLarge(bytes: number): SutureError {
  return new SutureError('too-large', `At most ${Math.floor(bytes / 1024)} KiB are taken here`, {
    remedy: 'Send less at a time.',
  });
}

function checkAnswer(operation: ContractOperation, body: unknown): void {
  const responses = operation.responses as Readonly<
    Record<number, { content: { 'application/json': { schema: z.ZodType } } }>
  >;
  const { schema } = responses[statusOf(operation)]?.content['application/json'] ?? {};
  const parsed = schema?.safeParse(JSON.parse(JSON.stringify(body)));
  if (parsed?.success === true) return;
  const why = parsed?.error.message ?? 'it has no schema';
  throw new Error(`${operation.method} ${operation.path} answers what it must not: ${why}`);
}
