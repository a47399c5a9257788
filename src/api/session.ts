import { SutureError } from '../domain/error.ts';
import { closeSession, openSession, useSession } from '../store/sessions.ts';
import { takeSignInToken } from '../store/sign-in.ts';
import { setSessionCookie } from './access.ts';
import { type BoundOperation, bind } from './bind.ts';
import { people } from './contract/index.ts';
import type { ApiDependencies } from './dependencies.ts';
import { OIDC_START } from './oidc.ts';

/** Signing in and out, and who one is. */
export function sessionHandlers({
  store,
  config,
}: Pick<ApiDependencies, 'store' | 'config'>): readonly BoundOperation[] {
  const { maximumSeconds } = config.sessions;
  return [
    bind(people.signInOptions, () =>
      Promise.resolve({
        oidc: config.oidc === undefined ? null : { name: config.oidc.name, start: OIDC_START },
        oneTimeToken: true,
      }),
    ),

    bind(people.signIn, async ({ body, exchange }) => {
      const userId = await takeSignInToken(store, body.token.trim());
      if (userId === undefined) throw refused();
      const secret = await openSession(store, userId, exchange.userAgent, config.sessions);
      const session = await useSession(store, secret, config.sessions);
      if (session === undefined) throw refused();
      // Whoever was signed in here is so no more.
      if (exchange.sessionSecret !== undefined) await closeSession(store, exchange.sessionSecret);
      exchange.setHeader('Set-Cookie', setSessionCookie(secret, exchange.secure, maximumSeconds));
      const { principal, email, expiresAt } = session;
      return {
        user: { id: principal.userId, name: principal.name, email },
        roles: principal.roles,
        permissions: principal.permissions,
        expiresAt,
      };
    }),

    bind(people.currentSession, ({ asker, exchange }) =>
      Promise.resolve({
        user: { id: asker.userId, name: asker.name, email: exchange.email },
        roles: asker.roles,
        permissions: asker.permissions,
        expiresAt: exchange.expiresAt,
      }),
    ),

    bind(people.signOut, async ({ exchange }) => {
      if (exchange.sessionSecret === undefined) throw noSession();
      await closeSession(store, exchange.sessionSecret);
      exchange.setHeader('Set-Cookie', setSessionCookie(undefined, exchange.secure, 0));
      return { done: true as const };
    }),
  ];
}

function refused(): SutureError {
  return new SutureError('sign-in-refused', 'This token is unknown, used or past its end', {
    remedy: 'Ask an admin for a new link; for the first admin, start suture up again.',
  });
}

function noSession(): SutureError {
  return new SutureError('input-invalid', 'A token has no session to end', {
    remedy: 'Revoke the token instead.',
  });
}
