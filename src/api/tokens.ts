import { SutureError } from '../domain/error.ts';
import { inTransaction } from '../store/in-transaction.ts';
import { createToken, listTokens, revokeToken } from '../store/tokens.ts';
import { recordByPerson } from './access-decision.ts';
import { type BoundOperation, bind } from './bind.ts';
import { people } from './contract/index.ts';
import { numberOf, pageOfRows, readNumber } from './cursor.ts';
import type { ApiDependencies } from './dependencies.ts';

const DAY_SECONDS = 86_400;

/** One's own tokens. */
export function tokenHandlers(dependencies: ApiDependencies): readonly BoundOperation[] {
  const { store } = dependencies;
  return [
    bind(people.listTokens, async ({ query, asker }) => {
      const before = readNumber('tokens', query.cursor);
      const rows = await listTokens(store, asker.userId, {
        limit: query.limit + 1,
        ...(before === undefined ? {} : { before }),
      });
      return pageOfRows('tokens', rows, query.limit, ({ id }) => [id]);
    }),

    bind(
      people.createToken,
      ({ body, asker }) => {
        // Else a token could outlive itself, and widen what it may do.
        if (asker.via === 'token') throw notByToken();
        const missing = body.scopes.filter((scope) => !asker.permissions.includes(scope));
        if (missing.length > 0) throw tooWide(missing);
        return inTransaction(store, async (db) => {
          const made = await createToken(db, {
            userId: asker.userId,
            name: body.name,
            scopes: body.scopes,
            lifeSeconds: body.days * DAY_SECONDS,
          });
          await recordByPerson(db, dependencies, asker, {
            kind: 'access',
            subject: { type: 'user', id: asker.userId },
            outcome: 'token made',
            because: `${asker.name} made the token “${body.name}” (${made.token.scopes.join(', ')})`,
            inputs: {
              token: made.token.id,
              scopes: made.token.scopes,
              expiresAt: made.token.expiresAt,
            },
            key: `access:token:${made.token.id}:made`,
          });
          return made;
        });
      },
      { answersSecret: true },
    ),

    bind(people.revokeToken, ({ params, asker }) =>
      inTransaction(store, async (db) => {
        const id = numberOf(params.id, 'token');
        const anybodys = asker.permissions.includes('administer');
        await revokeToken(db, id, anybodys ? undefined : asker.userId);
        await recordByPerson(db, dependencies, asker, {
          kind: 'access',
          subject: { type: 'user', id: asker.userId },
          outcome: 'token revoked',
          because: `${asker.name} revoked a token`,
          inputs: { token: id },
          key: `access:token:${id}:revoked`,
        });
        return { done: true as const };
      }),
    ),
  ];
}

function notByToken(): SutureError {
  return new SutureError('forbidden', 'A token cannot make tokens', {
    remedy: 'Sign in on the page, and make it there (Settings, Tokens).',
  });
}

function tooWide(missing: readonly string[]): SutureError {
  return new SutureError('forbidden', `Your roles do not give ${missing.join(', ')}`, {
    remedy: 'A token can do at most what its owner may do.',
  });
}
