import { Hono } from 'hono';
import { openMetrics } from '../platform/metrics.ts';
import { forgetExpired } from '../store/expired.ts';
import { authenticate, checkPermission, refuseCrossSite, requirePermission } from './access.ts';
import { auditExport } from './audit-export.ts';
import type { ApiDependencies } from './dependencies.ts';
import { liveEvents } from './events.ts';
import { handlers } from './handlers.ts';
import { readiness } from './health.ts';
import { suturesMetrics } from './metrics.ts';
import { observe, refuseOtherHosts } from './observe.ts';
import { oidcRoutes } from './oidc.ts';
import { openapiDocument } from './openapi.ts';
import { servePage } from './page.ts';
import { answerProblem, problem } from './problem.ts';
import { pushHooks, pushSecret } from './push.ts';
import { limitRates } from './rates.ts';
import { reference } from './reference.ts';
import { register } from './register.ts';
import type { ApiEnvironment } from './requester.ts';
import { secureHeaders } from './secure-headers.ts';

const FORGET_EVERY_MS = 10 * 60_000;

/** The whole server but its socket: page, API, reference, metrics, health, hooks, sign-in. */
export function createApi(dependencies: ApiDependencies): {
  readonly app: Hono<ApiEnvironment>;
  /** Ends open streams and what runs beside requests. */
  readonly close: () => Promise<void>;
} {
  const { config, log, store, version } = dependencies;
  const metrics = openMetrics({
    measure: suturesMetrics(dependencies),
    onError: (error) => log.warn({ err: error }, 'metrics could not be counted'),
  });
  const rates = limitRates(config.rates);
  const live = liveEvents(dependencies);
  const app = new Hono<ApiEnvironment>();
  app.onError((error, context) => answerProblem(context, error, log));
  app.notFound((context) =>
    answerProblem(
      context,
      problem(404, 'not-found', { detail: 'There is nothing at this path' }),
      log,
    ),
  );
  app.use(observe(dependencies, metrics), secureHeaders(config), refuseOtherHosts(dependencies));

  app.get('/healthz', (context) => context.json({ status: 'ok', version }));
  app.get('/readyz', async (context) => {
    const state = await readiness(dependencies);
    return context.json(state, state.ready ? 200 : 503);
  });
  app.get('/metrics', authenticate(dependencies), async (context) => {
    if (!context.var.local || context.var.principal !== undefined) checkPermission(context, 'read');
    return context.body(await metrics.expose(), 200, { 'Content-Type': metrics.contentType });
  });
  app.get('/openapi.json', (context) => context.json(openapiDocument(version)));
  app.route('/', reference());
  app.route('/', oidcRoutes(dependencies, rates));
  app.route('/', pushHooks(dependencies, rates));

  const api = new Hono<ApiEnvironment>();
  api.use(authenticate(dependencies), rates.requests, refuseCrossSite(config));
  api.on('POST', '/session', rates.attempts);
  api.get('/events', requirePermission('read'), live.handler);
  api.get('/decisions/export', requirePermission('audit'), auditExport(dependencies));
  for (const bound of handlers(dependencies)) register(api, bound, dependencies);
  app.route('/api/v1', api);
  app.all('/api/*', (context) => context.notFound());
  app.use(servePage(dependencies.page));

  const forget = setInterval(() => {
    forgetExpired(store).catch((error: unknown) =>
      log.warn({ err: error }, 'nothing was forgotten'),
    );
  }, FORGET_EVERY_MS);
  forget.unref();
  // Made at the first start, so that it is there to be put into a forge's settings.
  pushSecret(dependencies).catch((error: unknown) => log.warn({ err: error }, 'no push hooks'));
  return {
    app,
    close: async () => {
      clearInterval(forget);
      await live.close();
    },
  };
}
