/**
 * `node test/campaigns/control-kill.ts [--runs 12] [--changes 20] [--seed 1] [--victim worker]`: two
 * workers bring repositories to verified closed; at a random moment one of them, the database, or
 * everything is killed with SIGKILL. All changes have to come to their end, and nothing of them
 * twice: commits, branches, evidence, decisions, notifications. Prints a line a run, and exits with
 * 1 when anything was lost or doubled.
 */
import { parseArgs } from 'node:util';
import { killControl, type Victim } from '../support/kill-control.ts';
import { randomOf } from './random.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '12' },
    changes: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    victim: { type: 'string' },
  },
});
const all: readonly Victim[] = ['worker', 'database', 'everything'];
const victims = all.filter((one) => values.victim === undefined || values.victim === one);
const random = randomOf(Number(values.seed));
let violations = 0;
for (let run = 0; run < Number(values.runs); run += 1) {
  const victim = victims[run % victims.length] ?? 'worker';
  const done = await killControl(victim, Number(values.changes), random);
  violations += done.violations.length;
  const when = `killed ${done.killedAfterMs} ms after the first, ${done.closedByThen} of ${done.changes} closed`;
  const verdict = done.violations.length === 0 ? 'ok' : done.violations.join('; ');
  const told = [run + 1, victim, when, `${done.inFlight} runs in flight`, `${done.seconds} s`];
  process.stdout.write(`${[...told, verdict].join('\t')}\n`);
}
process.stdout.write(`${values.runs} runs, ${violations} violations\n`);
process.exitCode = violations === 0 ? 0 : 1;
