import type { Command } from 'commander';
import { SutureError } from '../domain/error.ts';
import { goesBy } from '../domain/finding.ts';
import type { Services } from '../workflows/services.ts';
import { clearProgress, print } from './terminal.ts';

export function explainCommand(program: Command, services: Services): void {
  program
    .command('explain')
    .description("tell a finding's story: what, why it matters here or does not, what closes it")
    .argument('<id>', 'finding id, advisory id, alias or package name')
    .argument('[target]', 'directory or lockfile', '.')
    .action(async (id: string, target: string) => {
      const { scan } = await import('../workflows/scan.ts');
      const report = await scan([target], { offline: true }, services);
      const { explain } = await import('../stages/report/explain.ts');
      const stories = report.assets.flatMap(({ findings, context }) =>
        findings
          .filter((finding) => goesBy(finding, id))
          .map((finding) => explain(finding, context)),
      );
      clearProgress();
      if (stories.length === 0) {
        throw new SutureError('finding-unknown', `No finding in ${target} goes by ${id}`, {
          remedy: 'Run "suture scan" to see the ids.',
        });
      }
      await print(stories.join('\n\n'));
    });
}
