import type { VerifiedChange } from '../domain/change.ts';
import type { DependencyGraph } from '../domain/dependency-graph.ts';
import type { Finding } from '../domain/finding.ts';
import type { Problem } from '../domain/problem.ts';
import type { RejectedOption, UnfixedFinding } from '../domain/remedy.ts';
import type { AdvisoryIndex } from '../ports/advisory-index.ts';
import type { ProjectCopies } from './project-copies.ts';
import type { DirectoryScan, ScanOptions } from './scan.ts';
import type { Services } from './services.ts';
import type { TrialGround, TrialResult } from './trial.ts';

export interface PatchOptions extends ScanOptions {
  /** `branch`: commits on a branch; `apply`: into the working tree; `dry-run`: nothing but the report. */
  readonly mode: 'branch' | 'apply' | 'dry-run';
  /** Finding ids, advisory ids, aliases or package names; empty: all findings. */
  readonly only: readonly string[];
  /** Overrides the policy's threshold; the operator's own word. */
  readonly minimumConfidence?: number;
  /** After this nothing new is tried on a lockfile; what stands by then is handed over. */
  readonly budgetMinutes: number;
  /** Verify without a sandbox; the explicit, loud flag. */
  readonly unsandboxed: boolean;
  /** Packages whose versions are to be left as they are. */
  readonly avoid?: readonly string[];
}

export interface LockfileTask {
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

export interface SearchResult {
  /** The set that closes most of those that stood. */
  readonly best?: TrialResult;
  /** All that no remedy of `best` closes. */
  readonly unfixed: readonly UnfixedFinding[];
  /** Tried and fell. */
  readonly fell: readonly RejectedOption[];
  readonly problems: readonly Problem[];
}

export interface LockfileOutcome {
  /** To be handed over in this order, each on top of the one before. */
  readonly accepted: readonly AcceptedChange[];
  /** Tried and not handed over. */
  readonly abstained: readonly VerifiedChange[];
  /** Of those, the ones that stood as a whole: what it would take to hand them over all the same. */
  readonly withheld?: readonly AcceptedChange[];
  readonly unfixed: readonly UnfixedFinding[];
  readonly fell: readonly RejectedOption[];
  readonly problems: readonly Problem[];
}

/** A change that may be handed over, and what its evidence needs. */
export interface AcceptedChange extends TrialResult {
  readonly ground: TrialGround;
}
