import type { FeedState } from '../domain/report.ts';
import { INDEX_FORMAT, row, type Tables } from './tables.ts';

/** A file, or a folder of single-record files, that was read into the index. */
export interface UnitState {
  /** Small stable number that rows refer to. */
  readonly number: number;
  /** `osv/npm/all.zip`: the feed's id and the file's name within it. */
  readonly name: string;
  readonly feed: string;
  /** Digest of the content that was read. */
  readonly digest: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** ISO 8601 of the newest record; empty when its records have no dates. */
  readonly asOf: string;
  readonly records: number;
  /** Where from, without credentials. */
  readonly source: string;
  readonly syncedAt: string;
}

export interface IndexState {
  readonly format: number;
  readonly units: readonly UnitState[];
}

export const EMPTY_STATE: IndexState = { format: INDEX_FORMAT, units: [] };

export function readState(tables: Tables): IndexState {
  return row<IndexState>(tables.meta, 'state') ?? { format: 0, units: [] };
}

/**
 * Files summed up by feed. A feed is as new as its newest record, and as recently synced as the
 * file that was checked longest ago.
 *
 * @param checked when a file was last found unchanged, by name: newer than its `syncedAt`.
 */
export function feedStates(
  units: readonly UnitState[],
  checked: Readonly<Record<string, string>>,
): readonly FeedState[] {
  const byFeed = Map.groupBy(units, (unit) => unit.feed);
  return [...byFeed]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, files]) => ({
      name,
      asOf:
        files
          .map((file) => file.asOf)
          .sort()
          .at(-1) ?? '',
      records: files.reduce((sum, file) => sum + file.records, 0),
      syncedAt: files.map((file) => latest(file.syncedAt, checked[file.name])).sort()[0] ?? '',
      source: [...new Set(files.map((file) => file.source))].sort().join(', '),
    }));
}

function latest(a: string, b: string | undefined): string {
  return b !== undefined && b > a ? b : a;
}
