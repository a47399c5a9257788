import type { FeedInput } from '../../../ports/feed.ts';
import { tooLarge } from './broken-file.ts';
import { byteStream } from './byte-stream.ts';

/** Longer than the longest CVE record by two orders of magnitude. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
const NEWLINE = 0x0a;

export interface Line {
  readonly text: string;
  /** 1-based. */
  readonly number: number;
  /** Whether a newline ends it; a broken last line without one is a file cut short. */
  readonly ended: boolean;
}

/** The non-empty lines of a plain or gzip-compressed text file; a carriage return is not kept. */
export async function* lines(input: FeedInput): AsyncGenerator<Line> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let number = 0;
  for await (const chunk of byteStream(input)) {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, from);
      if (end === -1) break;
      const piece = chunk.subarray(from, end);
      const text = (restBytes === 0 ? piece : Buffer.concat([...rest, piece])).toString('utf8');
      rest = [];
      restBytes = 0;
      from = end + 1;
      number += 1;
      if (text !== '' && text !== '\r') yield { text: text.trimEnd(), number, ended: true };
    }
    if (from < chunk.length) {
      // Chunks may be reused by the stream, so what is kept is copied.
      rest.push(Buffer.from(chunk.subarray(from)));
      restBytes += chunk.length - from;
      if (restBytes > MAX_LINE_BYTES) {
        throw tooLarge(input, `line ${number + 1} is longer than ${MAX_LINE_BYTES} bytes`);
      }
    }
  }
  if (restBytes > 0) {
    yield {
      text: Buffer.concat(rest).toString('utf8').trimEnd(),
      number: number + 1,
      ended: false,
    };
  }
}
