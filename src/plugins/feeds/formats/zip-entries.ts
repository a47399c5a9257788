import { open } from 'node:fs/promises';
import { crc32, inflateRawSync } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise } from 'yauzl';
import { messageOf } from '../../../domain/error.ts';
import type { FeedInput } from '../../../ports/feed.ts';
import { truncated, unrecognised } from './broken-file.ts';
import { FileWindow, PastTheEnd, WindowReader } from './file-window.ts';

/** The largest OSV record has under 4 MB; a zip bomb has more. */
const MAX_ENTRY_BYTES = 32 * 1024 * 1024;
const CONTENT_WINDOW_BYTES = 4 * 1024 * 1024;
const DIRECTORY_WINDOW_BYTES = 512 * 1024;
const LOCAL_HEADER_BYTES = 30;
const LOCAL_HEADER_SIGNATURE = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;

/**
 * The files of a zip, unpacked, in the order of its central directory.
 *
 * yauzl reads and validates the directory; both it and the contents are read through large windows,
 * and contents are inflated in one call each. A read and a stream per entry cost several times more
 * than the entries themselves (`bench/advisories-zip.ts` measures it). An entry that is damaged goes
 * to `problem` and the rest goes on.
 *
 * @throws SutureError `feed-truncated` when the directory at the end is missing or points past it,
 *   `feed-unrecognised` when it is no zip.
 */
export async function* zipEntries(
  input: FeedInput,
  wanted: (name: string) => boolean,
  problem: (message: string) => void,
): AsyncGenerator<{ name: string; content: Buffer }> {
  await using handle = await open(input.path, 'r');
  const { size } = await handle.stat();
  if (size === 0) throw truncated(input, 'it is empty');
  const contents = new FileWindow(handle, size, CONTENT_WINDOW_BYTES);
  try {
    const magic = await contents.read(0, Math.min(2, size));
    if (magic.toString('latin1') !== 'PK') throw unrecognised(input, 'a zip file');
    const directory = new WindowReader(new FileWindow(handle, size, DIRECTORY_WINDOW_BYTES));
    const zip = await fromRandomAccessReaderPromise(directory, size, { autoClose: false }).catch(
      (error: unknown) => {
        throw truncated(input, messageOf(error), error);
      },
    );
    for await (const entry of zip.eachEntry()) {
      if (!wanted(entry.fileName)) continue;
      const read = await unpack(contents, entry);
      if (typeof read !== 'string') yield { name: entry.fileName, content: read };
      else problem(`${input.origin}!${entry.fileName}: ${read}`);
    }
  } catch (error) {
    if (error instanceof PastTheEnd) throw truncated(input, error.message, error);
    throw error;
  }
}

/** The entry's content, or what is wrong with it. */
async function unpack(file: FileWindow, entry: Entry): Promise<Buffer | string> {
  if (entry.isEncrypted()) return 'it is encrypted';
  if (entry.uncompressedSize > MAX_ENTRY_BYTES) return `it has ${entry.uncompressedSize} bytes`;
  const headerAt = entry.relativeOffsetOfLocalHeader;
  const header = await file.read(headerAt, LOCAL_HEADER_BYTES);
  if (header.readUInt32LE(0) !== LOCAL_HEADER_SIGNATURE) return 'its local header is damaged';
  const start = headerAt + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = await file.read(start, entry.compressedSize);
  const content = inflate(packed, entry);
  if (typeof content === 'string') return content;
  return crc32(content) === entry.crc32 ? content : 'its checksum does not match';
}

function inflate(packed: Buffer, entry: Entry): Buffer | string {
  if (entry.compressionMethod === STORED) return Buffer.from(packed);
  if (entry.compressionMethod !== DEFLATED) {
    return `compression method ${entry.compressionMethod} is not supported`;
  }
  try {
    // The stated size is a bound: what inflates to more is a lie, and maybe a bomb.
    return inflateRawSync(packed, {
      maxOutputLength: Math.max(1, entry.uncompressedSize),
      chunkSize: Math.max(64, entry.uncompressedSize),
    });
  } catch (error) {
    return messageOf(error);
  }
}
