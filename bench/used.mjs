/**
 * `NODE_OPTIONS=--import=…/used.mjs`: at its end a Node process appends what it used,
 * its peak resident memory in bytes and processor time in ms, as a line of JSON to the file that SUTURE_BENCH_USED names. Plain JavaScript,
 * for whatever Node a measured program brings.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env.SUTURE_BENCH_USED;
if (file && isMainThread) {
  process.on('exit', () => {
    // `maxRSS` would count what the parent had before it became this program.
    const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
    const kib = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
    const { user, system } = process.cpuUsage();
    const used = { peakBytes: kib * 1024, processorMs: (user + system) / 1000 };
    appendFileSync(file, `${JSON.stringify(used)}\n`);
  });
}
