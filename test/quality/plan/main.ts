/**
 * Measures planning on real applications: `node test/quality/plan/main.ts [--apply] [NAME…]`.
 *
 * Needs a synced index in `$SUTURE_HOME` and a registry. Prints, per application, what the plan
 * closes beside two baselines; with `--apply` the real npm applies the plan to a copy, and a rescan
 * says whether the prediction was right.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openIndex } from '../../../src/advisories/open-index.ts';
import { defaultPolicy } from '../../../src/domain/configuration.ts';
import type { AssetContext } from '../../../src/domain/context.ts';
import { messageOf } from '../../../src/domain/error.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import { fileTree } from '../../../src/platform/file-tree.ts';
import { npmEcosystem } from '../../../src/plugins/ecosystems/npm/index.ts';
import { npmPatcher } from '../../../src/plugins/patchers/npm.ts';
import { npmRegistry } from '../../../src/plugins/registries/npm.ts';
import type { AdvisoryIndex } from '../../../src/ports/advisory-index.ts';
import { discover } from '../../../src/stages/discover/discover.ts';
import { matchComponents } from '../../../src/stages/match/match.ts';
import { openWorld } from '../../../src/stages/plan/open-world.ts';
import { plan } from '../../../src/stages/plan/plan.ts';
import { prioritize } from '../../../src/stages/prioritize/prioritize.ts';
import { compareScans } from '../../../src/stages/verify/rescan.ts';
import { baselines } from './baselines.ts';
import { lockedProject } from './lockfiles.ts';
import { projects } from './projects.ts';

const { values, positionals } = parseArgs({
  options: {
    apply: { type: 'boolean', default: false },
    explain: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const home = process.env['SUTURE_HOME'];
if (home === undefined) throw new Error('SUTURE_HOME must name a home with a synced index');
const work = join(home, 'quality-plan');
await mkdir(work, { recursive: true });
const registryUrl = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
const index = openIndex(home);

const context: AssetContext = {
  environment: { value: 'production', source: 'default', because: 'quality run' },
  exposure: { value: 'internet', source: 'default', because: 'quality run' },
  criticality: { value: 2, source: 'default', because: 'quality run' },
  dataSensitivity: { value: 'internal', source: 'default', because: 'quality run' },
};

say(
  'project                 packages findings | in-range newest-major | plan  risk   remedies (by kind)  ms',
);
for (const project of projects) {
  if (positionals.length > 0 && !positionals.includes(project.name)) continue;
  const directory = await lockedProject(project, work, registryUrl);
  await measure(`${project.name}@${project.version}`, directory);
}
await index.close();

async function measure(label: string, directory: string): Promise<void> {
  const registry = await npmRegistry({ directory, cacheDirectory: join(work, 'cache') });
  const now = new Date();
  const { graph, findings } = await scan(directory, index, now);
  const tree = fileTree(directory);
  const request = {
    graph,
    findings,
    registry,
    index,
    ecosystem: npmEcosystem,
    policy: defaultPolicy,
    tree,
    now,
    rejected: [],
  };
  await plan(request);
  const started = performance.now();
  const result = await plan(request);
  const took = performance.now() - started;
  const world = await openWorld(request);
  const { inRange, newestInMajor } = await baselines(world);
  const [change] = result.changes;
  const kinds = Map.groupBy(change?.remedies ?? [], ({ kind }) => kind);
  const byKind = [...kinds].map(([kind, list]) => `${kind} ${list.length}`).join(', ');
  const total = findings.reduce((sum, { risk }) => sum + risk.score, 0);
  const share = `${Math.round((100 * (change?.riskRemoved ?? 0)) / Math.max(total, 1))} %`;
  say(
    `${label.padEnd(23)} ${pad(graph.packages.size, 8)} ${pad(findings.length, 8)} | ${pad(inRange, 8)} ${pad(newestInMajor, 12)} | ${pad(change?.closes.length ?? 0, 4)} ${share.padStart(5)}   ${byKind}  ${took.toFixed(0)}`,
  );
  if (values.explain) {
    for (const remedy of change?.remedies ?? []) {
      say(
        `  ${remedy.kind} ${remedy.package} ${remedy.from} -> ${remedy.to ?? '-'} ${remedy.selector ?? ''} (${remedy.closes.length}) ${remedy.because}`,
      );
    }
    for (const { finding, why, needed } of result.unfixed) {
      const found = findings.find(({ id }) => id === finding);
      say(
        `  stays ${found?.component.name}@${found?.component.version} ${found?.advisory.id}: ${why} Needed: ${needed}`,
      );
    }
  }
  if (values.apply && change !== undefined)
    await apply(directory, change.remedies, change.closes, findings);
}

async function apply(
  directory: string,
  remedies: Parameters<typeof npmPatcher.apply>[0]['remedies'],
  closes: readonly string[],
  before: readonly Finding[],
): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), 'suture-quality-'));
  try {
    await cp(directory, copy, { recursive: true });
    const { graph } = await scan(copy, index, new Date());
    try {
      await npmPatcher.apply({ directory: copy, graph, remedies });
    } catch (error) {
      say(`  not applied: ${messageOf(error)}`);
      return;
    }
    const { findings: after } = await scan(copy, index, new Date());
    const rescan = compareScans(before, after, closes);
    say(
      `  applied: ${rescan.closed.length} of ${closes.length} closed, remaining ${rescan.remaining.length}, introduced ${rescan.introduced.join(', ') || 'none'}`,
    );
    for (const id of rescan.remaining) {
      const found = before.find((finding) => finding.id === id);
      say(`    remains ${found?.component.name}@${found?.component.version} ${found?.advisory.id}`);
    }
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function scan(directory: string, advisories: AdvisoryIndex, now: Date) {
  const { inventories } = await discover(fileTree(directory), [npmEcosystem]);
  const [inventory] = inventories;
  if (inventory === undefined) throw new Error(`no lockfile in ${directory}`);
  const matched = matchComponents(directory, inventory.components, advisories, [npmEcosystem]);
  const configuration = { policy: defaultPolicy, ignore: [] };
  const findings = prioritize({
    findings: matched,
    reachability: new Map(),
    context,
    configuration,
    now,
  });
  return { graph: inventory.graph, findings };
}

function pad(value: number, width: number): string {
  return String(value).padStart(width);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
