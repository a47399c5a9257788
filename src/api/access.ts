import type { MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Permission } from '../domain/access.ts';
import { SutureError } from '../domain/error.ts';
import { useSession } from '../store/sessions.ts';
import { useToken } from '../store/tokens.ts';
import type { ApiConfiguration } from './configuration.ts';
import type { ApiDependencies } from './dependencies.ts';
import type { ApiContext, ApiEnvironment } from './requester.ts';

/**
 * Name of the session's cookie. `__Host-` holds a browser to what it promises: secure, this host
 * alone, the whole path. Without TLS no browser would take it.
 */
function sessionCookie(secure: boolean): string {
  return secure ? '__Host-suture' : 'suture';
}

/** `Set-Cookie` of a session; without a secret it takes the cookie away. */
export function setSessionCookie(
  secret: string | undefined,
  secure: boolean,
  maximumSeconds: number,
): string {
  const parts = [
    `${sessionCookie(secure)}=${secret ?? ''}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${secret === undefined ? 0 : maximumSeconds}`,
    ...(secure ? ['Secure'] : []),
  ];
  return parts.join('; ');
}

/** Finds out who asks: by token where there is one, else by the session's cookie. */
export function authenticate({
  store,
  config,
}: Pick<ApiDependencies, 'store' | 'config'>): MiddlewareHandler<ApiEnvironment> {
  return async (context, next) => {
    const authorization = context.req.header('authorization');
    if (authorization === undefined) {
      const secret = getCookie(context, sessionCookie(context.var.secure));
      const session =
        secret === undefined ? undefined : await useSession(store, secret, config.sessions);
      if (secret !== undefined && session !== undefined) {
        context.set('principal', session.principal);
        context.set('sessionSecret', secret);
        context.set('expiresAt', session.expiresAt);
        context.set('email', session.email);
      }
    } else {
      const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
      const used = token === undefined ? undefined : await useToken(store, token);
      if (used !== undefined) {
        const { expiresAt, email, ...principal } = used;
        context.set('principal', principal);
        context.set('expiresAt', expiresAt);
        context.set('email', email);
      }
    }
    await next();
  };
}

/**
 * Refuses changes that somebody else's page makes with our cookie. Browsers say where a request
 * comes from (`Sec-Fetch-Site`, or at least `Origin`); a token is never sent by itself, so that
 * whoever brings one means it.
 */
export function refuseCrossSite(
  config: Pick<ApiConfiguration, 'publicUrl'>,
): MiddlewareHandler<ApiEnvironment> {
  return async (context, next) => {
    if (!/^(GET|HEAD|OPTIONS)$/.test(context.req.method)) checkSameSite(context, config);
    await next();
  };
}

function checkSameSite(context: ApiContext, config: Pick<ApiConfiguration, 'publicUrl'>): void {
  const byCookie = context.var.sessionSecret !== undefined;
  const site = context.req.header('sec-fetch-site');
  const origin = context.req.header('origin');
  // Without a cookie's authority nothing can be stolen but the browser itself: a sign-in that
  // somebody else's page makes. What says nothing of where it comes from is no browser.
  if (!byCookie && site === undefined && origin === undefined) return;
  if (!byCookie && context.req.header('authorization') !== undefined) return;
  const allowed =
    site === undefined
      ? origin !== undefined && isOwn(origin, context, config)
      : site === 'same-origin';
  if (allowed) return;
  throw new SutureError('cross-site', 'This request comes from another site', {
    remedy: byCookie
      ? 'Make changes from the page itself; programs use a token (Settings, Tokens).'
      : 'Sign in from the page itself.',
  });
}

function isOwn(
  origin: string,
  context: ApiContext,
  { publicUrl }: Pick<ApiConfiguration, 'publicUrl'>,
): boolean {
  if (origin === publicUrl) return true;
  const host = context.req.header('host')?.toLowerCase();
  return host !== undefined && origin === `${context.var.secure ? 'https' : 'http'}://${host}`;
}

/** Lets only those through that an operation is for. */
export function requirePermission(
  needs: Permission | 'any' | 'none',
): MiddlewareHandler<ApiEnvironment> {
  return async (context, next) => {
    checkPermission(context, needs);
    await next();
  };
}

/** @throws SutureError `not-signed-in`, `forbidden` */
export function checkPermission(context: ApiContext, needs: Permission | 'any' | 'none'): void {
  if (needs === 'none') return;
  const { principal } = context.var;
  if (principal === undefined) {
    throw new SutureError('not-signed-in', refusedCredential(context), {
      remedy: 'Sign in on the page, or send a valid token (stt_…) in the Authorization header.',
    });
  }
  if (needs === 'any' || principal.permissions.includes(needs)) return;
  const has = principal.permissions.length === 0 ? 'none' : principal.permissions.join(', ');
  const scoped = principal.via === 'token' ? ' with this token' : '';
  throw new SutureError(
    'forbidden',
    `This takes the permission “${needs}”; you have ${has}${scoped}`,
    {
      remedy: 'An admin can give you a role that has it (Settings, People).',
    },
  );
}

function refusedCredential(context: ApiContext): string {
  if (context.req.header('authorization') !== undefined) {
    return 'The token is unknown, revoked or past its end';
  }
  return getCookie(context, sessionCookie(context.var.secure)) === undefined
    ? 'Nobody is signed in'
    : 'The session has ended';
}
