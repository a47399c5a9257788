import { dirname, join } from 'node:path';
import type { Policy } from '../domain/configuration.ts';
import type { DependencyGraph } from '../domain/dependency-graph.ts';
import { SutureError } from '../domain/error.ts';
import type { Finding } from '../domain/finding.ts';
import type { UnfixedFinding } from '../domain/remedy.ts';
import type { Ecosystem } from '../ports/ecosystem.ts';
import type { Patcher } from '../ports/patcher.ts';
import { componentsOf } from '../stages/discover/components.ts';
import { matchComponents } from '../stages/match/match.ts';
import type { ProjectRun } from '../stages/verify/run-project.ts';
import type { LockfileOutcome, LockfileTask, PatchOptions, SearchResult } from './patch-types.ts';
import { searchRemedies } from './search-remedies.ts';
import type { Services } from './services.ts';
import { shipResult } from './ship.ts';
import { runCopy, type TrialGround } from './trial.ts';

/** Errors that speak of one lockfile, of the package manager it needs or of the project around it. */
const OF_ONE_LOCKFILE = new Set([
  'lockfile-corrupt',
  'manifest-corrupt',
  'package-manager-missing',
  'patch-not-applied',
  'project-unsafe',
  'version-unavailable',
]);

const NOTHING: LockfileOutcome = {
  accepted: [],
  abstained: [],
  unfixed: [],
  fell: [],
  problems: [],
};

/** Everything about one lockfile: plan and try until something stands, then split it for shipping. */
export async function patchLockfile(task: LockfileTask): Promise<LockfileOutcome> {
  const { graph, scanned, index, services } = task;
  const ecosystem = services.ecosystems.find(({ osvName }) => osvName === graph.ecosystem);
  if (ecosystem === undefined) throw new Error(`no ecosystem reads ${graph.file}`);
  const components = componentsOf(graph, ecosystem);
  const before = matchComponents(scanned.asset.id, components, index, services.ecosystems);
  const ids = new Set(before.map(({ id }) => id));
  const findings = task.findings.filter(
    ({ id, suppression }) => ids.has(id) && suppression === undefined,
  );
  if (findings.length === 0) return NOTHING;

  const patcher = (await services.patchers()).find(({ manager }) => manager === graph.manager);
  if (patcher === undefined || graph.file.endsWith(ecosystem.manifest)) {
    return { ...NOTHING, unfixed: notRewritable(graph, ecosystem, findings) };
  }
  const ground = groundOf(task, ecosystem, patcher, before);
  const found = await searchRemedies(task, findings, ground).catch((error: unknown) =>
    cannotBePatched(graph, findings, error),
  );
  if (found.best === undefined) return { ...NOTHING, ...found };
  return await shipResult(found.best, found, findings, ground);
}

/** What stops one lockfile's patch is said, and does not keep the others from theirs. */
function cannotBePatched(
  graph: DependencyGraph,
  findings: readonly Finding[],
  error: unknown,
): SearchResult {
  // Without a registry or a sandbox no other lockfile fares better; a fault of ours is not hidden.
  if (!(error instanceof SutureError) || !OF_ONE_LOCKFILE.has(error.code)) throw error;
  const { message, remedy } = error;
  return {
    unfixed: findings.map(({ id }) => ({ finding: id, why: message, needed: remedy, options: [] })),
    fell: [],
    problems: [{ severity: 'error', file: graph.file, message: `${message}. ${remedy}` }],
  };
}

function notRewritable(
  graph: DependencyGraph,
  ecosystem: Ecosystem,
  findings: readonly Finding[],
): readonly UnfixedFinding[] {
  const bare = graph.file.endsWith(ecosystem.manifest);
  const why = bare
    ? `${graph.file} has no lockfile, so there is nothing that pins a fix`
    : `Suture cannot rewrite ${graph.file} (${graph.manager}) yet`;
  const needed = bare
    ? 'Commit a lockfile and run again.'
    : `Upgrade with ${graph.manager} itself, or move to npm, pnpm or yarn.`;
  return findings.map(({ id }) => ({ finding: id, why, needed, options: [] }));
}

function groundOf(
  { graph, scanned, copies, index, options, services }: LockfileTask,
  ecosystem: Ecosystem,
  patcher: Patcher,
  before: TrialGround['before'],
): TrialGround {
  const folder = dirname(graph.file) === '.' ? '' : dirname(graph.file);
  const { checks } = scanned.configuration;
  const { progress } = services;
  const policy = policyOf(scanned.configuration.policy, options);
  let sandbox: ReturnType<Services['sandbox']> | undefined;
  const sandboxOnce = () => (sandbox ??= services.sandbox({ unsandboxed: options.unsandboxed }));
  let baseline: Promise<readonly ProjectRun[]> | undefined;
  const runBaseline = async () => {
    const runs: ProjectRun[] = [];
    for (const turn of [1, 2]) {
      progress(`Running the unpatched copy, ${turn} of 2`);
      const copy = join(await copies.make(`baseline${turn}`), folder);
      // Measured once: tests that measuring disturbs then show as flaky, not as regressions.
      const shared = { patcher, sandbox: sandboxOnce, checks, progress };
      runs.push(await runCopy(copy, shared, turn === 1));
    }
    return runs;
  };
  return {
    assetId: scanned.asset.id,
    graph,
    ecosystem,
    before,
    index,
    patcher,
    sandbox: sandboxOnce,
    copies,
    folder,
    checks,
    policy,
    ...cooldownOf(policy, services.clock.now()),
    baseline: () => (baseline ??= runBaseline()),
    progress,
  };
}

function policyOf(policy: Policy, { minimumConfidence }: PatchOptions): Policy {
  return minimumConfidence === undefined ? policy : { ...policy, minimumConfidence };
}

const DAY_MS = 24 * 60 * 60 * 1000;

function cooldownOf({ cooldownDays }: Policy, now: Date): Pick<TrialGround, 'publishedBefore'> {
  if (cooldownDays <= 0) return {};
  return { publishedBefore: new Date(now.getTime() - cooldownDays * DAY_MS).toISOString() };
}
