import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { SutureError } from '../domain/error.ts';
import { inTransaction } from '../store/in-transaction.ts';
import { rememberOidcSignIn, takeOidcSignIn } from '../store/oidc-sign-in.ts';
import { openSession } from '../store/sessions.ts';
import { providerAccount } from '../store/users.ts';
import { setSessionCookie } from './access.ts';
import { recordByPerson } from './access-decision.ts';
import type { ApiDependencies } from './dependencies.ts';
import { openOidc, type VouchedPerson } from './oidc-provider.ts';
import { problemPage } from './problem-page.ts';
import type { limitRates } from './rates.ts';
import type { ApiContext, ApiEnvironment } from './requester.ts';

export const OIDC_START = '/auth/oidc/start';
const CALLBACK = '/auth/oidc/callback';
const STATE_COOKIE = 'suture_oidc';

/** The two ends of a sign-in by the identity provider; a browser comes to both. */
export function oidcRoutes(
  dependencies: ApiDependencies,
  { strangers }: Pick<ReturnType<typeof limitRates>, 'strangers'>,
): Hono<ApiEnvironment> {
  const { store, config, log } = dependencies;
  const routes = new Hono<ApiEnvironment>();
  if (config.oidc === undefined) return routes;
  const provider = openOidc(config.oidc);
  routes.onError((error, context) => {
    log.warn({ err: error, requestId: context.var.requestId }, 'sign-in failed');
    return problemPage(context, error, { href: '/sign-in', text: 'Back to signing in' });
  });

  routes.get(OIDC_START, strangers, async (context) => {
    const { url, state, memory } = await provider.begin(redirectUri(context, config));
    const returnTo = safePath(context.req.query('next'));
    await rememberOidcSignIn(store, state, { ...memory, returnTo });
    // Only the browser that began may end it: nobody can be made to sign in as somebody else.
    setCookie(context, STATE_COOKIE, state, {
      path: '/auth/oidc',
      httpOnly: true,
      sameSite: 'Lax',
      secure: context.var.secure,
      maxAge: 600,
    });
    return context.redirect(url.href, 302);
  });

  routes.get(CALLBACK, strangers, async (context) => {
    const state = getCookie(context, STATE_COOKIE);
    deleteCookie(context, STATE_COOKIE, { path: '/auth/oidc' });
    if (state === undefined || context.req.query('state') !== state) throw notBegun();
    const memory = await takeOidcSignIn(store, state);
    if (memory === undefined) throw notBegun();
    const callback = new URL(redirectUri(context, config));
    callback.search = new URL(context.req.url).search;
    const person = await provider.finish(callback, state, memory);
    const user = await welcome(dependencies, person);
    if (user.disabledAt !== null || user.roles.length === 0) throw noRole(user, person.groups);
    const secret = await openSession(
      store,
      user.id,
      context.req.header('user-agent') ?? '',
      config.sessions,
    );
    const { secure } = context.var;
    context.header('Set-Cookie', setSessionCookie(secret, secure, config.sessions.maximumSeconds), {
      append: true,
    });
    return context.redirect(memory.returnTo, 302);
  });
  return routes;
}

/** Brings the account up to date; other roles than before are a decision in the log. */
async function welcome(dependencies: ApiDependencies, person: VouchedPerson) {
  return await inTransaction(dependencies.store, async (db) => {
    const { user, before } = await providerAccount(db, person);
    const had = before?.toSorted().join(', ') ?? '';
    const has = user.roles.toSorted().join(', ');
    if (had !== has) {
      const asker = {
        userId: user.id,
        name: user.name,
        roles: [],
        permissions: [],
        via: 'session',
      } as const;
      await recordByPerson(db, dependencies, asker, {
        kind: 'access',
        subject: { type: 'user', id: user.id },
        outcome: 'roles by groups',
        because: `${user.name} is ${has || 'nothing'} by the groups that ${person.issuer} names`,
        inputs: { before: before ?? [], after: user.roles, groups: person.groups.slice(0, 100) },
        key: `access:user:${user.id}:${randomUUID()}`,
      });
    }
    return user;
  });
}

function redirectUri(context: ApiContext, { publicUrl }: ApiDependencies['config']): string {
  const host = context.req.header('host') ?? new URL(context.req.url).host;
  return `${publicUrl ?? `${context.var.secure ? 'https' : 'http'}://${host}`}${CALLBACK}`;
}

/** A path of ours: a link to sign in must not lead anywhere else. */
function safePath(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])/.test(next)) return '/';
  const url = URL.parse(next, 'http://here');
  return url?.origin === 'http://here' ? url.pathname + url.search + url.hash : '/';
}

function notBegun(): SutureError {
  return new SutureError(
    'sign-in-refused',
    'This sign-in was not begun in this browser, or is over',
    {
      remedy: 'Begin again at the sign-in page, and finish within ten minutes.',
    },
  );
}

function noRole(
  user: { readonly name: string; readonly disabledAt: string | null },
  groups: readonly string[],
): SutureError {
  if (user.disabledAt !== null) {
    return new SutureError('forbidden', `The account of ${user.name} is disabled here`, {
      remedy: 'Ask an admin of Suture.',
    });
  }
  const known =
    groups.length === 0 ? 'it names no groups' : `your groups: ${groups.slice(0, 20).join(', ')}`;
  return new SutureError('forbidden', `${user.name} has no role here (${known})`, {
    remedy: 'Ask an admin of Suture for a role, or to be put into a group that has one.',
  });
}
