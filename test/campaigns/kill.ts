/**
 * `node test/campaigns/kill.ts [--runs 20] [--seed 1]`: kills `suture patch` and `suture sync` at
 * random moments with SIGKILL, the whole process group, then runs them to the end and compares with
 * a run that nobody killed. Prints a table; exits with 1 when anything differs or was left behind.
 */
import { parseArgs } from 'node:util';
import { missing } from '../support/small-repository.ts';
import { killPatch } from './kill-patch.ts';
import { killSync } from './kill-sync.ts';
import { randomOf } from './random.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
});
const runs = Number(values.runs);
const random = randomOf(Number(values.seed));

const absent = await missing();
if (absent !== undefined) {
  process.stderr.write(`Cannot run: ${absent}\n`);
  process.exit(2);
}
let violations = 0;
for (const [name, campaign] of [
  ['patch', killPatch],
  ['sync', killSync],
] as const) {
  for await (const run of campaign(runs, random)) {
    violations += run.violations.length;
    const verdict = run.violations.length === 0 ? 'ok' : run.violations.join('; ');
    process.stdout.write(
      `${name}\t${run.turn}\tkilled ${run.killed ? `at ${run.afterMs} ms` : `too late (${run.afterMs} ms)`}\t${run.during}\t${verdict}\n`,
    );
  }
}
process.stdout.write(`${2 * runs} runs, ${violations} violations\n`);
process.exitCode = violations === 0 ? 0 : 1;
