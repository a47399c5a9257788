import type { BreakageSign, Remedy, UnfixedFinding } from './remedy.ts';
import type { Confidence, Verification } from './verification.ts';

/** Remedies meant to ship together, before anything was run. */
export interface PlannedChange {
  /** Stable for the same remedies on the same base. */
  readonly id: string;
  /** The lockfile it rewrites, relative to the asset's root. */
  readonly lockfile: string;
  readonly remedies: readonly Remedy[];
  /** Finding ids: gone from the whole asset once this change and its like are in. */
  readonly closes: readonly string[];
  /** Finding ids gone from this lockfile that stay in another one of the asset: not closed. */
  readonly partly?: readonly string[];
  /** Sum of the risk scores it removes. */
  readonly riskRemoved: number;
  readonly signs: readonly BreakageSign[];
}

/** What a repository's plan is: changes in order of risk removed, and what stays. */
export interface Plan {
  readonly changes: readonly PlannedChange[];
  readonly unfixed: readonly UnfixedFinding[];
}

/** A planned change after patch and verification. */
export interface VerifiedChange extends PlannedChange {
  readonly files: readonly string[];
  readonly verification: Verification;
  readonly confidence: Confidence;
  /** `confidence` met the policy's threshold and the verdict is `proven`. */
  readonly accepted: boolean;
  /** For a change that is not accepted: why Suture abstains. */
  readonly abstained?: string;
  readonly branch?: string;
  readonly commit?: string;
  /** Path of the DSSE-signed statement. */
  readonly evidence?: string;
}
