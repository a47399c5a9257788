import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { FeedInput } from '../../../ports/feed.ts';
import { truncated } from './broken-file.ts';

const CHUNK_BYTES = 256 * 1024;

/**
 * The bytes of a plain or gzip-compressed file in chunks, told apart by gzip's magic number rather
 * than by name.
 *
 * @throws SutureError `feed-truncated` for an empty file and for a gzip stream without its end.
 */
export async function* byteStream(input: FeedInput): AsyncGenerator<Buffer> {
  const head = await firstBytes(input.path, 2);
  if (head.length === 0) throw truncated(input, 'it is empty');
  const file = createReadStream(input.path, { highWaterMark: CHUNK_BYTES });
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* file as AsyncIterable<Buffer>;
    return;
  }
  const plain = new PassThrough({ highWaterMark: CHUNK_BYTES });
  const unpacked = pipeline(file, createGunzip({ chunkSize: CHUNK_BYTES }), plain).catch(() => {});
  try {
    yield* plain as AsyncIterable<Buffer>;
  } catch (error) {
    throw truncated(input, 'the gzip stream is damaged or has no end', error);
  } finally {
    // A reader that stops early must not leave the file open.
    plain.destroy();
    await unpacked;
  }
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
