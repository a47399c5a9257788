/** `node run-sync.ts HOME FROM`: one sync as a process of its own, a line per progress event. */
import { feeds } from '../../src/plugins/feeds/index.ts';
import { sync } from '../../src/workflows/sync.ts';

const [home = '', from = ''] = process.argv.slice(2);
try {
  const report = await sync({
    home,
    from,
    ecosystems: ['npm'],
    feeds,
    progress: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
    now: new Date('2026-01-02T00:00:00Z'),
  });
  process.stdout.write(`${JSON.stringify(report.changes)}\n`);
} catch (error) {
  process.stdout.write(
    `${JSON.stringify({ error: (error as { code?: string }).code ?? String(error) })}\n`,
  );
  process.exitCode = 2;
}
