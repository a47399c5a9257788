import type { FeedInput } from '../../../ports/feed.ts';
import { tooLarge, truncated, unrecognised } from './broken-file.ts';
import { byteStream } from './byte-stream.ts';

const MAX_ELEMENT_BYTES = 32 * 1024 * 1024;
const MAX_HEADER_BYTES = 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;

export interface JsonElement {
  /** JSON text of one array element; may be broken, the splitter only balances brackets. */
  readonly text: string;
  /** 0-based. */
  readonly index: number;
  /** The object's other fields, as far as they come before the array. */
  readonly header: Readonly<Record<string, unknown>>;
}

/**
 * The elements of the array under `key` of a top-level JSON object (`{"vulnerabilities": [...]}`),
 * one at a time: a yearly NVD file has 150 MB, and one bad element must not spoil the others.
 *
 * @throws SutureError `feed-truncated` when the text ends inside the object, `feed-unrecognised`
 *   when it is something else.
 */
export async function* jsonElements(input: FeedInput, key: string): AsyncGenerator<JsonElement> {
  const expected = `a JSON object with an array "${key}"`;
  const opening = new RegExp(`"${key}"\\s*:\\s*$`);
  let kept: Buffer[] = [];
  let keptBytes = 0;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let state = 'header' as 'header' | 'elements' | 'trailer' | 'done';
  let header: Record<string, unknown> = {};
  let index = 0;

  const take = (chunk: Buffer, from: number, to: number): string => {
    const text = Buffer.concat([...kept, chunk.subarray(from, to)]).toString('utf8');
    kept = [];
    keptBytes = 0;
    return text;
  };

  for await (const chunk of byteStream(input)) {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
        continue;
      }
      if (byte === QUOTE) {
        inString = true;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        depth += 1;
        if (state === 'header' && depth === 2 && byte === OPEN_BRACKET) {
          const before = Buffer.concat([...kept, chunk.subarray(from, at)]).toString('utf8');
          if (opening.test(before)) {
            header = parseHeader(input, `${take(chunk, from, at)}[]}`, expected);
            from = at + 1;
            state = 'elements';
          }
        }
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth -= 1;
        if (state === 'elements' && depth === 1) {
          const text = take(chunk, from, at).trim();
          if (text !== '') yield { text, index, header };
          state = 'trailer';
        } else if (depth === 0) {
          if (state === 'header') throw unrecognised(input, expected);
          state = 'done';
        }
      } else if (byte === COMMA && state === 'elements' && depth === 2) {
        yield { text: take(chunk, from, at).trim(), index, header };
        from = at + 1;
        index += 1;
      } else if (depth === 0 && !isSpace(byte)) {
        throw unrecognised(input, expected);
      }
    }
    if (state === 'trailer' || state === 'done') continue;
    kept.push(Buffer.from(chunk.subarray(from)));
    keptBytes += chunk.length - from;
    const limit = state === 'header' ? MAX_HEADER_BYTES : MAX_ELEMENT_BYTES;
    if (keptBytes > limit + chunk.length) {
      throw tooLarge(input, `${state === 'header' ? 'its head' : `element ${index}`} has no end`);
    }
  }
  if (state !== 'done') throw truncated(input, 'the JSON text has no end');
}

function parseHeader(input: FeedInput, text: string, expected: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw unrecognised(input, expected);
  }
}

/** JSON's white space, and the byte order mark some tools write. */
function isSpace(byte: number | undefined): boolean {
  return (
    byte === 0x20 ||
    byte === 0x0a ||
    byte === 0x0d ||
    byte === 0x09 ||
    byte === 0xef ||
    byte === 0xbb ||
    byte === 0xbf
  );
}
