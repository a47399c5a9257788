import { type Command, Option } from 'commander';
import type { z } from 'zod';
import type { changeRowSchema, changeSchema } from '../api/contract/changes.ts';
import { neutralise } from '../domain/neutralise.ts';
import type { Services } from '../workflows/services.ts';
import { columns } from './columns.ts';
import { serverOf, withServer } from './server.ts';
import { print } from './terminal.ts';

type ChangeRow = z.infer<typeof changeRowSchema>;
type Change = z.infer<typeof changeSchema>;

interface VoteFlags {
  readonly server?: string;
  readonly reason?: string;
  readonly avoid?: readonly string[];
}

/** Proven changes and what is to become of them, from the command line. */
export function changeCommands(program: Command, services: Services): void {
  const change = program.command('change').description('proven changes: list, show, vote');

  withServer(
    change
      .command('list')
      .description('newest first')
      .option('--needs-me', 'only what waits for you', false)
      .addOption(new Option('--format <format>').choices(['table', 'json']).default('table')),
  ).action(async (flags: { server?: string; needsMe: boolean; format: string }) => {
    const server = await serverOf(services.home, flags.server);
    const { items } = await server.get<{ items: ChangeRow[] }>('/changes', {
      needsMe: flags.needsMe ? 'true' : undefined,
      limit: '100',
    });
    await print(flags.format === 'json' ? JSON.stringify(items, null, 2) : changeTable(items));
  });

  withServer(
    change
      .command('show')
      .description('one change: why, how sure, what policy says, the diff')
      .argument('<change>')
      .addOption(new Option('--format <format>').choices(['text', 'json']).default('text')),
  ).action(async (id: string, flags: { server?: string; format: string }) => {
    const server = await serverOf(services.home, flags.server);
    const path = `/changes/${encodeURIComponent(id)}`;
    const found = await server.get<Change>(path);
    if (flags.format === 'json') return await print(JSON.stringify(found, null, 2));
    const { diff, truncated } = await server.get<{ diff: string; truncated: boolean }>(
      `${path}/diff`,
    );
    await print(`${changeText(found)}\n\n${diff}${truncated ? '\n(the diff is longer)' : ''}`);
  });

  for (const [name, verdict, description] of VERDICTS) {
    withServer(
      change
        .command(name)
        .description(description)
        .argument('<change>')
        .option('--reason <text>', 'kept in the log; needed unless it is approved')
        .option('--avoid <packages...>', 'with request-changes: packages to leave alone'),
    ).action(async (id: string, flags: VoteFlags) => {
      const server = await serverOf(services.home, flags.server);
      const voted = await server.send<Change>('POST', `/changes/${encodeURIComponent(id)}/votes`, {
        verdict,
        reason: flags.reason ?? '',
        avoid: flags.avoid ?? [],
      });
      const { approval } = voted;
      const count = approval === null ? '' : ` (${approval.approvals} of ${approval.quorum} agree)`;
      await print(`${voted.id}: ${voted.state}${count}`);
    });
  }
}

const VERDICTS = [
  ['approve', 'approve', 'agree to it; needs a token of your own ($SUTURE_TOKEN)'],
  ['reject', 'reject', 'refuse it; its findings stay open'],
  ['request-changes', 'request-changes', 'ask for another one'],
] as const;

function changeTable(items: readonly ChangeRow[]): string {
  if (items.length === 0) return 'No changes.';
  return columns([
    ['CHANGE', 'STATE', 'CONFIDENCE', 'CLOSES', 'ASSET', 'WHAT'],
    ...items.map((item) => [
      item.id,
      item.state,
      item.confidence.toFixed(2),
      String(item.closes),
      item.asset.name,
      item.title,
    ]),
  ]);
}

function changeText(found: Change): string {
  const [low, high] = found.confidenceDetail.interval;
  const lines = [
    `${found.title} (${found.asset.name})`,
    `${found.state}; ${found.verdict}: ${found.because}`,
    `confidence ${found.confidence.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`,
    ...(found.decision === null
      ? []
      : [`decision ${found.decision.seq}: ${found.decision.outcome}. ${found.decision.because}`]),
    `closes ${found.findings.map(({ package: name, advisoryId }) => `${name} ${advisoryId}`).join(', ')}`,
    `way back: ${found.wayBack}`,
  ];
  return lines.map((line) => neutralise(line)).join('\n');
}
