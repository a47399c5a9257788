import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi } from '../../src/api/app.ts';
import { apiConfiguration } from '../../src/api/configuration.ts';
import type { ApiDependencies } from '../../src/api/dependencies.ts';
import { serveApi } from '../../src/api/serve.ts';
import type { Role } from '../../src/domain/access.ts';
import { SutureError } from '../../src/domain/error.ts';
import { signingKey } from '../../src/platform/keys.ts';
import { openLog } from '../../src/platform/log.ts';
import { openSession } from '../../src/store/sessions.ts';
import { createToken } from '../../src/store/tokens.ts';
import { createLocalUser, type User } from '../../src/store/users.ts';
import type { ControlClient } from '../../src/workflows/control/client.ts';
import { type TestStore, testStore } from './database.ts';

/** Somebody who asks, with both ways to say who they are. */
export interface Caller {
  readonly user: User;
  readonly token: string;
  readonly cookie: string;
}

export interface TestApi extends AsyncDisposable {
  readonly address: string;
  readonly home: string;
  readonly database: TestStore;
  readonly store: TestStore['store'];
  readonly dependencies: ApiDependencies;
  /** What was asked of the workers, in order. */
  readonly asked: readonly (readonly [what: string, ...args: readonly unknown[]])[];
  /** Lines of the log. */
  readonly logged: readonly string[];
  caller(roles: readonly Role[], more?: { readonly groups?: readonly string[] }): Promise<Caller>;
  /** A request as that person, by token; nobody: without. */
  ask(
    caller: Caller | undefined,
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of all shapes
  readonly body: any;
}

/** The API on a port of its own, over a database of its own; workers are only written down. */
export async function testApi(
  options: {
    readonly environment?: NodeJS.ProcessEnv;
    readonly dependencies?: Partial<ApiDependencies>;
  } = {},
): Promise<TestApi> {
  const home = await mkdtemp(join(tmpdir(), 'suture-api-'));
  const database = await testStore();
  const { store, url } = database;
  const logged: string[] = [];
  const asked: [string, ...unknown[]][] = [];
  const dependencies: ApiDependencies = {
    store,
    databaseUrl: url,
    databaseKind: 'embedded',
    home,
    client: writtenDown(asked),
    openIndex: () => {
      throw new SutureError('index-missing', 'There is no advisory index', { remedy: 'Sync.' });
    },
    clock: { now: () => new Date() },
    version: '0.0.0-test',
    config: await apiConfiguration(home, options.environment ?? {}),
    log: openLog({ level: 'debug', to: { write: (line) => logged.push(line) } }),
    signingKey: () => signingKey(home),
    notifiers: () => Promise.resolve([]),
    checkAnswers: true,
    ...options.dependencies,
  };
  const { app, close } = createApi(dependencies);
  const server = await serveApi(app, { host: '127.0.0.1', port: 0 });
  const { address } = server;
  return {
    address,
    home,
    database,
    store,
    dependencies,
    asked,
    logged,
    caller: async (roles, { groups = [] } = {}) => {
      const name = roles.join(' and ') || 'nobody';
      const user = await createLocalUser(store, { name, roles, groups });
      const { secret } = await createToken(store, {
        userId: user.id,
        name: 'test',
        scopes: ['read', 'operate', 'approve', 'audit', 'administer'],
        lifeSeconds: 3600,
      });
      const session = await openSession(store, user.id, 'test', dependencies.config.sessions);
      return { user, token: secret, cookie: `suture=${session}` };
    },
    ask: async (caller, method, path, body, headers = {}) => {
      const response = await fetch(path.startsWith('/') ? address + path : path, {
        method,
        headers: {
          ...(caller === undefined ? {} : { authorization: `Bearer ${caller.token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'manual',
      });
      const text = await response.text();
      const type = response.headers.get('content-type') ?? '';
      return {
        status: response.status,
        headers: response.headers,
        body: /[/+]json/.test(type) ? (JSON.parse(text) as unknown) : text,
      };
    },
    [Symbol.asyncDispose]: async () => {
      await close();
      await server.close();
      await database[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function writtenDown(asked: [string, ...unknown[]][]): ControlClient {
  let runs = 0;
  const note = (what: string, ...args: unknown[]) => {
    asked.push([what, ...args]);
    runs += 1;
    return Promise.resolve(`run-${runs}`);
  };
  return {
    requestScan: (...args) => note('scan', ...args),
    requestSync: (...args) => note('sync', ...args),
    wakeChange: async (id) => void (await note('wake', id)),
    wakeAll: async () => void (await note('wake all')),
    cancelRun: async (id, cancel) => {
      await note('cancel', id, cancel);
      return true;
    },
    enqueueForgotten: async () => {
      await note('enqueue forgotten');
      return 0;
    },
    close: () => Promise.resolve(),
  };
}
