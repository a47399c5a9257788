/**
 * `node test/campaigns/postgres-kill.ts [--rounds 50] [--seed 1]`: a process writes to the embedded
 * database and is killed at random moments with SIGKILL, alone, with the server and all of its
 * children, or only the server or one of its children. Prints a line a round, how long starts take,
 * and exits with 1 when a row that was acknowledged is gone.
 */
import { parseArgs } from 'node:util';
import { startPostgres } from '../../src/platform/postgres/server.ts';
import { databaseHome } from '../support/database-home.ts';
import { killPostgres } from '../support/kill-postgres.ts';
import { randomOf } from './random.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '50' }, seed: { type: 'string', default: '1' } },
});
const say = (line: string) => void process.stdout.write(`${line}\n`);

const { initMs, againMs } = await plainStarts();
let lost = 0;
let acknowledged = 0;
const startTimes: number[] = [];
for await (const run of killPostgres(Number(values.rounds), randomOf(Number(values.seed)))) {
  lost += run.lost.length;
  acknowledged = run.acknowledged;
  startTimes.push(run.startMs);
  const when = `${run.killedAfterMs} ms after its ${run.since}`;
  const verdict = run.lost.length === 0 ? 'ok' : `${run.lost.length} rows lost`;
  say(`${run.round}\t${run.victim}\t${when}\tstarted in ${run.startMs} ms\t${verdict}`);
}
const sorted = startTimes.toSorted((a, b) => a - b);
say(`made and started in ${initMs} ms, started again in ${againMs} ms`);
say(`start after a kill: median ${sorted[sorted.length >> 1]} ms, longest ${sorted.at(-1)} ms`);
say(`${values.rounds} rounds, ${acknowledged} rows acknowledged, ${lost} lost`);
process.exitCode = lost === 0 ? 0 : 1;

/** The first start of an empty home, and the next. */
async function plainStarts(): Promise<{ readonly initMs: number; readonly againMs: number }> {
  await using home = await databaseHome();
  const times: number[] = [];
  for (let turn = 0; turn < 2; turn += 1) {
    const started = performance.now();
    const server = await startPostgres({ home: home.path });
    times.push(Math.round(performance.now() - started));
    await server.stop();
  }
  return { initMs: times[0] ?? 0, againMs: times[1] ?? 0 };
}
