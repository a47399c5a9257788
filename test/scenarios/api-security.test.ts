import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { firstAdminToken, makeSignInToken } from '../../src/store/sign-in.ts';
import { createToken } from '../../src/store/tokens.ts';
import { type Caller, type TestApi, testApi } from '../support/api.ts';

let api: TestApi;
let viewer: Caller;
let admin: Caller;
beforeAll(async () => {
  api = await testApi({
    // The process's clock is a year behind: nothing that ends may depend on it.
    dependencies: { clock: { now: () => new Date('2020-01-01T00:00:00Z') } },
  });
  viewer = await api.caller(['viewer']);
  admin = await api.caller(['admin']);
});
afterAll(() => api[Symbol.asyncDispose]());

const byCookie = (caller: Caller, more: Readonly<Record<string, string>> = {}) => ({
  cookie: caller.cookie,
  ...more,
});
const own = { 'sec-fetch-site': 'same-origin' };

it('signs the first admin in once, also when the link is opened twice at once', async () => {
  const other = await testApi();
  try {
    const token = await firstAdminToken(other.store, 1800);
    const body = { token: token?.secret };
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => other.ask(undefined, 'POST', '/api/v1/session', body)),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200, 401, 401, 401,
    ]);
    const good = answers.find(({ status }) => status === 200);
    expect(good?.body).toMatchObject({ roles: ['admin'] });
    const cookie = good?.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^suture=sts_[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
    const session = await other.ask(undefined, 'GET', '/api/v1/session', undefined, {
      cookie: cookie.split(';')[0] ?? '',
    });
    expect(session.body).toMatchObject({ permissions: expect.arrayContaining(['administer']) });
    expect(other.logged.join('\n')).not.toContain(token?.secret);
  } finally {
    await other[Symbol.asyncDispose]();
  }
});

it('has a __Host- cookie where people come by TLS', async () => {
  const tls = await testApi({ environment: { SUTURE_PUBLIC_URL: 'https://suture.example' } });
  try {
    const { user } = await tls.caller(['viewer']);
    const { secret } = await makeSignInToken(tls.store, user.id, 60);
    const { headers } = await tls.ask(undefined, 'POST', '/api/v1/session', { token: secret });
    expect(headers.get('set-cookie')).toMatch(/^__Host-suture=sts_.*; Secure$/);
    expect(headers.get('strict-transport-security')).toContain('max-age=');
  } finally {
    await tls[Symbol.asyncDispose]();
  }
});

it('ends a session at once when it is signed out', async () => {
  const leaving = await api.caller(['viewer']);
  const out = await api.ask(
    undefined,
    'DELETE',
    '/api/v1/session',
    undefined,
    byCookie(leaving, own),
  );
  expect(out.status).toBe(200);
  expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
  const after = await api.ask(undefined, 'GET', '/api/v1/session', undefined, byCookie(leaving));
  expect(after.body).toMatchObject({ status: 401, detail: 'The session has ended' });
});

it.each<[string, Readonly<Record<string, string>>, number]>([
  ['the page itself', { 'sec-fetch-site': 'same-origin' }, 200],
  ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
  ['a sibling of the site', { 'sec-fetch-site': 'same-site' }, 403],
  ['a typed address', { 'sec-fetch-site': 'none' }, 403],
  ['an old browser on another site', { origin: 'https://evil.example' }, 403],
  ['a sandboxed frame', { origin: 'null' }, 403],
  ['something that does not say', {}, 403],
])('lets a change by cookie come only from the page: %s', async (_, headers, status) => {
  const body = { paused: false, reason: 'a test of origins' };
  const answer = await api.ask(undefined, 'PUT', '/api/v1/pause', body, byCookie(admin, headers));
  expect(answer.status).toBe(status);
  if (status === 403) expect(answer.body).toMatchObject({ code: 'cross-site' });
});

it('takes the page’s own Origin, and a token from anywhere', async () => {
  const body = { paused: false, reason: 'a test of origins' };
  const same = byCookie(admin, { origin: api.address });
  expect((await api.ask(undefined, 'PUT', '/api/v1/pause', body, same)).status).toBe(200);
  const foreign = { origin: 'https://ci.example' };
  expect((await api.ask(admin, 'PUT', '/api/v1/pause', body, foreign)).status).toBe(200);
});

it('cannot be made to sign a browser in from another site', async () => {
  const { secret } = await makeSignInToken(api.store, viewer.user.id, 60);
  const headers = { 'sec-fetch-site': 'cross-site' };
  const { status } = await api.ask(
    undefined,
    'POST',
    '/api/v1/session',
    { token: secret },
    headers,
  );
  expect(status).toBe(403);
});

it('lets no token outlive its end, whatever a process’s clock says', async () => {
  const life = { userId: viewer.user.id, name: 'short', scopes: ['read'] as const };
  const { secret } = await createToken(api.store, { ...life, lifeSeconds: 1 });
  const headers = { authorization: `Bearer ${secret}` };
  expect((await api.ask(undefined, 'GET', '/api/v1/session', undefined, headers)).status).toBe(200);
  await sleep(1100);
  const { status, body } = await api.ask(undefined, 'GET', '/api/v1/session', undefined, headers);
  expect(status).toBe(401);
  expect(body.detail).toMatch(/past its end/);
});

it('lets no token make another one, so that none can outlive itself', async () => {
  const body = { name: 'heir', scopes: ['read'], days: 365 };
  const made = await api.ask(admin, 'POST', '/api/v1/tokens', body);
  expect(made).toMatchObject({ status: 403, body: { code: 'forbidden' } });
});

it('makes a token of at most what its owner may do, and shows it once', async () => {
  const headers = byCookie(viewer, own);
  const wide = { name: 'wide', scopes: ['read', 'approve'] };
  expect((await api.ask(undefined, 'POST', '/api/v1/tokens', wide, headers)).status).toBe(403);
  const made = await api.ask(
    undefined,
    'POST',
    '/api/v1/tokens',
    { name: 'ci', scopes: ['read'] },
    headers,
  );
  expect(made.status).toBe(201);
  expect(made.body.secret).toMatch(/^stt_[\w-]{43}$/);
  const listed = await api.ask(undefined, 'GET', '/api/v1/tokens', undefined, byCookie(viewer));
  expect(JSON.stringify(listed.body)).not.toContain(made.body.secret);
  const auth = { authorization: `Bearer ${made.body.secret}` };
  expect((await api.ask(undefined, 'GET', '/api/v1/pause', undefined, auth)).status).toBe(200);
  const path = `/api/v1/tokens/${made.body.token.id}`;
  expect((await api.ask(undefined, 'DELETE', path, undefined, headers)).status).toBe(200);
  expect((await api.ask(undefined, 'GET', '/api/v1/pause', undefined, auth)).status).toBe(401);
});

it('takes rights away with the next request', async () => {
  const operator = await api.caller(['operator']);
  expect((await api.ask(operator, 'POST', '/api/v1/sync')).status).toBe(202);
  const path = `/api/v1/users/${operator.user.id}`;
  await api.ask(admin, 'PATCH', path, { roles: ['viewer'] });
  expect((await api.ask(operator, 'POST', '/api/v1/sync')).status).toBe(403);
  await api.ask(admin, 'PATCH', path, { disabled: true });
  expect((await api.ask(operator, 'GET', '/api/v1/pause')).status).toBe(401);
  expect(
    (await api.ask(undefined, 'GET', '/api/v1/pause', undefined, byCookie(operator))).status,
  ).toBe(401);
});

it('writes down who gave whom which rights', async () => {
  const made = await api.ask(admin, 'POST', '/api/v1/users', {
    name: 'Grace',
    roles: ['approver'],
  });
  expect(made.body.signInPath).toMatch(/^\/sign-in#token=sto_/);
  const log = await api.ask(admin, 'GET', '/api/v1/decisions?kind=access&limit=1');
  expect(log.body.items[0]).toMatchObject({
    actorType: 'person',
    actor: 'admin',
    outcome: 'added',
    subjectId: made.body.user.id,
  });
  expect(JSON.stringify(log.body)).not.toContain('sto_');
});

it.each([
  ['evil.example', 421],
  ['127.0.0.1.evil.example:4870', 421],
  ['localhost', 200],
  ['127.0.0.1', 200],
])('answers to the name %s with %i', async (host, status) => {
  const { request } = await import('node:http');
  const answered = await new Promise<number | undefined>((resolve, reject) => {
    request(`${api.address}/healthz`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(answered).toBe(status);
});

it.each(['/', '/findings', '/api/v1/pause', '/reference', '/openapi.json', '/nothing'])(
  'sends %s with headers that hold browsers to little',
  async (path) => {
    const { headers } = await api.ask(admin, 'GET', path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('x-request-id')).toMatch(/\w{8}/);
  },
);

it('answers no preflight of another origin', async () => {
  const { headers } = await api.ask(undefined, 'OPTIONS', '/api/v1/pause', undefined, {
    origin: 'https://evil.example',
    'access-control-request-method': 'PUT',
  });
  expect(headers.get('access-control-allow-origin')).toBeNull();
});

it('writes no secret into its log', async () => {
  await api.ask(admin, 'GET', '/api/v1/pause', undefined, byCookie(admin));
  const log = api.logged.join('\n');
  expect(log).toContain('/api/v1/pause');
  expect(log).not.toMatch(/st[tso]_[\w-]{20}/);
});

it('gives out metrics on this machine, elsewhere only to who may read', async () => {
  await api.ask(admin, 'GET', '/api/v1/pause');
  const here = await api.ask(undefined, 'GET', '/metrics');
  expect(here.status).toBe(200);
  for (const metric of [
    'suture_findings_exposed',
    'suture_decisions',
    'process_cpu_seconds_total',
    'http_server_request_duration_seconds_bucket',
    'suture_deliveries_pending',
    'suture_queue_age_seconds',
    'route="/api/v1/pause"',
  ]) {
    expect(here.body).toContain(metric);
  }
  // A proxy on this machine brings whoever it likes.
  const proxied = { 'x-forwarded-for': '203.0.113.9' };
  expect((await api.ask(undefined, 'GET', '/metrics', undefined, proxied)).status).toBe(401);
  expect((await api.ask(viewer, 'GET', '/metrics', undefined, proxied)).status).toBe(200);
  const nobody = await api.caller([]);
  expect((await api.ask(nobody, 'GET', '/metrics', undefined, proxied)).status).toBe(403);
});

it('keeps sessions that are stolen from the database worthless', async () => {
  const { rows } = await sql<{ hash: Buffer }>`select hash from session`.execute(api.store);
  for (const { hash } of rows) {
    for (const form of [hash.toString('hex'), hash.toString('base64url')]) {
      const headers = { cookie: `suture=${form}` };
      expect((await api.ask(undefined, 'GET', '/api/v1/session', undefined, headers)).status).toBe(
        401,
      );
    }
  }
});
