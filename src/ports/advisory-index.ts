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
