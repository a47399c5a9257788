import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import type { z } from 'zod';
import type { assetRowSchema } from '../api/contract/assets.ts';
import { messageOf, SutureError } from '../domain/error.ts';
import { pathKind } from '../platform/path-kind.ts';

import type { Services } from '../workflows/services.ts';
import { columns } from './columns.ts';
import { type Server, serverOf, withServer } from './server.ts';
import { print, say } from './terminal.ts';

type AssetRow = z.infer<typeof assetRowSchema>;

interface AddFlags {
  readonly server?: string;
  readonly name?: string;
  readonly folder?: string;
  readonly branch?: string;
  readonly credential?: string;
  readonly owner?: readonly string[];
  readonly schedule?: string;
  readonly environment?: string;
  readonly exposure?: string;
  readonly criticality?: string;
}

const FORMATS = ['csv', 'ansible-ini', 'ansible-yaml', 'ansible-json'] as const;

/** What the control plane looks after, from the command line. */
export function assetCommands(program: Command, services: Services): void {
  const asset = program
    .command('asset')
    .description('what the control plane looks after: add, import, list, scan');

  withServer(
    asset
      .command('add')
      .description('register a repository (folder or git URL) and scan it')
      .argument('<location>', 'folder, or https, ssh or file URL without a password')
      .option('--name <name>', 'instead of the one that the location gives')
      .option('--folder <folder>', 'of several projects in one repository')
      .option('--branch <branch>', "watched branch (default: the remote's)")
      .option('--credential <reference>', 'env:NAME or file:PATH on the server, never the secret')
      .option('--owner <owners...>', 'who is asked and told')
      .option('--schedule <cron>', 'when to scan, UTC')
      .option('--environment <environment>', 'production, staging, test or development')
      .option('--exposure <exposure>', 'internet, internal or isolated')
      .option('--criticality <tier>', '1 (mission-critical) to 4'),
  ).action(async (location: string, flags: AddFlags) => {
    const server = await serverOf(services.home, flags.server);
    const added = await server.send<{ asset: AssetRow }>('POST', '/assets', {
      kind: 'repository',
      location: await absolute(location),
      ...pick(flags, ['name', 'folder', 'branch', 'credential', 'schedule']),
      ...(flags.owner === undefined ? {} : { owners: flags.owner }),
      context: {
        ...pick(flags, ['environment', 'exposure']),
        ...(flags.criticality === undefined ? {} : { criticality: Number(flags.criticality) }),
      },
    });
    await print(
      `Registered ${added.asset.name} (asset ${added.asset.id}); its scan is on the way.`,
    );
    say(`${server.address}/assets/${added.asset.id}`);
  });

  withServer(
    asset
      .command('import')
      .description('register many, from CSV or an Ansible inventory')
      .argument('<file>', '- for standard input')
      .addOption(new Option('--format <format>').choices(FORMATS).makeOptionMandatory())
      .option('--dry-run', 'only say what would be registered', false),
  ).action(async (file: string, flags: ImportFlags) => {
    process.exitCode = await importFile(await serverOf(services.home, flags.server), file, flags);
  });

  withServer(
    asset
      .command('sbom')
      .description('upload a CycloneDX or SPDX document; the same name replaces the one before')
      .argument('<file>')
      .requiredOption('--name <name>', 'of what it describes'),
  ).action(async (file: string, flags: { server?: string; name: string }) => {
    const server = await serverOf(services.home, flags.server);
    const document = parseDocument(await readInput(file), file);
    const sent = await server.send<{
      asset: AssetRow;
      components: number;
      problems: { severity: string; message: string }[];
    }>('POST', '/assets/sbom', { name: flags.name, document });
    for (const { severity, message } of sent.problems) say(`${severity}: ${file}: ${message}`);
    await print(`${sent.asset.name} (asset ${sent.asset.id}): ${sent.components} components.`);
  });

  withServer(
    asset
      .command('list')
      .description('riskiest first')
      .option('--text <text>', 'part of the name or location')
      .addOption(new Option('--format <format>').choices(['table', 'json']).default('table')),
  ).action(async (flags: { server?: string; text?: string; format: string }) => {
    const server = await serverOf(services.home, flags.server);
    const assets: AssetRow[] = [];
    let cursor: string | undefined;
    do {
      const page = await server.get<{ items: AssetRow[]; nextCursor: string | null }>('/assets', {
        text: flags.text,
        limit: '200',
        cursor,
      });
      assets.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    await print(flags.format === 'json' ? JSON.stringify(assets, null, 2) : assetTable(assets));
  });

  withServer(
    asset.command('scan').description('scan one now').argument('<asset>', 'its number'),
  ).action(async (id: string, flags: { server?: string }) => {
    const server = await serverOf(services.home, flags.server);
    const path = `/assets/${encodeURIComponent(id)}/scan`;
    const { runId } = await server.send<{ runId: string }>('POST', path);
    await print(`Scanning (run ${runId}).`);
  });

  withServer(
    asset
      .command('remediate')
      .description('start to close what is open on one, now')
      .argument('<asset>', 'its number')
      .option('--finding <ids...>', 'only these findings', [])
      .option('--avoid <packages...>', 'packages to leave alone', [])
      .option(
        '--without-cooldown <reason>',
        'take versions younger than the cooldown, where policy lets you',
      ),
  ).action(async (id: string, flags: RemediateFlags) => {
    const server = await serverOf(services.home, flags.server);
    const { runId } = await server.send<{ runId: string }>('POST', '/remediations', {
      assetId: id,
      findingIds: flags.finding,
      avoid: flags.avoid,
      ...(flags.withoutCooldown === undefined ? {} : { withoutCooldown: flags.withoutCooldown }),
    });
    await print(`Started (run ${runId}); "suture change list" shows what comes of it.`);
  });
}

interface RemediateFlags {
  readonly server?: string;
  readonly finding: readonly string[];
  readonly avoid: readonly string[];
  readonly withoutCooldown?: string;
}

interface ImportFlags {
  readonly server?: string;
  readonly format: (typeof FORMATS)[number];
  readonly dryRun: boolean;
}

interface ImportAnswer {
  readonly registered: readonly { readonly name: string; readonly existed: boolean }[];
  readonly problems: readonly {
    readonly line: number | null;
    readonly message: string;
    readonly severity: string;
  }[];
}

async function importFile(server: Server, file: string, flags: ImportFlags): Promise<0 | 2> {
  const answer = await server.send<ImportAnswer>('POST', '/assets/import', {
    format: flags.format,
    text: await readInput(file),
    dryRun: flags.dryRun,
  });
  for (const { line, message, severity } of answer.problems) {
    say(`${severity}: ${file}${line === null ? '' : `:${line}`}: ${message}`);
  }
  const fresh = answer.registered.filter(({ existed }) => !existed).length;
  const known = answer.registered.length - fresh;
  const verb = flags.dryRun ? 'Would register' : 'Registered';
  await print(`${verb} ${fresh}; ${known} known already.`);
  return answer.problems.some(({ severity }) => severity === 'error') ? 2 : 0;
}

/** A folder is the server's to find: it needs the whole path. */
async function absolute(location: string): Promise<string> {
  if (location.trim() === '') return location;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(location) || /^[^/]+@[^/]+:/.test(location)) return location;
  return (await pathKind(resolve(location))) === undefined ? location : resolve(location);
}

async function readInput(file: string): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new SutureError('file-unreadable', `${file}: ${messageOf(error)}`, {
      remedy: 'Give a file that can be read, or - for standard input.',
      cause: error,
    });
  }
}

function parseDocument(content: string, file: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new SutureError('sbom-unreadable', `${file} is not JSON: ${messageOf(error)}`, {
      remedy: 'Give a CycloneDX or SPDX document in JSON.',
      cause: error,
    });
  }
}

/** Those of the named flags that were given. */
function pick<T extends object>(flags: T, names: readonly (keyof T & string)[]) {
  return Object.fromEntries(
    names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])),
  );
}

function assetTable(assets: readonly AssetRow[]): string {
  if (assets.length === 0) return 'No assets. Register one with "suture asset add FOLDER-OR-URL".';
  const header = ['ASSET', 'NAME', 'ENVIRONMENT', 'ACT', 'ATTEND', 'TRACK', 'LAST SCAN'];
  const rows = assets.map((asset) => [
    asset.id,
    asset.name,
    asset.environment,
    String(asset.findings.act),
    String(asset.findings.attend),
    String(asset.findings.track),
    lastScan(asset),
  ]);
  return columns([header, ...rows]);
}

/** The page has all of it. */
const LONGEST_WHY = 60;

function lastScan({ lastScan: last, scannedAt }: AssetRow): string {
  if (last?.state === 'failed' || (last?.state === 'done' && last.error !== null)) {
    const why = last.error ?? 'see its page';
    const short = why.length > LONGEST_WHY ? `${why.slice(0, LONGEST_WHY)}…` : why;
    return `${last.state === 'done' ? 'in part' : 'failed'}: ${short}`;
  }
  if (last?.state === 'running') return 'running';
  return scannedAt === null ? 'never' : `${scannedAt.slice(0, 16).replace('T', ' ')} UTC`;
}
