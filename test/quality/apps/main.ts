/**
 * Scans and patches real published applications with the checkout's own CLI and says what it fixed,
 * what it could not and why: `node test/quality/apps/main.ts [NAME…]`.
 *
 * Needs a registry, and a synced index: `SUTURE_HOME=… bin/suture sync --from FEEDS`. Repositories,
 * documents and logs are kept in `$SUTURE_HOME/quality-apps`.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../../src/domain/error.ts';
import { type Application, applications } from './applications.ts';
import { applicationRepository } from './repository.ts';
import { runSuture } from './run-suture.ts';
import { type Summary, summaryOf } from './summary.ts';
import { HEADER, reasons, tableRows } from './table.ts';

const home = process.env['SUTURE_HOME'];
if (home === undefined) throw new Error('SUTURE_HOME must name a home with a synced index');
const work = join(home, 'quality-apps');
await mkdir(work, { recursive: true });
const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
const asked = process.argv.slice(2);

const rows: string[] = [];
for (const application of applications) {
  if (asked.length > 0 && !asked.includes(application.name)) continue;
  try {
    const summary = await measure(application);
    rows.push(tableRows(application, summary));
    say(`${rows.at(-1)}\n${reasons(summary)}\n`);
  } catch (error) {
    say(`${application.name} ${application.version}: ${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}
say([HEADER, ...rows].join('\n'));

async function measure(application: Application): Promise<Summary> {
  const cwd = await applicationRepository(application, work, registry);
  const run = async (command: string) => {
    const result = await runSuture([command, '--format', 'json'], {
      cwd,
      log: `${cwd}.${command}.log`,
    });
    await writeFile(`${cwd}.${command}.json`, JSON.stringify(result.document ?? null, null, 2));
    return result;
  };
  const scan = await run('scan');
  return summaryOf(scan, await run('patch'));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
