import { createServer, type Server } from 'node:http';
import { Provider } from 'oidc-provider';

/** Somebody whom the provider knows. */
export interface ProviderAccount {
  readonly name: string;
  readonly email?: string;
  readonly groups?: readonly string[];
}

export interface TestProvider extends AsyncDisposable {
  readonly issuer: string;
  /** Lets a browser that was sent to `url` sign in as `account`; returns where it is sent back to. */
  signIn(url: string, account: string): Promise<URL>;
  /** Stops answering, as a provider that is down; `up` takes its place again. */
  down(): Promise<void>;
  up(): Promise<void>;
}

/** A real OpenID provider (oidc-provider, certified) on a port of its own. */
export async function testProvider(options: {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: () => string;
  readonly accounts: Readonly<Record<string, ProviderAccount>>;
}): Promise<TestProvider> {
  let handle: (request: unknown, response: unknown) => void = () => {};
  let server: Server = createServer((request, response) => handle(request, response));
  await listen(server, 0);
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  const issuer = `http://127.0.0.1:${port}`;
  handle = new Provider(issuer, {
    clients: [
      {
        client_id: options.clientId,
        client_secret: options.clientSecret,
        redirect_uris: [options.redirectUri()],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    pkce: { required: () => true },
    cookies: { keys: ['only for tests'] },
    claims: { openid: ['sub'], profile: ['name', 'groups'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_: unknown, id: string) => {
      const account = options.accounts[id];
      if (account === undefined) return undefined;
      const { name, email, groups } = account;
      return {
        accountId: id,
        claims: () => ({ sub: id, name, email, email_verified: email !== undefined, groups }),
      };
    },
  }).callback();
  return {
    issuer,
    signIn: (url, account) => walk(url, account, options.redirectUri()),
    down: () => close(server),
    up: async () => {
      server = createServer((request, response) => handle(request, response));
      await listen(server, port);
    },
    [Symbol.asyncDispose]: () => close(server),
  };
}

/** A browser as far as it matters: follows redirects, keeps cookies, sends the forms it is shown. */
async function walk(start: string, account: string, redirectUri: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(start);
  let form: URLSearchParams | undefined;
  for (let step = 0; step < 20; step += 1) {
    const response: Response = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form === undefined ? {} : { body: form }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location !== null) {
      url = new URL(location, url);
      form = undefined;
      if (url.href.startsWith(redirectUri)) return url;
      continue;
    }
    const page = await response.text();
    const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
    if (action === undefined || prompt === undefined)
      throw new Error(`No form: ${page.slice(0, 500)}`);
    url = new URL(action, url);
    form = new URLSearchParams({ prompt, login: account, password: 'any' });
  }
  throw new Error('The provider led in circles');
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
