/** The ways an npm-like project can close a dependency finding, cheapest first. */
export type RemedyKind = 'lockfile-bump' | 'upgrade' | 'parent-upgrade' | 'override' | 'remove';

/** One way to close findings. Declares what it changes and how it is undone. */
export interface Remedy {
  readonly kind: RemedyKind;
  /** The package whose version changes: for a parent upgrade the parent, else the vulnerable one. */
  readonly package: string;
  readonly from: string;
  /** Absent for a removal. */
  readonly to?: string;
  /** Workspace directories whose manifest changes; empty for a lockfile-only bump. */
  readonly workspaces: readonly string[];
  /** For an override: the selector it is scoped to, as `parent@range > name`; empty: everywhere. */
  readonly selector?: string;
  /** Why this remedy and not a cheaper one, for a person. */
  readonly because: string;
  /** Ids of the findings it is meant to close. */
  readonly closes: readonly string[];
  /** For the removal of an override that is no longer necessary: what it had been. */
  readonly retires?: boolean;
}

/** An option that was looked at and not taken. */
export interface RejectedOption {
  readonly kind: RemedyKind;
  readonly package: string;
  readonly to?: string;
  readonly why: string;
}

/** A finding that stays, why, and what would be needed. */
export interface UnfixedFinding {
  readonly finding: string;
  readonly why: string;
  readonly needed: string;
  readonly options: readonly RejectedOption[];
}

/** A predicted reason for breakage, found in package contents before anything is run. */
export interface BreakageSign {
  readonly kind:
    | 'major'
    | 'removed-and-used'
    | 'module-system'
    | 'engines'
    | 'peer'
    | 'subpath-closed'
    | 'arity'
    | 'install-script';
  readonly package: string;
  readonly message: string;
  /** Log-odds this sign adds to the probability that the upgrade breaks the project. */
  readonly weight: number;
}
