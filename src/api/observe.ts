import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { SutureError } from '../domain/error.ts';
import type { Metrics } from '../platform/metrics.ts';
import { withCaller, withSpan } from '../platform/tracing.ts';
import type { ApiDependencies } from './dependencies.ts';
import { type ApiContext, type ApiEnvironment, answersTo, originOf } from './requester.ts';

const REQUEST_ID = /^[\w.-]{8,100}$/;

/**
 * Around everything: gives each request an id (or keeps the caller's), finds out where it comes
 * from, and tells log, metrics and trace what came of it.
 */
export function observe(
  { config, log }: Pick<ApiDependencies, 'config' | 'log'>,
  metrics: Pick<Metrics, 'observeRequest'>,
): MiddlewareHandler<ApiEnvironment> {
  return async (context, next) => {
    const started = performance.now();
    const given = context.req.header('x-request-id');
    const requestId = given !== undefined && REQUEST_ID.test(given) ? given : randomUUID();
    context.set('requestId', requestId);
    context.header('X-Request-Id', requestId);
    const peer = context.env?.incoming?.socket?.remoteAddress;
    const origin = originOf(peer, headersOf(context), config.trustedProxies);
    context.set('address', origin.address);
    context.set('local', origin.local);
    context.set('secure', origin.secure || config.publicUrl?.startsWith('https:') === true);
    const { method } = context.req;
    await withCaller(context.req.header('traceparent'), () =>
      withSpan(
        `HTTP ${method}`,
        { 'http.request.method': method, 'suture.request.id': requestId },
        async (span) => {
          await next();
          span.setAttribute('http.route', routeOf(context));
          span.setAttribute('http.response.status_code', context.res.status);
        },
        'server',
      ),
    );
    const seconds = (performance.now() - started) / 1000;
    const labels = { method, route: routeOf(context), status: String(context.res.status) };
    metrics.observeRequest(labels, seconds);
    const { principal } = context.var;
    log[levelOf(context)](
      {
        requestId,
        ...labels,
        // The path, but no query: people search for what is nobody else's business.
        path: context.req.path,
        status: context.res.status,
        ms: Math.round(seconds * 1000),
        address: origin.address,
        ...(principal === undefined ? {} : { user: principal.userId, via: principal.via }),
      },
      'request',
    );
  };
}

/** Refuses what was sent to a name that is not ours; see `answersTo`. */
export function refuseOtherHosts({
  config,
}: Pick<ApiDependencies, 'config'>): MiddlewareHandler<ApiEnvironment> {
  return async (context, next) => {
    const host = context.req.header('host') ?? new URL(context.req.url).host;
    if (!answersTo(host, config)) {
      throw new SutureError(
        'wrong-host',
        `This server does not go by the name ${host.slice(0, 100)}`,
        {
          remedy:
            'Set SUTURE_PUBLIC_URL to the address people use, or add the name to SUTURE_ALLOWED_HOSTS.',
        },
      );
    }
    await next();
  };
}

const headersOf = (context: ApiContext) => ({ get: (name: string) => context.req.header(name) });

/** The pattern of the route, so that metrics do not grow with ids; `-` where there is none. */
function routeOf(context: ApiContext): string {
  // Of the handler that came last: the page's, which fits every path, is behind all others.
  const pattern = routePath(context);
  return pattern.endsWith('*') ? '-' : pattern;
}

/** Machines that ask all the time are not worth a line each; what failed is. */
function levelOf(context: ApiContext): 'debug' | 'info' | 'warn' {
  if (context.res.status >= 500) return 'warn';
  return /^\/(healthz|readyz|metrics|static)/.test(context.req.path) ? 'debug' : 'info';
}
