import { SutureError } from '../../../domain/error.ts';
import type { FeedInput } from '../../../ports/feed.ts';

/** The file ends before its format says it should: an interrupted download or copy. */
export function truncated(input: FeedInput, detail: string, cause?: unknown): SutureError {
  return new SutureError('feed-truncated', `${input.origin} is cut short: ${detail}`, {
    remedy: 'Download or copy it again, then run `suture sync` again; the old data stays in use.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The file is whole, but it is not what this feed publishes (an error page, another format). */
export function unrecognised(input: FeedInput, expected: string): SutureError {
  return new SutureError('feed-unrecognised', `${input.origin} is not ${expected}`, {
    remedy: 'Check the address or the folder given with --from; the old data stays in use.',
  });
}

/** A file that would need more memory than any real feed does. */
export function tooLarge(input: FeedInput, detail: string): SutureError {
  return new SutureError('feed-too-large', `${input.origin}: ${detail}`, {
    remedy: 'No published feed looks like this. Check where the file comes from.',
  });
}
