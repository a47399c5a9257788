import { type Asked, found, page } from './asked.ts';
import { simulation } from './governance.ts';

const policyOf = ({ world, params }: Asked) =>
  found(world.policies.find(({ number }) => number === Number(params.number)));

/** What is answered about policy, decisions, people and the machinery. */
export const GOVERNANCE_ANSWERS: Readonly<Record<string, (asked: Asked) => unknown>> = {
  'GET /policy': ({ world }) => found(world.policies.find(({ state }) => state === 'active')),
  'GET /policy/versions': ({ world, query }) =>
    page(
      world.policies.map(({ document: _document, ...version }) => version),
      query,
    ),
  'GET /policy/versions/{number}': policyOf,
  'POST /policy/validate': ({ body }) => {
    const line =
      String(body.document)
        .split('\n')
        .findIndex((text) => /autonomy: yolo/.test(text)) + 1;
    return {
      valid: line === 0,
      complaints:
        line === 0
          ? []
          : [
              {
                severity: 'error',
                line,
                column: 15,
                message: 'autonomy is one of observe, suggest, approve, auto',
                remedy: 'Say `approve` to ask people.',
              },
            ],
    };
  },
  'POST /policy/versions': ({ world, body }) => {
    const draft = {
      ...world.policies[0]!,
      number: world.policies.length + 1,
      state: 'draft' as const,
      note: body.note,
      document: body.document,
      reviewedBy: null,
      reviewedAt: null,
      activatedBy: null,
      activatedAt: null,
    };
    world.policies.unshift(draft);
    return draft;
  },
  'POST /policy/versions/{number}/review': policyOf,
  'POST /policy/versions/{number}/activate': policyOf,
  'POST /policy/simulate': ({ world }) => simulation(world.now),
  'GET /decisions': ({ world, query }) => {
    const kinds = query.get('kind')?.split(',');
    return page(
      world.decisions.filter(
        ({ kind, actorType, subjectId }) =>
          (kinds === undefined || kinds.includes(kind)) &&
          (query.get('actorType') ?? actorType) === actorType &&
          (query.get('subjectId') ?? subjectId) === subjectId,
      ),
      query,
    );
  },
  'GET /decisions/{seq}': ({ world, params }) =>
    found(world.decisions.find(({ seq }) => seq === Number(params.seq))),
  'POST /decisions/{seq}/feedback': ({ world, params }) =>
    found(world.decisions.find(({ seq }) => seq === Number(params.seq))),
  'POST /decisions/verify': ({ world }) => ({
    intact: true,
    decisions: world.decisions.length,
    checkpoints: 2,
    checkedAt: new Date(world.now).toISOString(),
    broken: null,
    lastCheckpoint: { seq: 128, at: new Date(world.now).toISOString(), keyId: 'SHA256:Zq0f6xkPj0' },
  }),
  'GET /users': ({ world, query }) => page(world.users, query),
  'POST /users': ({ world, body }) => ({
    user: { ...world.users[2]!, id: '9', name: body.name, roles: body.roles },
    signInPath: '/sign-in#token=one-time-token-of-grace',
    expiresAt: new Date(world.now + 86_400_000).toISOString(),
  }),
  'PATCH /users/{id}': ({ world, params }) => found(world.users.find(({ id }) => id === params.id)),
  'POST /users/{id}/sign-in': ({ world }) => ({
    signInPath: '/sign-in#token=one-time-token-again',
    expiresAt: new Date(world.now + 86_400_000).toISOString(),
  }),
  'GET /tokens': ({ world, query }) => page(world.tokens, query),
  'POST /tokens': ({ world, body }) => ({
    token: { ...world.tokens[0]!, id: '2', name: body.name, scopes: body.scopes },
    secret: 'sut_example_shown_once',
  }),
  'DELETE /tokens/{id}': () => ({ done: true }),
  'GET /channels': ({ world, query }) => page(world.channels, query),
  'POST /channels': ({ world }) => found(world.channels[0]),
  'PUT /channels/{id}': ({ world }) => found(world.channels[0]),
  'DELETE /channels/{id}': () => ({ done: true }),
  'POST /channels/{id}/test': ({ params }) => ({
    delivered: params.id === '1',
    error: params.id === '1' ? null : 'mail.example.com did not answer',
  }),
  'GET /notifications': () => ({ items: [], nextCursor: null }),
  'GET /system': ({ world }) => world.system,
  'POST /sync': () => ({ runId: 'run-3' }),
};
