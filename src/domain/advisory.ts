import type { Threat } from './threat.ts';

/** A boundary of a range, in the order of OSV's `events`. */
export type RangeEvent =
  | { readonly introduced: string }
  | { readonly fixed: string }
  | { readonly lastAffected: string }
  | { readonly limit: string };

export interface AffectedRange {
  readonly type: 'SEMVER' | 'ECOSYSTEM' | 'GIT';
  readonly events: readonly RangeEvent[];
}

/** One `affected` entry of an OSV record, for one package. */
export interface AffectedPackage {
  readonly ecosystem: string;
  readonly name: string;
  readonly ranges: readonly AffectedRange[];
  /** Versions that are affected whatever the ranges say. */
  readonly versions: readonly string[];
  /** Vulnerable functions where the record names them; `path` is the import specifier. */
  readonly symbols: readonly VulnerableSymbol[];
}

export interface VulnerableSymbol {
  /** Import specifier (`lodash`, `lodash/template`); the package itself when the record has none. */
  readonly path: string;
  /** Exported name: `template`, `Parser.parse`. Empty: the whole module at `path`. */
  readonly name: string;
}

export interface SeverityVector {
  readonly type: 'CVSS_V2' | 'CVSS_V3' | 'CVSS_V4';
  readonly vector: string;
}

export type SeverityLabel = 'critical' | 'high' | 'medium' | 'low' | 'none' | 'unknown';

/** A vulnerability as one record tells it, with the ids of the others that tell the same. */
export interface Advisory {
  readonly id: string;
  /** Every other id of the same vulnerability, across all records merged by alias; sorted. */
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly details: string;
  /** ISO 8601, as published; empty when the record has none. */
  readonly published: string;
  readonly modified: string;
  readonly severities: readonly SeverityVector[];
  /** The label the database itself gives (GHSA's `severity`), when it does. */
  readonly severityLabel?: SeverityLabel;
  readonly cwes: readonly string[];
  readonly affected: readonly AffectedPackage[];
  readonly references: readonly { readonly type: string; readonly url: string }[];
  /** The feed it came from. */
  readonly feed: string;
  /** Every record of it was taken back: for explaining only, it never matches anything. */
  readonly withdrawn?: true;
}

/**
 * What the index answers for one package: everything that matching and ranking need, nothing that
 * only a reader needs.
 */
export interface PackageAdvisory {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly published: string;
  readonly severities: readonly SeverityVector[];
  readonly severityLabel?: SeverityLabel;
  readonly cwes: readonly string[];
  /** Only the entries for the package asked for; one per record that speaks of it. */
  readonly affected: readonly (AffectedPackage & { readonly record: string })[];
  readonly threat: Threat;
}
