import type { Feed, FeedInput } from '../ports/feed.ts';
import type { UnitState } from './state.ts';

/** What fetching a unit gave. */
export type Fetched =
  | { readonly status: 'unchanged' }
  | { readonly status: 'missing' }
  | {
      readonly status: 'fetched';
      readonly inputs: readonly FeedInput[];
      readonly digest: string;
      readonly etag?: string;
      readonly lastModified?: string;
    };

/** A file, or folder of single-record files, that a source has for a feed. */
export interface Offer {
  /** `osv/npm/all.zip`; the same wherever it comes from, so that one source can follow another. */
  readonly name: string;
  readonly feed: Feed;
  /** Where from, without credentials. */
  readonly source: string;
  /**
   * @param previous the state of the copy in the index, if any.
   * @throws SutureError when it cannot be had; the copy in the index then stays.
   */
  fetch(
    previous: UnitState | undefined,
    progress: (bytes: number, total: number | undefined) => void,
  ): Promise<Fetched>;
}

/** Reads `MANIFEST.json` (`{ files: { <path>: { sha256 } } }`): path to SHA-256. */
export function readManifest(text: string): ReadonlyMap<string, string> {
  const value = JSON.parse(text) as { files?: Record<string, { sha256?: unknown } | undefined> };
  return new Map(
    Object.entries(value.files ?? {}).flatMap(([path, file]): [string, string][] =>
      typeof file?.sha256 === 'string' ? [[path, file.sha256.toLowerCase()]] : [],
    ),
  );
}
