import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startPostgres } from '../../src/platform/postgres/server.ts';
import { databaseHome } from './database-home.ts';
import { childrenOf, killHard } from './process-tree.ts';

/** What is killed; `server` and `backend` leave the process that uses it alone for a while. */
const VICTIMS = ['everything', 'everything', 'process', 'server', 'backend'] as const;
/** A round's numbers start here, and none writes as many. */
const STRIDE = 1_000_000;

export interface KillRound {
  readonly round: number;
  readonly victim: (typeof VICTIMS)[number];
  /** `start`: at any moment since the process was started, also while it starts the server. */
  readonly since: 'start' | 'first write';
  readonly killedAfterMs: number;
  /** Rows that the server had said it took, up to now. */
  readonly acknowledged: number;
  /** Those of them that are gone; there must be none. */
  readonly lost: readonly number[];
  /** Until the next start answered. */
  readonly startMs: number;
}

/**
 * Rounds of a process that writes to the embedded server and is killed with it at a random moment,
 * each followed by a start that must succeed and find everything.
 *
 * @param random from 0 up to, not including, 1
 * @param only kills of this kind; default: both, in turn
 */
export async function* killPostgres(
  rounds: number,
  random: () => number,
  only?: KillRound['since'],
): AsyncGenerator<KillRound> {
  await using home = await databaseHome();
  const acknowledged: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const victim = VICTIMS[Math.floor(random() * VICTIMS.length)] ?? 'everything';
    const since = only ?? (round % 2 === 0 ? 'first write' : 'start');
    const killedAfterMs = Math.round(random() * (since === 'start' ? 2_500 : 1_000));
    const plan = { round, victim, since, killedAfterMs };
    acknowledged.push(...(await writeAndKill(home, plan, random)));

    const started = performance.now();
    const server = await startPostgres({ home: home.path });
    const startMs = Math.round(performance.now() - started);
    const kept = await takenNumbers(server.url);
    await server.stop();
    const lost = acknowledged.filter((n) => !kept.has(n));
    yield { ...plan, acknowledged: acknowledged.length, lost, startMs };
  }
}

async function writeAndKill(
  home: Awaited<ReturnType<typeof databaseHome>>,
  { round, victim, since, killedAfterMs }: Omit<KillRound, 'acknowledged' | 'lost' | 'startMs'>,
  random: () => number,
): Promise<readonly number[]> {
  const script = join(import.meta.dirname, 'write-postgres.ts');
  const writer = spawn(process.execPath, [script, home.path, String(round * STRIDE)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  writer.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const closed = once(writer, 'close');
  if (since === 'first write') await once(writer.stdout, 'data');
  await sleep(killedAfterMs);
  const pid = writer.pid ?? 0;
  const postmaster = await home.postmaster().catch(() => undefined);
  if (postmaster !== undefined && victim === 'server') killHard(postmaster);
  if (postmaster !== undefined && victim === 'backend') {
    killHard(pick(await childrenOf(postmaster), random) ?? postmaster);
  }
  // It goes on by itself then, and all is killed while it does.
  if (victim === 'server' || victim === 'backend') await sleep(random() * 2_000);
  const victims = victim === 'process' ? [pid] : await treeOf(home, pid);
  for (const id of shuffled(victims, random)) killHard(id);
  await closed;
  // A last line may be cut off: it was not acknowledged to anybody.
  return output
    .slice(0, output.lastIndexOf('\n') + 1)
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [Number(line)]));
}

/** The process, what it has started, and the server with its children, whoever started that. */
async function treeOf(
  home: Awaited<ReturnType<typeof databaseHome>>,
  pid: number,
): Promise<readonly number[]> {
  const children = await childrenOf(pid);
  const postmaster = await home.postmaster().catch(() => undefined);
  const parents = postmaster === undefined ? children : [...children, postmaster];
  const grandchildren = await Promise.all(parents.map(childrenOf));
  return [...new Set([pid, ...parents, ...grandchildren.flat()])].filter((id) => id > 1);
}

async function takenNumbers(url: string): Promise<ReadonlySet<number>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query(`select to_regclass('taken') as name`);
    if (tables[0]?.name === null) return new Set();
    const { rows } = await client.query<{ n: string }>('select n from taken');
    return new Set(rows.map(({ n }) => Number(n)));
  } finally {
    await client.end();
  }
}

function pick<T>(items: readonly T[], random: () => number): T | undefined {
  return items[Math.floor(random() * items.length)];
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  const left = [...items];
  const order: T[] = [];
  while (left.length > 0) order.push(...left.splice(Math.floor(random() * left.length), 1));
  return order;
}
