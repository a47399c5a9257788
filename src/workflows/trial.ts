import { join } from 'node:path';
import type { PlannedChange } from '../domain/change.ts';
import type { Checks, Policy } from '../domain/configuration.ts';
import type { DependencyGraph } from '../domain/dependency-graph.ts';
import { SutureError } from '../domain/error.ts';
import type { Finding, MatchedFinding } from '../domain/finding.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import type { Problem } from '../domain/problem.ts';
import type { Remedy } from '../domain/remedy.ts';
import type { Confidence, Rescan, Verification } from '../domain/verification.ts';
import type { ChangedFiles } from '../platform/evidence-store.ts';
import { fileTree } from '../platform/file-tree.ts';
import type { AdvisoryIndex } from '../ports/advisory-index.ts';
import type { Ecosystem } from '../ports/ecosystem.ts';
import type { Patcher, PatchOutcome } from '../ports/patcher.ts';
import type { Sandbox } from '../ports/sandbox.ts';
import { componentsOf } from '../stages/discover/components.ts';
import { matchComponents } from '../stages/match/match.ts';
import type { Trial } from '../stages/patch/standing.ts';
import { confidenceOf } from '../stages/verify/confidence.ts';
import { exploitsMeant } from '../stages/verify/exploits-meant.ts';
import { judge } from '../stages/verify/judge.ts';
import { patience } from '../stages/verify/patience.ts';
import { compareScans } from '../stages/verify/rescan.ts';
import { type ProjectRun, runProject } from '../stages/verify/run-project.ts';
import type { ProjectCopies } from './project-copies.ts';
import type { Services } from './services.ts';

/** One lockfile's world: what every trial on it shares. */
export interface TrialGround {
  readonly assetId: string;
  readonly graph: DependencyGraph;
  readonly ecosystem: Ecosystem;
  readonly before: readonly MatchedFinding[];
  readonly index: AdvisoryIndex;
  readonly patcher: Patcher;
  sandbox(): Promise<Sandbox>;
  readonly copies: ProjectCopies;
  /** Folder of the lockfile, relative to the copies' root. */
  readonly folder: string;
  readonly checks: Checks;
  readonly policy: Policy;
  /** ISO 8601: what comes along with remedies is not to be younger; absent: no cooldown. */
  readonly publishedBefore?: string;
  /** Two runs of the unpatched project; made once, on first need. */
  baseline(): Promise<readonly ProjectRun[]>;
  progress: Services['progress'];
}

/** What a trial that got as far as a verdict leaves behind. */
export interface TrialResult {
  readonly change: PlannedChange;
  readonly files: ChangedFiles;
  readonly commands: readonly (readonly string[])[];
  /** Configuration of the project that the package manager was not let to obey. */
  readonly problems: readonly Problem[];
  readonly verification: Verification;
  readonly confidence: Confidence;
}

/** patch → rescan → verify → judge, for one set of remedies, in a copy of its own. */
export async function tryChange(
  change: PlannedChange,
  ground: TrialGround,
): Promise<Trial<TrialResult | undefined>> {
  const falls = (why: string) => ({ stands: false, why, result: undefined });
  const { copies, patcher, graph, folder } = ground;
  const copy = await copies.make('patched');

  ground.progress(`Patching: ${change.remedies.map(describe).join(', ')}`);
  let outcome: PatchOutcome;
  try {
    const { publishedBefore: before } = ground;
    const cooldown = before === undefined ? {} : { before };
    const { remedies } = change;
    outcome = await patcher.apply({ directory: copy, graph, remedies, ...cooldown });
  } catch (error) {
    return falls(`${patcher.manager} could not apply it: ${faultOf(error).message}`);
  }

  const { graph: patchedGraph } = await ground.ecosystem.read(graph.file, fileTree(copy));
  const scanned = rescanOf(patchedGraph, change, ground);
  if (scanned.introduced.length > 0) return falls(`it brings in ${scanned.introduced.join(', ')}`);
  if (scanned.closed.length === 0 && change.closes.length > 0) {
    return falls('the vulnerable version is still there after it');
  }
  // What it was hoped to close and did not is not claimed; it stays in the list of what is left.
  const rescan = { ...scanned, remaining: [] };

  const baseline = await ground.baseline();
  ground.progress('Verifying the patched copy in the sandbox');
  const changed = changedPackages(graph, patchedGraph);
  const measured = [...new Set(changed.map(({ name }) => name))];
  const timeoutSeconds = patience(baseline, ground.checks.timeoutSeconds);
  const checks = { ...ground.checks, timeoutSeconds };
  const patched = await runCopy(join(copy, folder), { ...ground, checks }, measured).catch(faultOf);
  if (patched instanceof SutureError) {
    return falls(`${patcher.manager} could not install it: ${patched.message}`);
  }
  const stops = exploitsMeant(ground.checks, ground.before, rescan.closed);
  const verification = judge({ baseline, patched, rescan, changed, stops });
  const kept = { ...change, closes: rescan.closed };
  const confidence = confidenceOf({ change: kept, verification });
  const result = {
    change: kept,
    files: await changedFiles(copies.pristine, copy, outcome.files),
    commands: outcome.commands,
    problems: outcome.problems ?? [],
    verification,
    confidence,
  };
  // Inconclusive is a lack of proof, not a fault of one remedy: taking some out would not help.
  return { stands: verification.verdict !== 'failed', why: verification.because, result };
}

/**
 * An error that speaks against the remedies. Everything else (no package manager, no registry, a
 * full disk, a fault of ours) would fell the next set just the same and must not be told as theirs,
 * so it is thrown on.
 */
function faultOf(error: unknown): SutureError {
  const codes = ['patch-not-applied', 'version-unavailable'];
  if (error instanceof SutureError && codes.includes(error.code)) return error;
  throw error;
}

/** Installs what the lockfile says, scripts off, and runs the project's checks in the sandbox. */
export async function runCopy(
  directory: string,
  ground: Pick<TrialGround, 'patcher' | 'sandbox' | 'checks' | 'progress'>,
  coverage: boolean | readonly string[],
): Promise<ProjectRun> {
  await ground.patcher.install(directory);
  return await runProject({
    sandbox: await ground.sandbox(),
    directory,
    tree: fileTree(directory),
    checks: ground.checks,
    installScripts: await ground.patcher.installScripts(directory),
    coverage,
    onStep: (step) => ground.progress(`Sandbox: ${step}`, 'detail'),
  });
}

/** A change made of some of a plan's remedies. */
export function changeOf(
  remedies: readonly Remedy[],
  plan: Pick<PlannedChange, 'lockfile' | 'signs'>,
  findings: readonly Finding[],
): PlannedChange {
  const closes = [...new Set(remedies.flatMap((remedy) => remedy.closes))];
  const scores = new Map(findings.map(({ id, risk }) => [id, risk.score]));
  const packages = new Set(remedies.map((remedy) => remedy.package));
  const key = remedies.map(({ kind, package: name, from, to, selector }) =>
    [kind, name, from, to ?? '', selector ?? ''].join(' '),
  );
  return {
    id: fingerprint([plan.lockfile, ...key.sort()]),
    lockfile: plan.lockfile,
    remedies,
    closes,
    riskRemoved: closes.reduce((sum, id) => sum + (scores.get(id) ?? 0), 0),
    signs: plan.signs.filter((sign) => packages.has(sign.package)),
  };
}

/** `upgrade lodash 4.17.11 → 4.17.21` */
function describe(remedy: Remedy): string {
  const target = remedy.to === undefined ? '' : ` → ${remedy.to}`;
  return `${remedy.kind} ${remedy.package} ${remedy.from}${target}`;
}

function rescanOf(graph: DependencyGraph, change: PlannedChange, ground: TrialGround): Rescan {
  const components = componentsOf(graph, ground.ecosystem);
  const after = matchComponents(ground.assetId, components, ground.index, [ground.ecosystem]);
  return compareScans(ground.before, after, change.closes);
}

/** Package versions that are in the second graph and not in the first. */
export function changedPackages(
  before: DependencyGraph,
  after: DependencyGraph,
): readonly { name: string; version: string }[] {
  const key = (node: { name: string; version: string }) => `${node.name}@${node.version}`;
  const known = new Set([...before.packages.values()].map(key));
  const changed = [...after.packages.values()].filter((node) => !known.has(key(node)));
  return [...new Map(changed.map((node) => [key(node), node])).values()].map(
    ({ name, version }) => ({ name, version }),
  );
}

/** New contents by path relative to the copies' root, of the files the patcher says it changed. */
async function changedFiles(
  pristine: string,
  copy: string,
  paths: readonly string[],
): Promise<ChangedFiles> {
  const [before, after] = [fileTree(pristine), fileTree(copy)];
  const files = new Map<string, string | undefined>();
  for (const path of paths) {
    const content = await after.read(path);
    if (content !== (await before.read(path))) files.set(path, content);
  }
  return files;
}
