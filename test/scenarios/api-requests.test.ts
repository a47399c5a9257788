import { connect } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Caller, type TestApi, testApi } from '../support/api.ts';

let api: TestApi;
let admin: Caller;
beforeAll(async () => {
  api = await testApi();
  admin = await api.caller(['admin']);
});
afterAll(() => api[Symbol.asyncDispose]());

const get = (path: string) => api.ask(admin, 'GET', `/api/v1${path}`);
const post = (path: string, body: unknown, headers = {}) =>
  api.ask(admin, 'POST', `/api/v1${path}`, body, headers);

it.each<[string, string, string, unknown, number, object]>([
  ['an unknown path', 'GET', '/nothing', undefined, 404, { code: 'not-found' }],
  ['an unknown method', 'DELETE', '/assets', undefined, 404, { code: 'not-found' }],
  [
    'an unknown parameter',
    'GET',
    '/findings?bnad=act',
    undefined,
    400,
    {
      errors: [{ path: 'query', message: 'There is no bnad here' }],
    },
  ],
  ['a parameter where none is', 'GET', '/pause?x=1', undefined, 400, { code: 'input-invalid' }],
  [
    'a value that is none',
    'GET',
    '/findings?band=act,huge',
    undefined,
    400,
    {
      errors: [{ path: 'query.band.1' }],
    },
  ],
  [
    'a limit too high',
    'GET',
    '/findings?limit=5000',
    undefined,
    400,
    { errors: [{ path: 'query.limit' }] },
  ],
  ['a parameter twice', 'GET', '/findings?limit=5&limit=6', undefined, 400, {}],
  ['a cursor of nobody', 'GET', '/users?cursor=AAAA', undefined, 400, { code: 'cursor-invalid' }],
  [
    'a member too many',
    'POST',
    '/users',
    { name: 'x', roles: ['viewer'], admin: true },
    400,
    {
      errors: [{ path: 'body', message: 'There is no admin here' }],
    },
  ],
  [
    'a member of the wrong kind',
    'POST',
    '/users',
    { name: 7, roles: ['boss'] },
    400,
    {
      errors: [{ path: 'body.name' }, { path: 'body.roles.0' }],
    },
  ],
  ['an id of nothing', 'GET', '/assets/0', undefined, 404, { code: 'not-found' }],
  ['an id that is no number', 'GET', `/assets/${'9'.repeat(60)}`, undefined, 404, {}],
  ['an id with SQL in it', 'GET', "/changes/x'%20or%201=1--", undefined, 404, {}],
  ['a NUL', 'GET', '/findings/%00', undefined, 400, { errors: [{ path: 'path' }] }],
  [
    'a NUL in a filter',
    'GET',
    '/findings?text=a%00',
    undefined,
    400,
    { errors: [{ path: 'query' }] },
  ],
  [
    'a NUL in a body',
    'PUT',
    '/pause',
    { paused: true, reason: 'a\u0000' },
    400,
    { errors: [{ path: 'body' }] },
  ],
])('says what is wrong with %s', async (_, method, path, body, status, problem) => {
  const answer = await api.ask(admin, method, `/api/v1${path}`, body);
  expect(answer.body).toMatchObject({ type: 'about:blank', status, ...problem });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(typeof answer.body.title).toBe('string');
});

it.each([
  ['text/plain', '{}', 415],
  ['application/x-www-form-urlencoded', 'paused=true', 415],
  ['application/json', '{"paused":', 400],
  ['application/json', '', 400],
])('refuses a body of %s %j', async (type, body, status) => {
  const response = await fetch(`${api.address}/api/v1/pause`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${admin.token}`, 'content-type': type },
    body,
  });
  expect(response.status).toBe(status);
});

it.each([
  ['/assets', '['.repeat(400_000) + ']'.repeat(400_000)],
  ['/assets', '{"a":'.repeat(150_000) + '1' + '}'.repeat(150_000)],
  ['/assets/sbom', `{"name":"x","document":{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}}`],
])('refuses a body that is nested without end: %s', async (path, body) => {
  const response = await fetch(`${api.address}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json' },
    body,
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ detail: expect.stringMatching(/too deeply/) });
});

it('takes no body that is too large, said or not', async () => {
  const large = { document: 'x'.repeat(1_200_000) };
  expect(await post('/policy/validate', large)).toMatchObject({
    status: 413,
    body: { code: 'too-large' },
  });
  const chunks = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 30; i += 1)
        controller.enqueue(new TextEncoder().encode('x'.repeat(50_000)));
      controller.close();
    },
  });
  const response = await fetch(`${api.address}/api/v1/policy/validate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json' },
    body: chunks,
    duplex: 'half',
  });
  expect(response.status).toBe(413);
});

it('pages through a list, each item once, with cursors that are for that list alone', async () => {
  const made = await Promise.all(
    Array.from({ length: 7 }, (_, n) => post('/users', { name: `p${n}`, roles: ['viewer'] })),
  );
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await get(`/users?limit=3${cursor === null ? '' : `&cursor=${cursor}`}`);
    seen.push(...page.body.items.map(({ id }: { id: string }) => id));
    cursor = page.body.nextCursor as string | null;
    if (cursor !== null) expect((await get(`/tokens?cursor=${cursor}`)).status).toBe(400);
  } while (cursor !== null);
  expect(new Set(seen).size).toBe(seen.length);
  for (const { body } of made) expect(seen).toContain(body.user.id);
});

it('does a request with a key once, whoever sends it how often', async () => {
  const body = { name: 'Once', roles: ['viewer'] };
  const headers = { 'idempotency-key': 'k-users-1' };
  const first = await post('/users', body, headers);
  expect(first.status).toBe(201);
  const again = await post('/users', body, headers);
  // The answer had a link to sign in with in it, and that is not kept.
  expect(again).toMatchObject({ status: 409, body: { code: 'idempotency-secret' } });
  const { rows } = await sql`select 1 from user_account where name = 'Once'`.execute(api.store);
  expect(rows).toHaveLength(1);
});

it('gives a repetition the first answer, and says so', async () => {
  const headers = { 'idempotency-key': 'k-pause-1' };
  const body = { paused: true, reason: 'a test of keys' };
  const put = (given: object) => api.ask(admin, 'PUT', '/api/v1/pause', given, headers);
  const first = await put(body);
  await api.ask(admin, 'PUT', '/api/v1/pause', { paused: false, reason: 'go on' });
  const again = await put(body);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect((await get('/pause')).body.paused).toBe(false);
  expect(await put({ ...body, reason: 'another' })).toMatchObject({
    status: 422,
    body: { code: 'idempotency-key-reused' },
  });
});

it('lets one of many with the same key at once do it', async () => {
  const headers = { 'idempotency-key': 'k-policy-1' };
  const body = { document: 'autonomy: []\n', note: 'at once' };
  const answers = await Promise.all(
    [1, 2, 3, 4, 5].map(() => post('/policy/versions', body, headers)),
  );
  const { rows } = await sql`select 1 from policy_version where note = 'at once'`.execute(
    api.store,
  );
  expect(rows).toHaveLength(1);
  for (const { status, body: given } of answers) {
    if (status === 409) expect(given.code).toBe('idempotency-in-progress');
    else expect(given.note).toBe('at once');
  }
});

it('lets a mistake be corrected under the same key', async () => {
  const headers = { 'idempotency-key': 'k-policy-2' };
  expect((await post('/policy/versions', { document: 'autonomy: 7\n' }, headers)).status).toBe(400);
  expect((await post('/policy/versions', { document: 'autonomy: []\n' }, headers)).status).toBe(
    201,
  );
});

it('does not guess how far a request came whose process died', async () => {
  const headers = { 'idempotency-key': 'k-policy-3' };
  const body = { document: 'autonomy: []\n', note: 'died' };
  await post('/policy/versions', body, headers);
  await sql`update idempotency_key set status = null, body = null,
    locked_until = now() - interval '1 second' where key = 'k-policy-3'`.execute(api.store);
  expect(await post('/policy/versions', body, headers)).toMatchObject({
    status: 409,
    body: { code: 'idempotency-interrupted' },
  });
});

it('limits how often one asks, tells how much is left, and lets others ask on', async () => {
  const rates = { perMinute: 10, changesPerMinute: 2, signInsPerMinute: 3, anonymousPerMinute: 50 };
  const config = { ...api.dependencies.config, rates };
  const strict = await testApi({ dependencies: { config } });
  try {
    const [a, b] = [await strict.caller(['viewer']), await strict.caller(['viewer'])];
    const statuses: number[] = [];
    for (let i = 0; i < 12; i += 1) {
      statuses.push((await strict.ask(a, 'GET', '/api/v1/pause')).status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    const refused = await strict.ask(a, 'GET', '/api/v1/pause');
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit-policy')).toBe('"requests";q=10;w=60');
    const other = await strict.ask(b, 'GET', '/api/v1/pause');
    expect(other.headers.get('ratelimit')).toMatch(/^"requests";r=9;t=\d+$/);
    const tries = await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        strict.ask(undefined, 'POST', '/api/v1/session', { token: `sto_wrong-number-${n}` }),
      ),
    );
    const sorted = tries.map(({ status }) => status).toSorted((one, two) => one - two);
    expect(sorted).toEqual([401, 401, 401, 429, 429]);
  } finally {
    await strict[Symbol.asyncDispose]();
  }
});

it('keeps a caller’s request id, and makes one in place of nonsense', async () => {
  const kept = await api.ask(admin, 'GET', '/api/v1/pause', undefined, {
    'x-request-id': 'abc-12345678',
  });
  expect(kept.headers.get('x-request-id')).toBe('abc-12345678');
  const made = await api.ask(admin, 'GET', '/api/v1/pause', undefined, {
    'x-request-id': 'a b"<c>',
  });
  expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

it('says what is missing until it is ready', async () => {
  const { status, body } = await api.ask(undefined, 'GET', '/readyz');
  expect(status).toBe(503);
  expect(body).toMatchObject({
    ready: false,
    checks: {
      database: { ok: true },
      schema: { ok: true },
      worker: { ok: false, why: expect.stringContaining('suture worker') },
      index: { ok: false },
    },
  });
  expect((await api.ask(undefined, 'GET', '/healthz')).status).toBe(200);
});

it('answers again after the database has dropped every connection', async () => {
  const { rows } = await sql<{ n: number }>`select count(pg_terminate_backend(pid))::int as n
    from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
    api.store,
  );
  expect(rows[0]?.n).toBeGreaterThan(0);
  const answers = await Promise.all(Array.from({ length: 12 }, () => get('/pause')));
  for (const { status, body } of answers) {
    if (status !== 200) expect(body).toMatchObject({ status: 503, code: 'database-unreachable' });
  }
  expect((await get('/pause')).status).toBe(200);
});

it('survives what is no HTTP', async () => {
  const { port } = new URL(api.address);
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write('\x16\x03\x01 hello\r\n\r\n'),
    );
    socket.on('close', () => resolve()).on('error', () => {});
    socket.resume();
  });
  expect((await get('/pause')).status).toBe(200);
});
