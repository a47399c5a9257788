/**
 * Fifty people at the page: what the API takes in a minute, how long answers take, and whether
 * everything that it said it took is there.
 *
 *   node bench/api-load.ts [--findings N] [--assets N] [--users N] [--seconds N] [--think MS]
 *                          [--url URL]
 *
 * Target: below 200 ms for 95 of 100 of each kind of request, no errors, nothing lost. The API runs
 * in a process of its own over an embedded PostgreSQL in a temporary folder, filled with a million
 * findings over 10,000 assets (some minutes); whoever asks shares the machine with both. Each person
 * thinks for a while between two requests (`--think`: at most so long, half of it on average; 0 asks
 * as fast as it can). `--url` takes a database that was filled before.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { startPostgres } from '../src/platform/postgres/server.ts';
import { requestApproval } from '../src/store/approvals.ts';
import { moveChange } from '../src/store/changes.ts';
import { closeStore, openStore, type Store } from '../src/store/database.ts';
import { recordDecisions } from '../src/store/decisions.ts';
import { migrate } from '../src/store/migrate.ts';
import { createToken } from '../src/store/tokens.ts';
import { createLocalUser } from '../src/store/users.ts';
import { storedChange } from '../test/support/made-change.ts';
import { seedMillion } from '../test/support/million-findings.ts';
import { random } from '../test/support/random.ts';
import { type Acknowledged, nextRequest, type World } from './api-load-users.ts';

const { values: given } = parseArgs({
  options: {
    findings: { type: 'string', default: '1000000' },
    assets: { type: 'string', default: '10000' },
    users: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '60' },
    think: { type: 'string', default: '2000' },
    url: { type: 'string' },
  },
});
const USERS = Number(given.users);
const SECONDS = Number(given.seconds);
const THINK_MS = Number(given.think);
const CHANGES = 40;
const DECISIONS = 200;

async function fill(store: Store, url: string): Promise<void> {
  await migrate(url);
  const known = await sql`select from finding limit 1`.execute(store);
  if (known.rows.length > 0) return;
  const begun = performance.now();
  const findings = await seedMillion(
    { store, url },
    { findings: Number(given.findings), assets: Number(given.assets) },
  );
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  console.log(`filled with ${findings.toLocaleString('en')} findings in ${seconds} s`);
}

/** Changes to vote on and decisions to speak of; ids carry the run, so that runs do not meet. */
async function world(store: Store, run: string): Promise<World> {
  const now = new Date();
  const list = async (query: string) =>
    (await sql<{ id: string }>`${sql.raw(query)}`.execute(store)).rows.map(({ id }) => id);
  const assets = await list('select id from asset order by random() limit 500');
  const changes: string[] = [];
  for (let n = 0; n < CHANGES; n += 1) {
    const id = `load-${run}-${n}`;
    await storedChange(store, { id, assetId: assets[n] ?? '1', now: now.toISOString() });
    await moveChange(store, id, { to: 'awaiting-approval', from: ['observed'] });
    await requestApproval(store, {
      changeId: id,
      quorum: 1_000,
      approvers: ['role:approver'],
      excluded: [],
      requestedAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + 86_400_000).toISOString(),
      escalation: [],
      nextEscalationAt: null,
    });
    changes.push(id);
  }
  const drafts = Array.from({ length: DECISIONS }, (_, n) => ({
    kind: 'change' as const,
    subject: { type: 'change' as const, id: changes[n % CHANGES] ?? '' },
    outcome: 'approve',
    because: 'people are asked',
    actor: { type: 'policy' as const, version: 1 },
    inputs: {},
    factors: [],
    alternatives: [],
    versions: {},
    key: `load:${run}:${n}`,
  }));
  const decisions = await recordDecisions(store, drafts, { now });
  return {
    assets,
    changes,
    decisions: decisions.map(({ seq }) => seq),
    findings: await list('select id from finding tablesample system (1) limit 2000'),
    packages: await list('select distinct package as id from vulnerability limit 300'),
  };
}

async function people(store: Store): Promise<readonly { id: string; token: string }[]> {
  return await Promise.all(
    Array.from({ length: USERS }, async (_, n) => {
      const user = await createLocalUser(store, {
        name: `Load ${n}`,
        roles: ['approver'],
        groups: [],
      });
      const { secret } = await createToken(store, {
        userId: user.id,
        name: 'load',
        scopes: ['read', 'approve'],
        lifeSeconds: 3600,
      });
      return { id: user.id, token: secret };
    }),
  );
}

async function serve(url: string, home: string) {
  const path = join(import.meta.dirname, 'api-load-server.ts');
  const child = spawn(process.execPath, [path], {
    env: { ...process.env, SUTURE_DATABASE_URL: url, SUTURE_HOME: home },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let address: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    // The durable engine says something of its own first.
    if (!line.startsWith('http')) continue;
    address = line;
    break;
  }
  if (address === undefined) throw new Error('The API did not start');
  return {
    address,
    stop: async () => {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

async function metric(address: string, name: string): Promise<number> {
  const text = await (await fetch(`${address}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

const cpuSeconds = (address: string) => metric(address, 'process_cpu_seconds_total');

/** What the API costs while nobody asks; from its own metrics. */
async function idle(address: string): Promise<void> {
  // The first time, what is asked for is loaded.
  await cpuSeconds(address);
  const [cpu, begun] = [await cpuSeconds(address), performance.now()];
  await sleep(10_000);
  const used = (await cpuSeconds(address)) - cpu;
  const share = (used / ((performance.now() - begun) / 1000)) * 100;
  const megabytes = (await metric(address, 'process_resident_memory_bytes')) / 1e6;
  console.log(`idle: ${share.toFixed(1)} % of a core, ${megabytes.toFixed(0)} MB`);
}

const times = new Map<string, number[]>();
const errors = new Map<string, number>();

async function work(
  address: string,
  person: { readonly id: string; readonly token: string },
  seed: number,
  there: World,
  acknowledged: Acknowledged,
  until: number,
): Promise<void> {
  const chance = random(seed);
  const pause = () => (THINK_MS === 0 ? Promise.resolve() : sleep(chance.below(THINK_MS)));
  await pause();
  for (let n = 0; performance.now() < until; n += 1) {
    const asked = nextRequest(chance, person.id, there, acknowledged);
    const begun = performance.now();
    try {
      const response = await fetch(`${address}/api/v1${asked.path}`, {
        method: asked.method,
        headers: {
          authorization: `Bearer ${person.token}`,
          ...(asked.body === undefined
            ? {}
            : {
                'content-type': 'application/json',
                'idempotency-key': `${person.id}-${seed}-${n}`,
              }),
        },
        ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
      });
      const text = await response.text();
      if (response.ok) asked.acknowledged?.();
      else count(errors, `${asked.shape}: ${response.status} ${text.slice(0, 200)}`);
    } catch (error) {
      count(errors, `${asked.shape}: ${String(error)}`);
    }
    const taken = performance.now() - begun;
    const known = times.get(asked.shape);
    if (known === undefined) times.set(asked.shape, [taken]);
    else known.push(taken);
    await pause();
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function row(name: string, all: readonly number[]): void {
  const sorted = all.toSorted((a, b) => a - b);
  const cells = [0.5, 0.95, 0.99, 1].map((share) => percentile(sorted, share).toFixed(0));
  console.log(`| ${[name, all.length, ...cells].join(' | ')} |`);
}

/** What was acknowledged and is not there; and what is there more than once. */
async function lost(store: Store, acknowledged: Acknowledged) {
  const votes = await sql<{ key: string }>`
    select change_id || ' ' || user_id as key from vote where change_id like 'load-%'`.execute(
    store,
  );
  const said = await sql<{ reason: string; n: number }>`
    select reason, count(*)::int as n from decision_feedback where reason like 'load %'
    group by reason`.execute(store);
  const there = new Set(votes.rows.map(({ key }) => key));
  const reasons = new Map(said.rows.map(({ reason, n }) => [reason, n]));
  return {
    votes: [...acknowledged.votes].filter((key) => !there.has(key)).length,
    feedback: [...acknowledged.feedback].filter((reason) => !reasons.has(reason)).length,
    twice: [...acknowledged.feedback].filter((reason) => (reasons.get(reason) ?? 0) > 1).length,
  };
}

const home = mkdtempSync(join(tmpdir(), 'suture-load-'));
const server = given.url === undefined ? await startPostgres({ home }) : undefined;
const url = given.url ?? server?.url ?? '';
const store = openStore(url);
try {
  await fill(store, url);
  const run = Date.now().toString(36);
  const there = await world(store, run);
  const persons = await people(store);
  const api = await serve(url, home);
  await idle(api.address);
  const acknowledged: Acknowledged = { votes: new Set(), feedback: new Set() };
  console.log(
    `${USERS} people for ${SECONDS} s, thinking up to ${THINK_MS} ms; ` +
      `${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)} before\n`,
  );
  const cpu = await cpuSeconds(api.address);
  const begun = performance.now();
  const until = begun + SECONDS * 1000;
  await Promise.all(
    persons.map((person, n) => work(api.address, person, n + 1, there, acknowledged, until)),
  );
  const took = (performance.now() - begun) / 1000;
  console.log(
    '| requests | how many | p50 ms | p95 ms | p99 ms | max ms |\n|---|---|---|---|---|---|',
  );
  for (const [shape, all] of [...times].toSorted(([a], [b]) => a.localeCompare(b))) row(shape, all);
  const all = [...times.values()].flat();
  row('all', all);
  const failed = [...errors.values()].reduce((sum, n) => sum + n, 0);
  const each = (((await cpuSeconds(api.address)) - cpu) / all.length) * 1000;
  console.log(
    `\n${(all.length / took).toFixed(1)} requests/s, ${failed} errors; ` +
      `the API's process used ${each.toFixed(1)} ms of a core for each`,
  );
  for (const [what, n] of errors) console.log(`  ${n} × ${what}`);
  const gone = await lost(store, acknowledged);
  const taken = acknowledged.votes.size + acknowledged.feedback.size;
  console.log(
    `${taken} votes and answers acknowledged; ${gone.votes + gone.feedback} of them lost, ${gone.twice} there twice`,
  );
  await api.stop();
  if (failed + gone.votes + gone.feedback + gone.twice > 0) process.exitCode = 1;
} finally {
  await closeStore(store);
  await server?.stop();
  rmSync(home, { recursive: true, force: true });
}
