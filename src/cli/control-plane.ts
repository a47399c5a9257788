import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type ApiConfiguration, apiConfiguration } from '../api/configuration.ts';
import { ensureCanListen, serveApi } from '../api/serve.ts';
import { SutureError } from '../domain/error.ts';
import { writeFileAtomic } from '../platform/atomic-write.ts';
import { type KeptProcess, keepRunning } from '../platform/kept-process.ts';
import { signingKey } from '../platform/keys.ts';
import type { Log } from '../platform/log.ts';
import { commandLineToken } from '../store/command-line-account.ts';
import { closeStore, openStore, type Store } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { installFirstPolicy } from '../store/policies.ts';
import { putSetting } from '../store/settings.ts';
import { firstAdminToken } from '../store/sign-in.ts';
import { firstPolicy } from '../workflows/first-policy.ts';
import type { Services } from '../workflows/services.ts';
import { openDatabase } from './database-of.ts';
import { PUBLIC_URL } from './public-url.ts';
import { type OwnServer, ownServerFile, runningServer } from './server.ts';

/** How long the first administrator's link is good. */
const FIRST_SIGN_IN_SECONDS = 30 * 60;
const COMMAND_LINE_TOKEN_SECONDS = 365 * 24 * 3600;
/** A worker that stops finishes the step it is in, where that takes no longer. */
const WORKER_GRACE_MS = 20_000;

export interface ControlPlaneOptions {
  readonly host: string;
  readonly port: number;
  /** Worker processes on this machine; 0 where they run elsewhere. */
  readonly workers: number;
  /** External PostgreSQL; absent: the home's own. */
  readonly database?: string;
  readonly publicUrl?: string;
  /** Folder or address of a feed mirror, for the scheduled sync. */
  readonly feeds?: string;
  readonly log: Log;
}

export interface ControlPlane {
  /** Where the page is: `http://127.0.0.1:4870`. */
  readonly address: string;
  /** As long as no administrator has signed in: where the first one can, once. */
  readonly firstSignIn?: { readonly url: string; readonly expiresAt: string };
  stop(): Promise<void>;
}

/**
 * Starts everything, in the order in which each needs the other: database, schema, policy, API and
 * page, workers. Stops in the opposite one.
 *
 * @throws SutureError when one of them cannot start, with what to do; nothing is left running
 */
export async function startControlPlane(
  options: ControlPlaneOptions,
  services: Services,
): Promise<ControlPlane> {
  const { home } = services;
  const { log } = options;
  await using started = new AsyncDisposableStack();
  await refuseSecond(home);
  await ensureCanListen(options);
  const config = await configurationOf(options, home);
  const database = await openDatabase(home, options.database, log);
  started.defer(() => database.stop());
  const migrations = await migrate(database.url);
  if (migrations.length > 0) log.info({ to: migrations.at(-1) }, 'schema brought up');
  const store = openStore(database.url);
  started.defer(() => closeStore(store));
  await installFirstPolicy(store, { ...(await firstPolicy(home)), now: services.clock.now() });

  const { openControlClient } = await import('../workflows/control/client.ts');
  const client = await openControlClient(database.url, store);
  started.defer(() => client.close());
  const { createApi } = await import('../api/app.ts');
  const { app, close } = createApi({
    store,
    databaseUrl: database.url,
    databaseKind: database.kind,
    home,
    client,
    openIndex: () => services.openIndex(),
    clock: services.clock,
    version: services.tool.version,
    config,
    log,
    signingKey: () => signingKey(home),
    notifiers: () => services.notifiers(config.outbound.allow),
  });
  started.defer(close);
  const server = await serveApi(app, { host: options.host, port: options.port });
  started.defer(() => server.close());
  // Workers, wherever they run, make links from it.
  await putSetting(store, PUBLIC_URL, config.publicUrl ?? server.address);
  const firstSignIn = await signInLink(store, config, server.address);
  await leaveToken(store, home, server.address);
  started.defer(() => rm(ownServerFile(home), { force: true }));

  const workers = Array.from({ length: options.workers }, () => keepWorker(options, home));
  started.defer(async () => {
    await Promise.all(workers.map((worker) => worker.stop(WORKER_GRACE_MS)));
  });
  const running = started.move();
  return {
    address: server.address,
    ...(firstSignIn === undefined ? {} : { firstSignIn }),
    stop: () => running.disposeAsync(),
  };
}

/** Two would take each other's command line and workers away. */
async function refuseSecond(home: string): Promise<void> {
  const running = await runningServer(home);
  if (running === undefined) return;
  throw new SutureError('already-up', `It is up already: ${running.address}`, {
    remedy: 'Use that one, or stop it first. For more workers beside it there is "suture worker".',
  });
}

async function configurationOf(
  { publicUrl }: ControlPlaneOptions,
  home: string,
): Promise<ApiConfiguration> {
  const environment =
    publicUrl === undefined ? process.env : { ...process.env, SUTURE_PUBLIC_URL: publicUrl };
  return await apiConfiguration(home, environment);
}

async function signInLink(store: Store, config: ApiConfiguration, address: string) {
  const token = await firstAdminToken(store, FIRST_SIGN_IN_SECONDS);
  if (token === undefined) return undefined;
  // In the fragment, which no server or proxy gets to see.
  const url = `${config.publicUrl ?? address}/sign-in#token=${token.secret}`;
  return { url, expiresAt: token.expiresAt };
}

/** Whoever can read the home may use the command line without signing in. */
async function leaveToken(store: Store, home: string, address: string): Promise<void> {
  const token = await commandLineToken(store, COMMAND_LINE_TOKEN_SECONDS);
  const own: OwnServer = { address, token };
  await writeFileAtomic(ownServerFile(home), `${JSON.stringify(own)}\n`, { mode: 0o600 });
}

function keepWorker(
  { database, feeds, publicUrl, log }: ControlPlaneOptions,
  home: string,
): KeptProcess {
  const program = fileURLToPath(new URL('../../bin/suture.mjs', import.meta.url));
  return keepRunning([process.execPath, program, 'worker'], {
    env: {
      ...process.env,
      SUTURE_HOME: home,
      // Not as arguments, which every user of the machine can read.
      ...(database === undefined ? {} : { SUTURE_DATABASE_URL: database }),
      ...(feeds === undefined ? {} : { SUTURE_FEEDS: feeds }),
      ...(publicUrl === undefined ? {} : { SUTURE_PUBLIC_URL: publicUrl }),
    },
    onExit: (exit) => log.error(exit, 'a worker has ended; it is started again'),
  });
}
