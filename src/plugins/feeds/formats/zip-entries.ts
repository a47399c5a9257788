import { type FileHandle, open } from 'node:fs/promises';
import { crc32, inflateRawSync } from 'node:zlib';
import { type Entry, openPromise } from 'yauzl';
import { messageOf } from '../../../domain/error.ts';
import type { FeedInput } from '../../../ports/feed.ts';
import { truncated, unrecognised } from './broken-file.ts';

/** The largest OSV record has under 4 MB; a zip bomb has more. */
const MAX_ENTRY_BYTES = 32 * 1024 * 1024;
const WINDOW_BYTES = 4 * 1024 * 1024;
const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

/**
 * The files of a zip, unpacked, in the order of its central directory.
 *
 * yauzl reads and validates the directory; the contents are read here in large windows and inflated
 * in one call each, because a stream per entry costs more than the entry (docs/decisions, measured
 * by `bench/advisories-zip.ts`). An entry that is damaged goes to `problem` and the rest goes on.
 *
 * @throws SutureError `feed-truncated` when the directory at the end is missing or points past it.
 */
export async function* zipEntries(
  input: FeedInput,
  wanted: (name: string) => boolean,
  problem: (message: string) => void,
): AsyncGenerator<{ name: string; content: Buffer }> {
  const handle = await open(input.path, 'r');
  try {
    const { size } = await handle.stat();
    const start = new Window(handle, size);
    if (size === 0) throw truncated(input, 'it is empty');
    const magic = await start.read(0, Math.min(4, size));
    if (magic.toString('latin1', 0, 2) !== 'PK') throw unrecognised(input, 'a zip file');
    const zip = await openPromise(input.path, { lazyEntries: true, autoClose: false }).catch(
      (error: unknown) => {
        throw truncated(input, messageOf(error), error);
      },
    );
    try {
      for await (const entry of zip.eachEntry()) {
        if (!wanted(entry.fileName)) continue;
        const read = await unpack(start, entry);
        if (typeof read !== 'string') yield { name: entry.fileName, content: read };
        else problem(`${input.origin}!${entry.fileName}: ${read}`);
      }
    } catch (error) {
      if (error instanceof PastTheEnd) throw truncated(input, error.message, error);
      throw error;
    } finally {
      zip.close();
    }
  } finally {
    await handle.close();
  }
}

class PastTheEnd extends Error {}

/** The entry's content, or what is wrong with it. */
async function unpack(file: Window, entry: Entry): Promise<Buffer | string> {
  if (entry.isEncrypted()) return 'it is encrypted';
  if (entry.uncompressedSize > MAX_ENTRY_BYTES) return `it has ${entry.uncompressedSize} bytes`;
  const local = await file.read(entry.relativeOffsetOfLocalHeader, LOCAL_HEADER_BYTES);
  if (local.readUInt32LE(0) !== 0x04034b50) return 'its local header is damaged';
  const start =
    entry.relativeOffsetOfLocalHeader +
    LOCAL_HEADER_BYTES +
    local.readUInt16LE(26) +
    local.readUInt16LE(28);
  const packed = await file.read(start, entry.compressedSize);
  let content: Buffer;
  try {
    if (entry.compressionMethod === STORED) content = Buffer.from(packed);
    else if (entry.compressionMethod === DEFLATED) {
      content = inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
    } else return `compression method ${entry.compressionMethod} is not supported`;
  } catch (error) {
    return messageOf(error);
  }
  return crc32(content) === entry.crc32 ? content : 'its checksum does not match';
}

/** Random access over a file that is nearly always read forwards: one read per window. */
class Window {
  readonly #handle: FileHandle;
  readonly #size: number;
  #start = 0;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.#size = size;
  }

  /** Bytes that stay valid until the next call. */
  async read(position: number, length: number): Promise<Buffer> {
    if (position + length > this.#size) {
      throw new PastTheEnd(`an entry at ${position} reaches past the end at ${this.#size}`);
    }
    if (position < this.#start || position + length > this.#start + this.#bytes.length) {
      const buffer = Buffer.allocUnsafe(
        Math.min(Math.max(WINDOW_BYTES, length), this.#size - position),
      );
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, position);
      this.#start = position;
      this.#bytes = buffer.subarray(0, bytesRead);
      if (bytesRead < length) throw new PastTheEnd('the file became shorter while it was read');
    }
    return this.#bytes.subarray(position - this.#start, position - this.#start + length);
  }
}
