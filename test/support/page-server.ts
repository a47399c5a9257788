import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openIndex } from '../../src/advisories/open-index.ts';
import { createApi } from '../../src/api/app.ts';
import { apiConfiguration } from '../../src/api/configuration.ts';
import { serveApi } from '../../src/api/serve.ts';
import type { Role } from '../../src/domain/access.ts';
import { exec } from '../../src/platform/exec.ts';
import { signingKey } from '../../src/platform/keys.ts';
import { openLog } from '../../src/platform/log.ts';
import { notifiers } from '../../src/plugins/notifiers/index.ts';
import type { Store } from '../../src/store/database.ts';
import { installFirstPolicy } from '../../src/store/policies.ts';
import { makeSignInToken } from '../../src/store/sign-in.ts';
import { createLocalUser, type User } from '../../src/store/users.ts';
import { openControlClient } from '../../src/workflows/control/client.ts';
import { firstPolicy } from '../../src/workflows/first-policy.ts';
import { advisoryRecord, affected, buildUnits } from './advisories.ts';
import { openBrowser } from './browser.ts';
import { testStore } from './database.ts';

const ROOT = join(import.meta.dirname, '../..');
const SIGN_IN_SECONDS = 600;
/** Nothing takes that long; a machine may have much else to do. */
const PATIENCE_MS = 20_000;

/** The page as somebody has it before them. */
export interface Visit {
  readonly page: Page;
  /** What the browser complained about: errors of scripts, what policy forbade, answers of 5xx. */
  readonly complaints: readonly string[];
}

export interface PageServer extends AsyncDisposable {
  readonly address: string;
  readonly store: Store;
  readonly browser: Browser;
  /** An empty folder that knows none of the server's keys. */
  readonly elsewhere: string;
  person(name: string, roles: readonly Role[], more?: PersonDetails): Promise<User>;
  /** A browser of its own that has the page open; signed in by a link where there is a person. */
  visit(person: User | undefined, options?: VisitOptions): Promise<Visit>;
}

interface PersonDetails {
  readonly groups?: readonly string[];
  readonly email?: string;
}

interface VisitOptions extends BrowserContextOptions {
  /** Where on the page; default: the overview. */
  readonly path?: string;
}

/**
 * The control plane as `suture up` puts it together, but for workers: the built page and the API on a
 * port of their own, over a real database, with a browser. What it asks of workers waits for them.
 */
export async function pageServer(): Promise<PageServer> {
  await using started = new AsyncDisposableStack();
  await buildPage();
  const home = await mkdtemp(join(tmpdir(), 'suture-page-'));
  started.defer(() => rm(home, { recursive: true, force: true, maxRetries: 3 }));
  const elsewhere = await mkdtemp(join(tmpdir(), 'suture-elsewhere-'));
  started.defer(() => rm(elsewhere, { recursive: true, force: true }));
  await buildUnits(home, {
    'osv/npm': [advisoryRecord({ id: 'GHSA-1', affected: [affected('lodash', '4.17.21')] })],
  });
  const { store, url } = started.use(await testStore());
  await installFirstPolicy(store, { ...(await firstPolicy(home)), now: new Date() });
  const client = await openControlClient(url, store);
  started.defer(() => client.close());
  const config = await apiConfiguration(home, { SUTURE_OUTBOUND_ALLOW: '127.0.0.1' });
  const { app, close } = createApi({
    store,
    databaseUrl: url,
    databaseKind: 'embedded',
    home,
    client,
    openIndex: () => openIndex(home),
    clock: { now: () => new Date() },
    version: '0.0.0-test',
    config,
    log: openLog({ level: process.env['SUTURE_TEST_LOG'] ?? 'silent' }),
    signingKey: () => signingKey(home),
    notifiers: () => Promise.resolve(notifiers({ outbound: { allow: config.outbound.allow } })),
    checkAnswers: true,
  });
  const server = await serveApi(app, { host: '127.0.0.1', port: 0 });
  started.defer(() => server.close());
  started.defer(close);
  const browser = await openBrowser();
  started.defer(() => browser.close());
  const running = started.move();
  return {
    address: server.address,
    store,
    browser,
    elsewhere,
    person: (name, roles, { groups = [], email } = {}) =>
      createLocalUser(store, { name, roles, groups, ...(email === undefined ? {} : { email }) }),
    visit: (person, options) => visit(browser, server.address, store, person, options),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Brings web/dist up to its sources. */
async function buildPage(): Promise<void> {
  const argv = [process.execPath, join(ROOT, 'scripts/build-page.mjs')];
  const { exitCode, stderr } = await exec(argv, { cwd: ROOT });
  if (exitCode !== 0) throw new Error(`The page could not be built: ${stderr}`);
}

async function visit(
  browser: Browser,
  address: string,
  store: Store,
  person: User | undefined,
  { path = '/', ...options }: VisitOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: address,
    reducedMotion: 'reduce',
    viewport: { width: 1360, height: 900 },
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // Answers that say no are told by the page itself, and tried on purpose.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
      complaints.push(`${page.url()}: ${message.text()}`);
  });
  if (person === undefined) {
    await page.goto(path);
  } else {
    const { secret } = await makeSignInToken(store, person.id, SIGN_IN_SECONDS);
    await page.goto(`/sign-in?next=${encodeURIComponent(path)}#token=${secret}`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL((url) => url.pathname !== '/sign-in');
  }
  return { page, complaints };
}
