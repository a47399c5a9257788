import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestApi, testApi } from '../support/api.ts';
import { type TestProvider, testProvider } from '../support/oidc-provider.ts';

let api: TestApi;
let provider: TestProvider;
const secret = 'a secret that only provider and Suture know';
beforeAll(async () => {
  provider = await testProvider({
    clientId: 'suture',
    clientSecret: secret,
    redirectUri: () => 'http://127.0.0.1:1/auth/oidc/callback',
    accounts: {
      ada: { name: 'Ada', email: 'ada@example.org', groups: ['security', 'web'] },
      bob: { name: 'Bob', groups: ['accounting'] },
      eve: { name: 'Eve' },
    },
  });
  process.env['SUTURE_SECRET_OIDC'] = secret;
  api = await testApi({
    environment: {
      // The provider sends people here; where that really is does not matter to it.
      SUTURE_PUBLIC_URL: 'http://127.0.0.1:1',
      SUTURE_OIDC_NAME: 'Example ID',
      SUTURE_OIDC_ISSUER: provider.issuer,
      SUTURE_OIDC_CLIENT_ID: 'suture',
      SUTURE_OIDC_CLIENT_SECRET: 'env:SUTURE_SECRET_OIDC',
      SUTURE_OIDC_ROLES: 'security=approver, admins=admin',
    },
  });
});
afterAll(async () => {
  delete process.env['SUTURE_SECRET_OIDC'];
  await api[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});

interface Begun {
  readonly url: string;
  readonly cookie: string;
}

async function begin(next = ''): Promise<Begun> {
  const { status, headers } = await api.ask(undefined, 'GET', `/auth/oidc/start${next}`);
  expect(status).toBe(302);
  return {
    url: headers.get('location') ?? '',
    cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '',
  };
}

const comeBack = (callback: URL, cookie: string) =>
  api.ask(undefined, 'GET', callback.pathname + callback.search, undefined, { cookie });

it('offers the provider on the sign-in page', async () => {
  const { body } = await api.ask(undefined, 'GET', '/api/v1/sign-in');
  expect(body).toEqual({
    oidc: { name: 'Example ID', start: '/auth/oidc/start' },
    oneTimeToken: true,
  });
});

it('signs somebody in with the roles of their groups, and brings them where they wanted to', async () => {
  const { url, cookie } = await begin('?next=/changes/42%3Ftab%3Ddiff');
  const asked = new URL(url).searchParams;
  expect(asked.get('code_challenge_method')).toBe('S256');
  for (const name of ['state', 'nonce', 'code_challenge']) expect(asked.get(name)).toBeTruthy();
  const back = await comeBack(await provider.signIn(url, 'ada'), cookie);
  expect(back.status).toBe(302);
  expect(back.headers.get('location')).toBe('/changes/42?tab=diff');
  const session = back.headers.getSetCookie().find((one) => one.startsWith('suture=')) ?? '';
  const { body } = await api.ask(undefined, 'GET', '/api/v1/session', undefined, {
    cookie: session.split(';')[0] ?? '',
  });
  expect(body).toMatchObject({
    user: { name: 'Ada', email: 'ada@example.org' },
    roles: ['approver'],
  });
});

it.each(['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)'])(
  'leads nobody to %s after signing in',
  async (next) => {
    const { url, cookie } = await begin(`?next=${encodeURIComponent(next)}`);
    const back = await comeBack(await provider.signIn(url, 'ada'), cookie);
    expect(back.headers.get('location')).toBe('/');
  },
);

it.each([
  ['bob', /no role here.*accounting/],
  ['eve', /no role here.*names no groups/],
])('lets %s in nowhere, and says why', async (account, why) => {
  const { url, cookie } = await begin();
  const back = await comeBack(await provider.signIn(url, account), cookie);
  expect(back.status).toBe(403);
  expect(back.body).toMatch(why);
  expect(back.headers.getSetCookie().some((one) => one.startsWith('suture='))).toBe(false);
});

it('takes no callback that this browser did not begin, nor with another state', async () => {
  const { url, cookie } = await begin();
  const callback = await provider.signIn(url, 'ada');
  const elsewhere = await comeBack(callback, '');
  expect(elsewhere.status).toBe(401);
  expect(elsewhere.body).toContain('not begun in this browser');
  const forged = new URL(callback);
  forged.searchParams.set('state', 'x'.repeat(43));
  expect((await comeBack(forged, cookie)).status).toBe(401);
  expect((await comeBack(forged, `suture_oidc=${'x'.repeat(43)}`)).status).toBe(401);
  // The one who did begin can still come back.
  expect((await comeBack(callback, cookie)).status).toBe(302);
});

it('takes a code once', async () => {
  const { url, cookie } = await begin();
  const callback = await provider.signIn(url, 'ada');
  expect((await comeBack(callback, cookie)).status).toBe(302);
  expect((await comeBack(callback, cookie)).status).toBe(401);
});

it('takes no code of another sign-in', async () => {
  const [mine, theirs] = [await begin(), await begin()];
  const stolen = await provider.signIn(theirs.url, 'ada');
  const callback = new URL(stolen);
  callback.searchParams.set('state', new URL(mine.url).searchParams.get('state') ?? '');
  const back = await comeBack(callback, mine.cookie);
  expect(back.status).toBe(401);
  expect(back.body).toContain('did not confirm who you are');
});

it('says so when the provider is down, and works again when it is back', async () => {
  const begun = await begin();
  const callback = await provider.signIn(begun.url, 'ada');
  await provider.down();
  const { status, body } = await comeBack(callback, begun.cookie);
  expect(status).toBe(502);
  expect(body).toContain('Example ID does not answer');
  const fresh = await testApi({
    dependencies: { config: api.dependencies.config },
  });
  try {
    expect((await fresh.ask(undefined, 'GET', '/auth/oidc/start')).status).toBe(502);
    await provider.up();
    expect((await fresh.ask(undefined, 'GET', '/auth/oidc/start')).status).toBe(302);
  } finally {
    await fresh[Symbol.asyncDispose]();
  }
});

it('does not let somebody whom an admin disabled back in', async () => {
  const admin = await api.caller(['admin']);
  const { body } = await api.ask(admin, 'GET', '/api/v1/users?limit=200');
  const ada = body.items.find(({ name }: { name: string }) => name === 'Ada');
  await api.ask(admin, 'PATCH', `/api/v1/users/${ada.id}`, { disabled: true });
  const { url, cookie } = await begin();
  const back = await comeBack(await provider.signIn(url, 'ada'), cookie);
  expect(back.status).toBe(403);
  expect(back.body).toContain('disabled');
});
