import { SutureError } from '../../domain/error.ts';
import type { Finding } from '../../domain/finding.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { UnfixedFinding } from '../../domain/remedy.ts';
import { fileTree } from '../../platform/file-tree.ts';
import { runGit } from '../../platform/git.ts';
import { type Remediation, remediation, setStage } from '../../store/remediations.ts';
import { changeShown } from '../hand-over.ts';
import { findChanges } from '../patch.ts';
import type { AcceptedChange, LockfileOutcome, PatchOptions } from '../patch-types.ts';
import type { Base } from '../project-copies.ts';
import type { DirectoryScan } from '../scan.ts';
import type { Control } from './control.ts';
import { catchUpIndex } from './local-index.ts';
import { policyInForce } from './policy-in-force.ts';
import { type ProofTask, provenChanges } from './proven-changes.ts';
import { mirrorOf, watchedAsset } from './repository.ts';
import { scanCommit } from './scan-repository.ts';
import { StageReport } from './stage-report.ts';
import { storeProof } from './store-proof.ts';

/** After this nothing new is tried on a lockfile. */
const BUDGET_MINUTES = 45;

/**
 * plan → patch → verify for one remediation, at the commit that was scanned, on this worker's own
 * mirror. What stands is stored with everything that it takes to hand it over from anywhere; doing
 * it again finds it stored.
 */
export async function prove(control: Control, id: string): Promise<void> {
  const { services, store } = control;
  const run = await remediation(store, id);
  if (run?.state !== 'running') return;
  await catchUpIndex(control);
  const asset = await watchedAsset(control, run.assetId);
  const mirror = await mirrorOf(control, asset);
  await mirror.fetch();
  const commit = run.baseCommit ?? '';
  if (!(await mirror.fetchCommit(commit))) throw baseGone(commit);
  await using stages = new StageReport(control, id);
  const index = services.openIndex();
  try {
    await using result = await scanCommit(control, asset, { mirror, commit }, index);
    const { copies, sources } = result;
    const scanned = run.withoutCooldown ? uncooled(result.scanned) : result.scanned;
    const base: Base & { kind: 'commit' } = {
      kind: 'commit',
      repository: mirror.repository,
      commit,
      under: asset.folder,
    };
    const findings = wanted(scanned.asset.findings, run);
    const outcome = await findChanges(
      {
        findings,
        scanned,
        copies,
        directory: copies.pristine,
        index,
        options: await optionsFor(control, run),
        services: {
          ...services,
          progress: stages.progress,
          packageSources: () => sources,
        },
      },
      async (lockfile) =>
        fingerprint([id, commit, (await fileTree(copies.pristine).read(lockfile)) ?? '']),
    );
    const task: ProofTask = { control, run, base, scanned, index };
    await storeProof(control, run, {
      changes: await provenChanges(task, handable(outcome), (from, to) =>
        diffOf(mirror.repository.root, from, to),
      ),
      unfixed: [...outcome.unfixed, ...heldBack(outcome)],
      problems: [...scanned.problems, ...outcome.problems],
    });
  } finally {
    await index.close();
  }
  await setStage(store, id, 'decide');
}

/** What may be handed over, in order; else what stood and is held back, for people to see. */
function handable({ accepted, withheld = [] }: LockfileOutcome): readonly {
  readonly accepted: AcceptedChange;
  readonly withheld: boolean;
}[] {
  return [
    ...accepted.map((one) => ({ accepted: one, withheld: false })),
    // Made on the branch itself: they are not to go along with what is fine.
    ...withheld.map((one) => ({ accepted: one, withheld: true })),
  ].filter(({ accepted }) => changeShown(accepted).remedies.length > 0);
}

/** What was tried, is not sure enough, and cannot be shown as a change of its own. */
function heldBack(outcome: LockfileOutcome): readonly UnfixedFinding[] {
  const shown = new Set(handable(outcome).flatMap(({ accepted }) => accepted.change.closes));
  return outcome.abstained.flatMap(({ closes, abstained, remedies }) =>
    closes
      .filter((id) => !shown.has(id))
      .map((finding) => ({
        finding,
        why: abstained ?? 'Its fix was proven, and is not sure enough',
        needed: 'Tests that reach it, or a policy that asks for less confidence.',
        options: remedies.map(({ kind, package: name, to }) => ({
          kind,
          package: name,
          ...(to === undefined ? {} : { to }),
          why: 'below the confidence that policy asks for',
        })),
      })),
  );
}

function wanted(findings: readonly Finding[], run: Remediation): readonly Finding[] {
  const ids = new Set(run.findingIds);
  return findings.filter(({ id }) => ids.has(id));
}

async function optionsFor(control: Control, run: Remediation): Promise<PatchOptions> {
  const { policy } = await policyInForce(control.store);
  // A rule may ask for less than the policy; whether its change gets by is decided afterwards.
  const confidences = policy.autonomy.map((rule) => rule.minimumConfidence ?? 1);
  return {
    mode: 'branch',
    only: [],
    offline: false,
    budgetMinutes: BUDGET_MINUTES,
    unsandboxed: policy.allowUnsandboxed,
    minimumConfidence: Math.min(policy.minimumConfidence, ...confidences),
    avoid: run.avoid,
  };
}

/** A person whom policy lets do so has said that young versions may be taken, this once. */
function uncooled(scanned: DirectoryScan): DirectoryScan {
  const { configuration } = scanned;
  const policy = { ...configuration.policy, cooldownDays: 0 };
  return { ...scanned, configuration: { ...configuration, policy } };
}

const MAX_DIFF = 256 * 1024;

async function diffOf(
  root: string,
  from: string,
  to: string,
): Promise<{ readonly diff: string; readonly truncated: boolean }> {
  const plain = ['--no-ext-diff', '--no-textconv', '--no-color', '--no-renames'];
  const result = await runGit(root, ['diff', ...plain, '--end-of-options', from, to, '--']);
  if (result.exitCode !== 0) return { diff: '', truncated: true };
  const text = result.stdout.replaceAll('\0', '\u{FFFD}').toWellFormed();
  if (text.length <= MAX_DIFF) return { diff: text, truncated: false };
  return { diff: text.slice(0, text.lastIndexOf('\n', MAX_DIFF) + 1), truncated: true };
}

function baseGone(commit: string): SutureError {
  return new SutureError('base-gone', `The repository no longer has ${commit || 'a commit'}`, {
    remedy: 'Its history was rewritten; it is scanned again.',
  });
}
