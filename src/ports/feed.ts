import type { Advisory } from '../domain/advisory.ts';
import type { Threat } from '../domain/threat.ts';

/** One thing a feed says. */
export type FeedRecord =
  | { readonly kind: 'advisory'; readonly advisory: Advisory; readonly withdrawn: boolean }
  /** What is known of a vulnerability by id, apart from which packages it is in. */
  | {
      readonly kind: 'threat';
      readonly id: string;
      readonly threat: Threat;
      readonly severities?: Advisory['severities'];
      readonly cwes?: readonly string[];
      /** ISO 8601: when the feed last said something about it; feeds the `asOf` of the whole feed. */
      readonly asOf?: string;
    };

/** A file or response body offered to a feed, read once. */
export interface FeedInput {
  /** Path or URL, for messages. */
  readonly origin: string;
  /** On-disk copy; feeds may seek in it (zip). */
  readonly path: string;
}

/** A file that a feed publishes. */
interface FeedFile {
  /** Stable name within the feed, `npm/all.zip`; also its place below a mirror or `--from` folder. */
  readonly name: string;
  /** Public address. */
  readonly url: string;
  /** Absent from a mirror is fine. */
  readonly optional: boolean;
}

/** Reads one kind of public feed. Reading only: fetching, caching and storing are not its business. */
export interface Feed {
  /** `osv`, `kev`, `epss`, `cve`, `ssvc`, … */
  readonly id: string;
  /** Files by their public address, for the ecosystems asked for. */
  files(ecosystems: readonly string[]): readonly FeedFile[];
  /** Whether a file of an air-gapped folder is this feed's, by its relative path. */
  claims(path: string): boolean;
  /**
   * Records of one file, in its order. A record that cannot be read is reported through `problem`
   * with its place; a file that is truncated or of another kind throws a `SutureError`.
   */
  read(input: FeedInput, problem: (message: string) => void): AsyncIterable<FeedRecord>;
}
