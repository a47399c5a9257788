/** `node advisories-sync.ts HOME FROM`: one sync in a process of its own; prints what it took. */
import { readFileSync } from 'node:fs';
import { feeds } from '../src/plugins/feeds/index.ts';
import { sync } from '../src/workflows/sync.ts';

const [home = '', from = ''] = process.argv.slice(2);
const started = performance.now();
const report = await sync({
  home,
  from,
  ecosystems: [],
  feeds,
  progress: () => {},
  now: new Date(),
});
const { user, system } = process.cpuUsage();
// The kernel's own high-water mark; `maxRSS` where there is no /proc (there in KiB as well).
const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
const peakKib = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
console.log(
  JSON.stringify({
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakMegabytes: (peakKib * 1024) / 1e6,
    records: report.feeds.reduce((sum, feed) => sum + feed.records, 0),
    advisories: report.feeds.find((feed) => feed.name === 'osv')?.records ?? 0,
    problems: report.problems.length,
  }),
);
