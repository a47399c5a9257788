import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { exec } from '../../src/platform/exec.ts';
import { registerAsset } from '../../src/store/assets-register.ts';
import { closeStore, openStore, type Store } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openControlClient } from '../../src/workflows/control/client.ts';
import { whileDatabaseIsAway } from '../../src/workflows/control/database-away.ts';
import { buildUnits } from './advisories.ts';
import { HOLES, projectOn } from './control-packages.ts';
import { databaseHome } from './database-home.ts';
import { violationsIn } from './kill-control-laws.ts';
import { childrenOf, killHard } from './process-tree.ts';

/** What is killed in the middle: one of two workers, the database, or all that there is. */
export type Victim = 'worker' | 'database' | 'everything';

export interface KilledControl {
  readonly victim: Victim;
  readonly changes: number;
  readonly killedAfterMs: number;
  /** How many changes were closed when it happened. */
  readonly closedByThen: number;
  readonly seconds: number;
  /** Runs that were under way then, on all workers. */
  readonly inFlight: number;
  readonly violations: readonly string[];
}

const POLICY = 'autonomy:\n  - { name: all, autonomy: auto, handOver: merge }\n';
/** Short, so that a test does not wait; long enough for two busy cores. */
const SILENT_SECONDS = 10;
const PATIENCE_MS = 420_000;

/**
 * Registers as many repositories with one hole each, lets two workers bring all of them to verified
 * closed by themselves, kills in the middle, and looks whether everything came to its end, once.
 *
 * @param random from 0 up to, not including, 1
 */
export async function killControl(
  victim: Victim,
  changes: number,
  random: () => number,
): Promise<KilledControl> {
  const began = performance.now();
  await using lab = await openLab(victim, changes);
  const { store } = lab;
  await lab.startWorkers();
  await until(store, async () => (await closed(store)) >= 1, 'a first change');
  const killedAfterMs = Math.round(random() * 400 * changes);
  await sleep(killedAfterMs);
  const closedByThen = await closed(store);
  const inFlight = await pending(store);
  await lab.kill();
  await until(store, async () => (await closed(store)) >= changes, 'all changes');
  await until(store, async () => (await unfinished(store)) === 0, 'all runs');
  return {
    victim,
    changes,
    killedAfterMs,
    closedByThen,
    seconds: Math.round((performance.now() - began) / 1000),
    inFlight,
    violations: await violationsIn(store, changes),
  };
}

interface Lab extends AsyncDisposable {
  readonly store: Store;
  startWorkers(): Promise<void>;
  kill(): Promise<void>;
}

async function openLab(victim: Victim, changes: number): Promise<Lab> {
  await using stack = new AsyncDisposableStack();
  const root = await realpath(await mkdtemp(join(tmpdir(), 'suture-kill-control-')));
  stack.defer(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
  const home = stack.use(await databaseHome());
  let database = await startDatabase(home.path);
  stack.defer(() => end(database.process));
  const { url } = database;
  await migrate(url);
  const store = openStore(url, { poolSize: 3 });
  stack.defer(() => closeStore(store));
  await configure(store);
  await repositories(root, changes);
  const client = await openControlClient(url, store);
  stack.defer(() => client.close());
  for (let n = 0; n < changes; n += 1) {
    const location = join(root, `repository-${n}`);
    const asset = await registerAsset(store, { kind: 'repository', name: `r${n}`, location });
    await client.requestScan(asset.id, 'registered');
  }
  // Two machines have nothing in common but the database; on the embedded one there is one.
  const homes = victim === 'everything' ? ['home', 'home'] : ['home', 'other'];
  process.env['SUTURE_HOME'] = join(root, 'home');
  await buildUnits(join(root, 'home'), { 'osv/holes': HOLES });
  await cp(join(root, 'home'), join(root, 'other'), { recursive: true });

  let workers: ChildProcess[] = [];
  stack.defer(() => {
    for (const worker of workers) killGroup(worker);
  });
  const place = victim === 'everything' ? `home:${home.path}` : url;
  const startWorkers = async () => {
    workers = await Promise.all(homes.map((one) => startWorker(join(root, one), place)));
    // From here on the workers are all that keeps it up.
    if (victim === 'everything') await end(database.process);
  };
  const killServer = async () => {
    const postmaster = await home.postmaster();
    for (const pid of [postmaster, ...(await childrenOf(postmaster))]) killHard(pid);
  };
  const disposable = stack.move();
  return {
    store,
    startWorkers,
    async kill() {
      const [first] = workers;
      switch (victim) {
        case 'worker':
          if (first !== undefined) killGroup(first);
          return;
        case 'database':
          killHard(database.process.pid ?? 0);
          await killServer();
          await sleep(3000);
          database = await startDatabase(home.path);
          return;
        case 'everything':
          for (const worker of workers) killGroup(worker);
          await killServer();
          await startWorkers();
      }
    },
    [Symbol.asyncDispose]: () => disposable.disposeAsync(),
  };
}

async function configure(store: Store): Promise<void> {
  await store.insertInto('policy_version').values({ document: POLICY, state: 'active' }).execute();
  // What is looked at here is never due by itself.
  const value = JSON.stringify({ sync: '0 0 29 2 *', scan: '0 0 29 2 *' });
  await store.insertInto('setting').values({ name: 'schedules', value }).execute();
  const ended = { state: 'failed', ended_at: new Date() } as const;
  await store
    .insertInto('feed_sync')
    .values({ workflow_id: 'sync-before', ...ended })
    .execute();
}

async function repositories(root: string, count: number): Promise<void> {
  const work = join(root, 'work');
  for (const [path, text] of Object.entries(projectOn({ gate: '1.0.0' }))) {
    await mkdir(dirname(join(work, path)), { recursive: true });
    await writeFile(join(work, path), text);
  }
  const git = async (...args: string[]) => {
    const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
    const result = await exec(['git', ...who, ...args], { cwd: work });
    if (result.exitCode !== 0) throw new Error(result.stderr);
  };
  await git('init', '-q', '-b', 'main');
  await git('add', '-A', '-f', '.');
  await git('commit', '-q', '-m', 'First');
  await git('clone', '-q', '--bare', work, join(root, 'repository-0'));
  for (let n = 1; n < count; n += 1) {
    await cp(join(root, 'repository-0'), join(root, `repository-${n}`), { recursive: true });
  }
}

async function startDatabase(home: string) {
  const script = join(import.meta.dirname, 'use-postgres.ts');
  const child = spawn(process.execPath, [script, home], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { process: child, url: line.toString().trim() };
}

async function startWorker(home: string, database: string): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'control-worker.ts');
  const child = spawn(process.execPath, [script, home, database, String(SILENT_SECONDS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // What it starts has groups of its own, and notices by itself.
    detached: true,
  });
  await once(child.stdout, 'data');
  child.stdout.resume();
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.stdin?.end();
  await gone;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function until(store: Store, holds: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await whileDatabaseIsAway(holds))) {
    if (performance.now() > deadline) throw new Error(`${what}: ${await standing(store)}`);
    await sleep(200);
  }
}

async function closed(store: Store): Promise<number> {
  const rows = await store
    .selectFrom('change')
    .select('id')
    .where('state', '=', 'closed')
    .execute();
  return rows.length;
}

async function unfinished(store: Store): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from dbos.workflow_status
    where status in ('PENDING', 'ENQUEUED', 'DELAYED')`.execute(store);
  return rows[0]?.n ?? 0;
}

async function pending(store: Store): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from dbos.workflow_status where status = 'PENDING'`.execute(store);
  return rows[0]?.n ?? 0;
}

/** For whoever has to find out what hangs. */
async function standing(store: Store): Promise<string> {
  const { rows } = await sql<{ what: string }>`
    select 'change ' || state || ' ' || count(*) as what from change group by state
    union all select 'remediation ' || state || ' ' || coalesce(error, '') || count(*)
      from remediation group by state, error
    union all select 'scan ' || state || ' ' || coalesce(error, '') || count(*)
      from scan group by state, error
    union all select name || ' ' || status || ' ' || count(*)
      from dbos.workflow_status group by name, status
    union all select 'worker ' || id || ' ' || state || ' ' || heartbeat_at from worker
  `.execute(store);
  return rows.map(({ what }) => what).join('; ');
}
