import type { MiddlewareHandler } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { ApiConfiguration } from './configuration.ts';
import { problem, RequestProblem } from './problem.ts';
import type { ApiContext, ApiEnvironment } from './requester.ts';

const WINDOW_SECONDS = 60;

interface Limit {
  readonly name: string;
  readonly limiter: RateLimiterMemory;
}

/**
 * Limits requests per person or token, or per address where nobody is signed in; sign-ins and push
 * hooks on their own. Counted per process: with several behind a balancer each allows as much.
 */
export function limitRates(rates: ApiConfiguration['rates']) {
  const limit = (name: string, points: number): Limit => ({
    name,
    limiter: new RateLimiterMemory({ keyPrefix: name, points, duration: WINDOW_SECONDS }),
  });
  const reads = limit('requests', rates.perMinute);
  const changes = limit('changes', rates.changesPerMinute);
  const anonymous = limit('anonymous', rates.anonymousPerMinute);
  const signIns = limit('sign-ins', rates.signInsPerMinute);

  const requests: MiddlewareHandler<ApiEnvironment> = async (context, next) => {
    const { principal, address } = context.var;
    const isRead = /^(GET|HEAD|OPTIONS)$/.test(context.req.method);
    if (principal === undefined) await spend(context, anonymous, address);
    else await spend(context, isRead ? reads : changes, `${principal.via} ${principal.userId}`);
    await next();
  };
  /** For what tries secrets. */
  const attempts: MiddlewareHandler<ApiEnvironment> = async (context, next) => {
    await spend(context, signIns, context.var.address);
    await next();
  };
  /** For what nobody is signed in for yet. */
  const strangers: MiddlewareHandler<ApiEnvironment> = async (context, next) => {
    await spend(context, anonymous, context.var.address);
    await next();
  };
  return { requests, attempts, strangers };
}

/**
 * Headers as draft-ietf-httpapi-ratelimit-headers-10 has them: policy with quota and window, and
 * what remains until it is renewed.
 */
async function spend(context: ApiContext, { name, limiter }: Limit, key: string): Promise<void> {
  const result = await limiter.consume(key).catch((refused: unknown) => {
    if (refused instanceof RateLimiterRes) return refused;
    throw refused;
  });
  const seconds = Math.max(1, Math.ceil(result.msBeforeNext / 1000));
  context.header('RateLimit-Policy', `"${name}";q=${limiter.points};w=${WINDOW_SECONDS}`);
  context.header('RateLimit', `"${name}";r=${result.remainingPoints};t=${seconds}`);
  if (result.consumedPoints <= limiter.points) return;
  context.header('Retry-After', String(seconds));
  throw new RequestProblem(
    problem(429, 'rate-limited', {
      detail: `More than ${limiter.points} ${name} in ${WINDOW_SECONDS} seconds`,
      remedy: `Wait ${seconds} seconds. Listen to /api/v1/events instead of asking again and again.`,
    }),
  );
}
