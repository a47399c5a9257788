import { randomUUID } from 'node:crypto';
import { SutureError } from '../domain/error.ts';
import { inTransaction } from '../store/in-transaction.ts';
import { makeSignInToken } from '../store/sign-in.ts';
import {
  createLocalUser,
  LOCAL_ISSUER,
  listUsers,
  unknownUser,
  updateUser,
  userById,
} from '../store/users.ts';
import { recordByPerson } from './access-decision.ts';
import { type BoundOperation, bind } from './bind.ts';
import { people } from './contract/index.ts';
import { numberOf, pageOfRows, readNumber } from './cursor.ts';
import type { ApiDependencies } from './dependencies.ts';

/** An invitation has time to be read. */
const INVITATION_SECONDS = 7 * 86_400;

/** People and what they may do; every change of it is a decision in the log. */
export function peopleHandlers(dependencies: ApiDependencies): readonly BoundOperation[] {
  const { store } = dependencies;
  return [
    bind(people.listUsers, async ({ query }) => {
      const after = readNumber('users', query.cursor);
      const rows = await listUsers(store, {
        limit: query.limit + 1,
        ...(after === undefined ? {} : { after }),
      });
      return pageOfRows('users', rows, query.limit, ({ id }) => [id]);
    }),

    bind(
      people.createUser,
      ({ body, asker }) =>
        inTransaction(store, async (db) => {
          const { name, email, roles, groups } = body;
          const user = await createLocalUser(db, {
            name,
            roles,
            groups,
            ...(email === undefined ? {} : { email }),
          });
          const token = await makeSignInToken(db, user.id, INVITATION_SECONDS);
          await recordByPerson(db, dependencies, asker, {
            kind: 'access',
            subject: { type: 'user', id: user.id },
            outcome: 'added',
            because: `${name} was added as ${roles.join(', ')}`,
            inputs: { roles, groups },
            key: `access:user:${user.id}:added`,
          });
          return { user, signInPath: signInPath(token.secret), expiresAt: token.expiresAt };
        }),
      { answersSecret: true },
    ),

    bind(people.updateUser, ({ params, body, asker }) =>
      inTransaction(store, async (db) => {
        const id = numberOf(params.id, 'user');
        const before = await userById(db, id);
        if (before === undefined) throw unknownUser(id);
        const user = await updateUser(db, id, body);
        const changed = Object.keys(body).filter((name) => name !== 'email');
        if (changed.length > 0) {
          await recordByPerson(db, dependencies, asker, {
            kind: 'access',
            subject: { type: 'user', id },
            outcome: user.disabledAt === null ? 'changed' : 'disabled',
            because: `What ${user.name} may do was changed (${changed.join(', ')})`,
            inputs: {
              before: {
                roles: before.roles,
                groups: before.groups,
                disabled: before.disabledAt !== null,
              },
              after: { roles: user.roles, groups: user.groups, disabled: user.disabledAt !== null },
            },
            key: `access:user:${id}:${randomUUID()}`,
          });
        }
        return user;
      }),
    ),

    bind(
      people.renewSignIn,
      ({ params, asker }) =>
        inTransaction(store, async (db) => {
          const id = numberOf(params.id, 'user');
          const user = await userById(db, id);
          if (user === undefined) throw unknownUser(id);
          if (user.issuer !== LOCAL_ISSUER || user.disabledAt !== null) throw notByLink(user.name);
          const token = await makeSignInToken(db, id, INVITATION_SECONDS);
          await recordByPerson(db, dependencies, asker, {
            kind: 'access',
            subject: { type: 'user', id },
            outcome: 'sign-in link',
            because: `${user.name} was given a link to sign in once`,
            key: `access:user:${id}:${randomUUID()}`,
          });
          return { signInPath: signInPath(token.secret), expiresAt: token.expiresAt };
        }),
      { answersSecret: true },
    ),
  ];
}

/** In the fragment, which reaches no server's log. */
const signInPath = (secret: string) => `/sign-in#token=${secret}`;

function notByLink(name: string): SutureError {
  return new SutureError('user-state', `${name} cannot sign in by a link`, {
    remedy: 'People of the identity provider sign in there; enable who is disabled first.',
  });
}
