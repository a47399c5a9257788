import type { PackageAdvisory, SeverityLabel } from './advisory.ts';
import type { Component } from './component.ts';
import type { Reachability } from './reachability.ts';
import type { Risk } from './risk.ts';

/** How a component was found to be affected; enough to repeat the judgement by hand. */
export interface Match {
  /**
   * `range`: inside an OSV range; `enumerated`: listed in `versions`.
   */
  readonly how: 'range' | 'enumerated';
  /** The interval or the listed version, for a person: `>=1.0.0 <4.17.21`. */
  readonly range: string;
  /** The record whose entry matched (one of the advisory's ids). */
  readonly record: string;
  /** The grammar the versions were compared with: `semver`. */
  readonly grammar: string;
}

/** VEX status, in OpenVEX terms. */
export interface Vex {
  readonly status: 'affected' | 'not_affected' | 'under_investigation' | 'fixed';
  /** OpenVEX justification, where `not_affected`. */
  readonly justification?: string;
  readonly because: string;
}

/** A person's decision to accept a finding; the finding stays in the output, marked. */
interface Suppression {
  readonly reason: string;
  /** ISO date after which the finding counts again. */
  readonly expires: string;
  /** Where it is written: `suture.yaml:12`. */
  readonly declaredIn: string;
}

/** A vulnerable component, before ranking. */
export interface MatchedFinding {
  /** Stable across runs: a fingerprint of asset, purl and advisory. */
  readonly id: string;
  readonly component: Component;
  readonly advisory: PackageAdvisory;
  readonly match: Match;
  /** Versions that end the vulnerability, lowest first, from all records that matched. */
  readonly fixedIn: readonly string[];
}

export interface Severity {
  readonly label: SeverityLabel;
  /** CVSS base score 0–10, when a vector is known. */
  readonly score?: number;
  readonly vector?: string;
}

/** A finding as every output shows it. */
export interface Finding extends MatchedFinding {
  readonly severity: Severity;
  readonly reachability: Reachability;
  readonly vex: Vex;
  readonly risk: Risk;
  readonly suppression?: Suppression;
}

/** Whether a person may mean this finding: by its id, any id of its advisory, or the package name. */
export function goesBy({ id, component, advisory }: MatchedFinding, name: string): boolean {
  return [id, component.name, advisory.id, ...advisory.aliases].includes(name);
}
