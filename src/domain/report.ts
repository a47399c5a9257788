import type { Asset } from './asset.ts';
import type { VerifiedChange } from './change.ts';
import type { Component } from './component.ts';
import type { DependencyGraph } from './dependency-graph.ts';
import type { Finding } from './finding.ts';
import type { Problem } from './problem.ts';
import type { RejectedOption, UnfixedFinding } from './remedy.ts';

/** How fresh one feed in the index is. */
export interface FeedState {
  readonly name: string;
  /** ISO 8601: the newest record's date, not the day of the download. */
  readonly asOf: string;
  readonly records: number;
  /** ISO 8601: when it was last synced. */
  readonly syncedAt: string;
  /** Where from, without credentials. */
  readonly source: string;
}

export interface ScannedAsset extends Asset {
  readonly components: readonly Component[];
  /** What its lockfiles say, one each. */
  readonly graphs: readonly DependencyGraph[];
  /** By risk, highest first; suppressed ones last. */
  readonly findings: readonly Finding[];
}

/** What a scan found; every output format is written from this and nothing else. */
export interface ScanReport {
  readonly tool: { readonly name: 'suture'; readonly version: string };
  readonly feeds: readonly FeedState[];
  readonly assets: readonly ScannedAsset[];
  readonly problems: readonly Problem[];
  /** ISO 8601. */
  readonly generatedAt: string;
}

/** What a patch run did; every output format is written from this and nothing else. */
export interface PatchReport {
  readonly tool: { readonly name: 'suture'; readonly version: string };
  readonly asset: Asset;
  readonly findings: readonly Finding[];
  readonly changes: readonly VerifiedChange[];
  readonly unfixed: readonly UnfixedFinding[];
  /** Remedies that were tried, fell in verification, and were planned around. */
  readonly fell: readonly RejectedOption[];
  readonly problems: readonly Problem[];
  /** Absent for a dry run or `--apply`. */
  readonly branch?: string;
  readonly generatedAt: string;
}
