import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { expect, vi } from 'vitest';
import type { Role } from '../../src/domain/access.ts';
import type { ChangeState, VoteVerdict } from '../../src/domain/change-state.ts';
import type { ManagedAsset } from '../../src/domain/managed-asset.ts';
import { exec } from '../../src/platform/exec.ts';
import type { FeedRecord } from '../../src/ports/feed.ts';
import { registerAsset } from '../../src/store/assets-register.ts';
import { changesOf, type StoredChange } from '../../src/store/changes.ts';
import type { Store } from '../../src/store/database.ts';
import { type ControlClient, openControlClient } from '../../src/workflows/control/client.ts';
import { type VoterAccount, voteOnChange } from '../../src/workflows/control/vote.ts';
import { startWorker, type Worker } from '../../src/workflows/control/worker.ts';
import { buildUnits } from './advisories.ts';
import { type ClosedServices, closedServices } from './closed-services.ts';
import { HOLES, PACKAGES } from './control-packages.ts';
import { testStore } from './database.ts';

/** A control plane with one worker in this process, on a database and a home of its own. */
export interface ControlWorld extends AsyncDisposable {
  readonly root: string;
  readonly store: Store;
  readonly url: string;
  readonly services: ClosedServices;
  readonly client: ControlClient;
  git(cwd: string, ...args: string[]): Promise<string>;
  /** Makes a repository with one commit on `main`; bare when nobody is to work in it. */
  repository(
    name: string,
    files: Readonly<Record<string, string>>,
    options?: { readonly bare?: boolean },
  ): Promise<string>;
  /** Commits files to the `main` of a repository made above. */
  commit(name: string, files: Readonly<Record<string, string>>): Promise<string>;
  person(name: string, roles: readonly Role[]): Promise<VoterAccount>;
  register(name: string): Promise<ManagedAsset>;
  /** Puts a policy in force. */
  policy(document: string): Promise<void>;
  /** Puts these records into the index, in place of what was there. */
  advisories(records: readonly FeedRecord[]): Promise<void>;
  changes(assetId: string): Promise<readonly StoredChange[]>;
  /** Waits until a change of the asset is in a state, the newest one of those that are. */
  changeThat(assetId: string, state: ChangeState): Promise<StoredChange>;
  /** Waits until nothing of an asset is queued or runs. */
  settled(assetId: string): Promise<void>;
  vote(
    changeId: string,
    by: VoterAccount,
    verdict: VoteVerdict,
    more?: { readonly reason?: string; readonly avoid?: readonly string[] },
  ): Promise<string>;
  /** How findings of an asset stand, by package. */
  findings(assetId: string): Promise<Readonly<Record<string, string>>>;
  /** Decisions on a subject, oldest first, as `kind outcome`. */
  decisions(subject: string): Promise<readonly string[]>;
  /** Kinds of what was told about an asset, oldest first. */
  told(assetId: string): Promise<readonly string[]>;
}

/** How long anything may take that a test waits for; nothing here takes seconds by itself. */
export const PATIENCE = { timeout: 60_000, interval: 100 } as const;

export async function controlWorld(
  options: { readonly worker?: false; readonly index?: false } = {},
): Promise<ControlWorld> {
  const root = await mkdtemp(join(tmpdir(), 'suture-control-'));
  const home = join(root, 'home');
  vi.stubEnv('SUTURE_HOME', home);
  const database = await testStore({ poolSize: 8 });
  const { store, url } = database;
  const services = closedServices(home, PACKAGES);
  if (options.index !== false) await buildUnits(home, { 'osv/holes': HOLES });
  const client = await openControlClient(url, store);
  // What is tested here is never due by itself.
  await neverSync(store);
  let worker: Worker | undefined;
  if (options.worker !== false) {
    worker = await startWorker({
      services,
      databaseUrl: url,
      store,
      notifiers: [],
      log: pino({ level: process.env['SUTURE_TEST_LOG'] ?? 'silent' }),
      publicUrl: () => Promise.resolve('http://127.0.0.1:4870'),
      onDeclaredDead: () => {},
    });
  }
  const git = async (cwd: string, ...args: string[]) => {
    const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
    const result = await exec(['git', ...identity, ...args], { cwd });
    if (result.exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`);
    return result.stdout.trim();
  };
  const work = (name: string) => join(root, 'work', name);
  const place = (name: string) => join(root, name);
  const commit = async (name: string, files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(work(name), path)), { recursive: true });
      await writeFile(join(work(name), path), text);
    }
    await git(work(name), 'add', '-A', '-f', '.');
    await git(work(name), 'commit', '-q', '-m', 'Work');
    await git(work(name), 'push', '-q', place(name), 'HEAD:main');
    return await git(work(name), 'rev-parse', 'HEAD');
  };
  let users = 0;
  const world: ControlWorld = {
    root,
    store,
    url,
    services,
    client,
    git,
    commit,
    async repository(name, files) {
      await mkdir(work(name), { recursive: true });
      await git(root, 'init', '-q', '--bare', '-b', 'main', place(name));
      await git(work(name), 'init', '-q', '-b', 'main');
      await commit(name, files);
      return place(name);
    },
    async person(name, roles) {
      users += 1;
      const row = await store
        .insertInto('user_account')
        .values({ issuer: 'test', subject: `${name}-${users}`, name, roles: [...roles] })
        .returning('id')
        .executeTakeFirstOrThrow();
      return { userId: row.id, name, roles, groups: [] };
    },
    async register(name) {
      const asset = await registerAsset(store, {
        kind: 'repository',
        name,
        location: place(name),
        context: { environment: 'production', exposure: 'internet', criticality: 1 },
      });
      await client.requestScan(asset.id, 'registered');
      return asset;
    },
    async policy(document) {
      await store
        .updateTable('policy_version')
        .set({ state: 'retired' })
        .where('state', '=', 'active')
        .execute();
      await store.insertInto('policy_version').values({ document, state: 'active' }).execute();
      await client.wakeAll();
    },
    async advisories(records) {
      await buildUnits(home, { 'osv/holes': records });
    },
    async changes(assetId) {
      const runs = await store
        .selectFrom('remediation')
        .select('id')
        .where('asset_id', '=', assetId)
        .orderBy('started_at')
        .execute();
      const lists = await Promise.all(runs.map(({ id }) => changesOf(store, id)));
      return lists.flat();
    },
    async changeThat(assetId, state) {
      return await vi.waitFor(async () => {
        const all = await world.changes(assetId);
        const found = all.findLast((one) => one.state === state);
        if (found !== undefined) return found;
        const shown = all.map((one) => `${one.title}: ${one.state}`).join('; ');
        throw new Error(`no change is ${state}: ${shown || 'there is none'}`);
      }, PATIENCE);
    },
    async settled(assetId) {
      await vi.waitFor(async () => {
        for (const table of ['scan', 'remediation'] as const) {
          const busy = await store
            .selectFrom(table)
            .select('id')
            .where('asset_id', '=', assetId)
            .where('state', 'in', ['queued', 'running'])
            .execute();
          expect(busy).toEqual([]);
        }
      }, PATIENCE);
    },
    async vote(changeId, by, verdict, { reason = 'because', avoid = [] } = {}) {
      const vote = { changeId, verdict, reason, avoid };
      const outcome = await voteOnChange(store, vote, by, { now: services.clock.now() });
      await client.wakeChange(changeId);
      return outcome;
    },
    async findings(assetId) {
      const rows = await store
        .selectFrom('finding')
        .select(['package', 'state'])
        .where('asset_id', '=', assetId)
        .execute();
      return Object.fromEntries(rows.map((row) => [row.package, row.state]));
    },
    async decisions(subject) {
      const rows = await store
        .selectFrom('decision')
        .select(['kind', 'outcome'])
        .where('subject_id', '=', subject)
        .orderBy('seq')
        .execute();
      return rows.map(({ kind, outcome }) => `${kind} ${outcome}`);
    },
    async told(assetId) {
      const rows = await store
        .selectFrom('notification')
        .select('kind')
        .where('asset_id', '=', assetId)
        .orderBy('id')
        .execute();
      return rows.map(({ kind }) => kind);
    },
    async [Symbol.asyncDispose]() {
      await worker?.stop();
      await client.close();
      await database[Symbol.asyncDispose]();
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
      vi.unstubAllEnvs();
    },
  };
  return world;
}

async function neverSync(store: Store): Promise<void> {
  const value = JSON.stringify({ sync: '0 0 29 2 *', scan: '0 0 29 2 *' });
  await store.insertInto('setting').values({ name: 'schedules', value }).execute();
  const now = new Date();
  await store
    .insertInto('feed_sync')
    .values({ workflow_id: 'sync-before', state: 'failed', started_at: now, ended_at: now })
    .execute();
}
