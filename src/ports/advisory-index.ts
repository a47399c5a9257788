import type { Advisory, PackageAdvisory } from '../domain/advisory.ts';
import type { FeedState } from '../domain/report.ts';

/** The local advisory index, open for reading. Synchronous: it is memory-mapped. */
export interface AdvisoryIndex {
  /** Advisories that speak of this package in any version; withdrawn ones never. Empty if none. */
  affecting(ecosystem: string, name: string): readonly PackageAdvisory[];
  /** The full record by any of its ids. */
  advisory(id: string): Advisory | undefined;
  feeds(): readonly FeedState[];
  close(): Promise<void>;
}

/** A package of which advisories may say something else than before. */
export interface ChangedPackage {
  readonly ecosystem: string;
  /** As its registry compares names (`canonicalPackageName`). */
  readonly name: string;
  /** Ids of those records, also of ones that are gone; some id of each vulnerability is among them. */
  readonly advisories: readonly string[];
}

/** What an index says otherwise than an earlier one. */
export type AdvisoryChanges =
  /** Too much to tell, or the earlier one is not known (any more). */
  | { readonly everything: true }
  | {
      readonly everything: false;
      readonly packages: readonly ChangedPackage[];
      /** Ids whose KEV, SSVC, exploits or CVSS changed. EPSS is not told: it changes for nearly all. */
      readonly threats: readonly string[];
    };

/** An index that can tell what changed. */
export interface JournalledIndex extends AdvisoryIndex {
  /** The same for indexes that say the same, on whatever machine; any other text is another one's. */
  readonly version: string;
  /** @param version of the index that was looked at last; `undefined` for none */
  changesSince(version: string | undefined): AdvisoryChanges;
}
