import type { Command } from 'commander';
import { neutralise } from '../domain/neutralise.ts';
import type { FeedState } from '../domain/report.ts';
import type { Services } from '../workflows/services.ts';
import type { SyncProgress, SyncReport } from '../workflows/sync.ts';
import { sayProblems } from './notices.ts';
import { clearProgress, print, showProgress } from './terminal.ts';

interface Flags {
  readonly from?: string;
  readonly status: boolean;
  readonly ecosystem: readonly string[];
}

export function syncCommand(program: Command, services: Services): void {
  program
    .command('sync')
    .description('bring the local advisory index up to date')
    .option('--from <dir-or-url>', 'a folder or mirror instead of the public feeds')
    .option('--ecosystem <names...>', 'OSV ecosystems to take from the public feeds', ['npm'])
    .option('--status', "show each feed's date and count; sync nothing", false)
    .action(async (flags: Flags) => {
      const workflow = await import('../workflows/sync.ts');
      const now = services.clock.now();
      if (flags.status) {
        const feeds = await workflow.syncStatus(services.home, now);
        await print(statusText(feeds));
        return;
      }
      const report = await workflow.sync({
        home: services.home,
        ...(flags.from === undefined ? {} : { from: flags.from }),
        ecosystems: flags.ecosystem,
        feeds: await services.feeds(),
        progress: progressLine(),
        now,
      });
      clearProgress();
      await print(reportText(report));
      sayProblems(report.problems);
      process.exitCode = report.problems.some(({ severity }) => severity === 'error') ? 2 : 0;
    });
}

function statusText(feeds: readonly (FeedState & { readonly ageDays: number })[]): string {
  if (feeds.length === 0) return 'Nothing synced yet. Run: suture sync';
  return feeds
    .map(({ name, asOf, records, syncedAt, source, ageDays }) => {
      const date = asOf === '' ? 'undated   ' : asOf.slice(0, 10);
      const age = Number.isFinite(ageDays) ? `${ageDays} days old` : 'age unknown';
      const columns = [name.padEnd(9), date, `${String(records).padStart(8)} records`];
      const from = neutralise(`${age}, synced ${syncedAt.slice(0, 10)} from ${source}`);
      return [...columns, from].join('  ');
    })
    .join('\n');
}

function reportText({ feeds, units, changes }: SyncReport): string {
  const failed = units.filter(({ outcome }) => outcome === 'failed').length;
  const unchanged = units.filter(({ outcome }) => outcome === 'unchanged').length;
  const updated = units.filter(({ outcome }) => outcome === 'updated').length;
  const lines = feeds.map(
    ({ name, asOf, records }) =>
      `${name.padEnd(9)} ${asOf === '' ? 'undated   ' : asOf.slice(0, 10)}  ${String(records).padStart(8)} records`,
  );
  return [
    ...lines,
    `${changes.added} added, ${changes.changed} changed, ${changes.removed} removed; files: ${updated} updated, ${unchanged} unchanged, ${failed} failed`,
  ].join('\n');
}

const MEGABYTE = 1_000_000;
const BAR_WIDTH = 24;
/** Redrawing more often than the eye sees costs more than the work. */
const REDRAW_MS = 80;

/** One line for what is going on, with a bar where the size is known. */
function progressLine(): (event: SyncProgress) => void {
  let last = '';
  let drawn = 0;
  return (event) => {
    const key = event.phase + ('unit' in event ? event.unit : '');
    const due = process.stderr.isTTY && performance.now() - drawn > REDRAW_MS;
    if (key === last && !due) return;
    last = key;
    drawn = performance.now();
    const line = describe(event);
    if (line !== '') showProgress(line);
  };
}

function describe(event: SyncProgress): string {
  switch (event.phase) {
    case 'waiting':
      return `Waiting for another sync (process ${event.pid})`;
    case 'fetching': {
      const done = `${(event.done / MEGABYTE).toFixed(1)} MB`;
      return event.total === undefined || event.total === 0
        ? `Fetching ${event.unit}  ${done}`
        : `Fetching ${event.unit}  ${bar(event.done / event.total)} ${done} of ${(event.total / MEGABYTE).toFixed(1)} MB`;
    }
    case 'indexing':
      // Where lines are not drawn over, the first count of a file says nothing.
      return process.stderr.isTTY
        ? `Indexing ${event.unit}  ${event.done} records`
        : `Indexing ${event.unit}`;
    case 'done':
      return '';
  }
}

function bar(share: number): string {
  const filled = Math.round(Math.min(1, share) * BAR_WIDTH);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
}
