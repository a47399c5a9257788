import { dirname, join, relative } from 'node:path';
import type { PlannedChange, VerifiedChange } from '../domain/change.ts';
import type { DependencyGraph } from '../domain/dependency-graph.ts';
import { SutureError } from '../domain/error.ts';
import { type Finding, goesBy } from '../domain/finding.ts';
import type { Problem } from '../domain/problem.ts';
import type { RejectedOption, Remedy, UnfixedFinding } from '../domain/remedy.ts';
import type { PatchReport } from '../domain/report.ts';
import { fileTree } from '../platform/file-tree.ts';
import { type GitRepository, openRepository } from '../platform/git.ts';
import type { AdvisoryIndex } from '../ports/advisory-index.ts';
import type { Sandbox } from '../ports/sandbox.ts';
import { componentsOf } from '../stages/discover/components.ts';
import { matchComponents } from '../stages/match/match.ts';
import { standingRemedies } from '../stages/patch/standing.ts';
import { changeSigns } from '../stages/plan/breakage/change-signs.ts';
import { plan } from '../stages/plan/plan.ts';
import type { ProjectRun } from '../stages/verify/run-project.ts';
import { type HandOver, handOver } from './hand-over.ts';
import { type Base, type ProjectCopies, projectCopies } from './project-copies.ts';
import { type DirectoryScan, identify, placeOf, type ScanOptions, scanDirectory } from './scan.ts';
import type { Services } from './services.ts';
import { changeOf, runCopy, type TrialGround, type TrialResult, tryChange } from './trial.ts';

export interface PatchOptions extends ScanOptions {
  /** `branch`: commits on a branch; `apply`: into the working tree; `dry-run`: nothing but the report. */
  readonly mode: 'branch' | 'apply' | 'dry-run';
  /** Finding ids, advisory ids, aliases or package names; empty: all findings. */
  readonly only: readonly string[];
  /** Overrides the policy's threshold; the operator's own word. */
  readonly minimumConfidence?: number;
  /** Verify without a sandbox; the explicit, loud flag. */
  readonly unsandboxed: boolean;
}

/** After this many plans the search ends with what stands. */
const MAX_ROUNDS = 4;

/** scan → plan → patch → verify → hand over, for one repository. */
export async function patch(
  target: string,
  options: PatchOptions,
  services: Services,
): Promise<PatchReport> {
  const place = await placeOf(target, services);
  const base = await baseOf(place.directory, options);
  const index = services.openIndex();
  try {
    await using copies = await projectCopies(base);
    // What is patched is what is scanned: the commit, not the working tree.
    const identity = await identify(place.directory, fileTree(place.directory));
    const scanned = await scanDirectory(
      { directory: copies.pristine, identity, ...(place.files ? { files: place.files } : {}) },
      index,
      options,
      { ...services, packageSources: () => services.packageSources(place.directory) },
    );
    const findings = scanned.asset.findings.filter((finding) => wanted(finding, options.only));
    if (options.only.length > 0 && findings.length === 0) throw noSuchFinding(options.only);

    const outcomes: LockfileOutcome[] = [];
    for (const graph of scanned.asset.graphs) {
      outcomes.push(
        await patchLockfile({
          graph,
          findings,
          scanned,
          copies,
          directory: place.directory,
          index,
          options,
          services,
        }),
      );
    }
    const accepted = outcomes.flatMap(({ accepted }) => accepted);
    const handed = await handOver(accepted, { base, options, scanned, index, services });
    return reportOf(scanned, outcomes, handed, services);
  } finally {
    await index.close();
  }
}

interface LockfileTask {
  readonly graph: DependencyGraph;
  readonly findings: readonly Finding[];
  readonly scanned: DirectoryScan;
  readonly copies: ProjectCopies;
  /** The user's own folder, where packages may be installed; never written to. */
  readonly directory: string;
  readonly index: AdvisoryIndex;
  readonly options: PatchOptions;
  readonly services: Services;
}

interface LockfileOutcome {
  /** With everything needed to hand them over. */
  readonly accepted: readonly AcceptedChange[];
  /** Tried and not handed over. */
  readonly abstained: readonly VerifiedChange[];
  readonly unfixed: readonly UnfixedFinding[];
  readonly problems: readonly Problem[];
}

/** A change that may be handed over, and what its evidence needs. */
export interface AcceptedChange extends TrialResult {
  readonly ground: TrialGround;
}

/** Plans, tries, takes out what falls and plans again around it, until what is left stands. */
async function patchLockfile(task: LockfileTask): Promise<LockfileOutcome> {
  const { graph, scanned, copies, index, options, services } = task;
  const ecosystem = services.ecosystems.find(({ osvName }) => osvName === graph.ecosystem);
  if (ecosystem === undefined) throw new Error(`no ecosystem reads ${graph.file}`);
  const components = componentsOf(graph, ecosystem);
  const before = matchComponents(scanned.asset.id, components, index, services.ecosystems);
  const ids = new Set(before.map(({ id }) => id));
  const findings = task.findings.filter(({ id }) => ids.has(id));
  const nothing = { accepted: [], abstained: [], unfixed: [], problems: [] };
  if (findings.length === 0) return nothing;

  const patcher = (await services.patchers()).find(({ manager }) => manager === graph.manager);
  const lockless = graph.file.endsWith(ecosystem.manifest);
  if (patcher === undefined || lockless) {
    const why = lockless
      ? `${graph.file} has no lockfile, so there is nothing that pins a fix`
      : `Suture cannot rewrite ${graph.file} (${graph.manager}) yet`;
    const needed = lockless
      ? 'Commit a lockfile and run again.'
      : `Upgrade with ${graph.manager} itself, or move to npm, pnpm or yarn.`;
    const unfixed = findings.map(({ id }) => ({ finding: id, why, needed, options: [] }));
    return { ...nothing, unfixed };
  }

  const folder = dirname(graph.file) === '.' ? '' : dirname(graph.file);
  const directory = join(copies.pristine, folder);
  await patcher.version(directory);
  const registry = await services.registry(directory);
  const policy =
    options.minimumConfidence === undefined
      ? scanned.configuration.policy
      : { ...scanned.configuration.policy, minimumConfidence: options.minimumConfidence };
  const scores = new Map(findings.map(({ id, risk }) => [id, risk.score]));

  let sandbox: Sandbox | undefined;
  let baseline: Promise<readonly ProjectRun[]> | undefined;
  const groundOf = async (): Promise<TrialGround> => {
    sandbox ??= await services.sandbox({ unsandboxed: options.unsandboxed });
    const shared = {
      patcher,
      sandbox,
      checks: scanned.configuration.checks,
      progress: services.progress,
    };
    const runBaseline = async () => {
      const runs: ProjectRun[] = [];
      for (const turn of [1, 2]) {
        services.progress(`Running the unpatched copy, ${turn} of 2`);
        const copy = await copies.make(`baseline${turn}`);
        // Measured once: tests that measuring disturbs then show as flaky, not as regressions.
        runs.push(await runCopy(join(copy, folder), shared, turn === 1));
      }
      return runs;
    };
    return {
      ...shared,
      assetId: scanned.asset.id,
      graph,
      ecosystem,
      before,
      index,
      copies,
      folder,
      policy,
      baseline: () => (baseline ??= runBaseline()),
    };
  };

  const rejected: RejectedOption[] = [];
  let best: TrialResult | undefined;
  let unfixed: readonly UnfixedFinding[] = [];
  let ground: TrialGround | undefined;
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    services.progress(`Planning for ${findings.length} findings`);
    const planned = await plan({
      graph,
      findings,
      registry,
      index,
      ecosystem,
      policy,
      tree: scanned.tree,
      now: services.clock.now(),
      rejected,
    });
    unfixed = planned.unfixed;
    const [change] = planned.changes;
    if (change === undefined) break;
    const signs = await changeSigns(change.remedies, {
      graph,
      registry,
      tree: scanned.tree,
      sources: services.packageSources(task.directory),
    });
    const trialGround = (ground ??= await groundOf());
    const standing = await standingRemedies(suspectsLast(change.remedies, signs), (set) =>
      tryChange(changeOf(graph.file, set, { signs }, scores), trialGround),
    );
    if (standing.result !== undefined && removesMore(standing.result, best)) best = standing.result;
    if (standing.fallen.length === 0) break;
    rejected.push(...standing.fallen.map(({ remedy, why }) => rejectedOption(remedy, why)));
  }
  if (ground === undefined || best === undefined)
    return { ...nothing, unfixed: stillOpen(findings, [], unfixed, rejected) };

  const open = stillOpen(findings, best.change.closes, unfixed, rejected);
  const meets =
    best.verification.verdict !== 'failed' && best.confidence.value >= policy.minimumConfidence;
  if (meets) return { ...nothing, accepted: [{ ...best, ground }], unfixed: open };
  const abstained =
    `Confidence ${best.confidence.value.toFixed(2)} is below the ${policy.minimumConfidence} that the policy asks for ` +
    `(${best.verification.verdict}: ${best.verification.because}).`;
  const change = { ...best.change, files: [...best.files.keys()], verification: best.verification };
  return {
    ...nothing,
    abstained: [{ ...change, confidence: best.confidence, accepted: false, abstained }],
    unfixed: open,
  };
}

/** What comes first is settled first: remedies with signs of breakage go to the end. */
function suspectsLast(
  remedies: readonly Remedy[],
  signs: PlannedChange['signs'],
): readonly Remedy[] {
  const weight = (remedy: Remedy) =>
    signs
      .filter((sign) => sign.package === remedy.package)
      .reduce((sum, sign) => sum + sign.weight, 0);
  return remedies.toSorted((a, b) => weight(a) - weight(b));
}

function removesMore(result: TrialResult, best: TrialResult | undefined): boolean {
  return best === undefined || result.change.closes.length >= best.change.closes.length;
}

function rejectedOption(remedy: Remedy, why: string): RejectedOption {
  const { kind, package: name, to } = remedy;
  return { kind, package: name, ...(to === undefined ? {} : { to }), why };
}

/** Every finding that no accepted change closes, with the reason of whoever gave up on it. */
function stillOpen(
  findings: readonly Finding[],
  closed: readonly string[],
  planned: readonly UnfixedFinding[],
  rejected: readonly RejectedOption[],
): readonly UnfixedFinding[] {
  const explained = new Map(planned.map((unfixed) => [unfixed.finding, unfixed]));
  return findings
    .filter(({ id, suppression }) => !closed.includes(id) && suppression === undefined)
    .map(({ id, component }) => {
      const options = rejected.filter((option) => option.package === component.name);
      return (
        explained.get(id) ?? {
          finding: id,
          why: options.at(-1)?.why ?? 'No remedy for it stood up to verification',
          needed: 'Look at the regressions above; fix them in the project, then run again.',
          options,
        }
      );
    });
}

function wanted(finding: Finding, only: readonly string[]): boolean {
  return only.length === 0 || only.some((name) => goesBy(finding, name));
}

function noSuchFinding(only: readonly string[]): SutureError {
  return new SutureError('finding-unknown', `No finding matches ${only.join(', ')}`, {
    remedy: 'Run "suture scan" to see the ids; an advisory id, alias or package name will do too.',
  });
}

async function baseOf(directory: string, options: PatchOptions): Promise<Base> {
  const repository: GitRepository | undefined = await openRepository(directory);
  if (repository === undefined || options.mode === 'apply') {
    if (repository === undefined && options.mode === 'branch') {
      throw new SutureError('not-a-repository', `${directory} is not in a git repository`, {
        remedy: 'Use --apply to change the files in place, or --dry-run to only see the patch.',
      });
    }
    return { kind: 'directory', directory };
  }
  const under = relative(repository.root, directory);
  return { kind: 'commit', repository, commit: await repository.head(), under };
}

function reportOf(
  scanned: DirectoryScan,
  outcomes: readonly LockfileOutcome[],
  handed: HandOver,
  services: Services,
): PatchReport {
  const { components: _, graphs: __, findings, ...asset } = scanned.asset;
  return {
    tool: services.tool,
    asset,
    findings,
    changes: [...handed.changes, ...outcomes.flatMap(({ abstained }) => abstained)],
    unfixed: outcomes.flatMap(({ unfixed }) => unfixed),
    problems: [
      ...scanned.problems,
      ...outcomes.flatMap(({ problems }) => problems),
      ...handed.problems,
    ],
    ...(handed.branch === undefined ? {} : { branch: handed.branch }),
    generatedAt: services.clock.now().toISOString(),
  };
}
