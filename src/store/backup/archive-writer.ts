import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { Header, Pax } from 'tar';

const BLOCK = 512;

/**
 * Writes a compressed tar archive entry by entry. The file has another name until `finish`: what is
 * there under its own name is whole.
 */
export class ArchiveWriter implements AsyncDisposable {
  readonly #path: string;
  readonly #temporary: string;
  readonly #tar: Writable;
  readonly #written: Promise<void>;
  readonly #time = new Date();
  #finished = false;

  /** @throws what the file system says, when the file cannot be written */
  static async create(path: string): Promise<ArchiveWriter> {
    const temporary = `${path}.partial`;
    // Its mode counts when it is made, and it may be a killed run's.
    await rm(temporary, { force: true });
    await (await open(temporary, 'wx', 0o600)).close();
    return new ArchiveWriter(path, temporary);
  }

  private constructor(path: string, temporary: string) {
    this.#path = path;
    this.#temporary = temporary;
    const compressed = createZstdCompress({
      params: { [constants.ZSTD_c_checksumFlag]: 1, [constants.ZSTD_c_compressionLevel]: 3 },
    });
    this.#tar = compressed;
    this.#written = pipeline(compressed, createWriteStream(temporary, { flush: true }));
    // It is awaited in `finish`; a failure before shows in `#write`.
    this.#written.catch(() => {});
  }

  /**
   * @param size bytes that `content` has
   * @returns SHA-256 of the content, hexadecimal
   */
  async add(
    name: string,
    size: number,
    content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    mode = 0o600,
  ): Promise<string> {
    const header = { path: name, size, mode, mtime: this.#time, uid: 0, gid: 0 };
    await this.#write(headerBlocks(header));
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of content) {
      bytes += chunk.length;
      hash.update(chunk);
      await this.#write(chunk);
    }
    if (bytes !== size) throw new Error(`${name} has ${bytes} bytes instead of ${size}`);
    await this.#write(Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK));
    return hash.digest('hex');
  }

  async addText(name: string, text: string): Promise<void> {
    const bytes = Buffer.from(text);
    await this.add(name, bytes.length, [bytes]);
  }

  /** Ends the archive, brings it to the disk and gives it its name. */
  async finish(): Promise<void> {
    // POSIX.1-2024 pax: two blocks of zeros end an archive.
    await this.#write(Buffer.alloc(2 * BLOCK));
    this.#tar.end();
    await this.#written;
    await rename(this.#temporary, this.#path);
    this.#finished = true;
    await using folder = await open(dirname(this.#path), 'r');
    await folder.sync();
  }

  /** Takes away what was written, unless it was finished. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#finished) return;
    this.#tar.destroy();
    await finished(this.#tar).catch(() => {});
    await this.#written.catch(() => {});
    await rm(this.#temporary, { force: true });
  }

  async #write(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#tar.write(chunk, (error) => {
      if (error) reject(error);
      else resolve();
    });
    // When the disk is full it is the file's error that says so, not that of the compressor.
    await Promise.race([promise, this.#written]);
  }
}

/** ustar, with a pax header before it where the name or size needs one. */
function headerBlocks(entry: {
  readonly path: string;
  readonly size: number;
  readonly mode: number;
  readonly mtime: Date;
}): Buffer {
  const { path, size } = entry;
  const block = Buffer.alloc(BLOCK);
  const plain = { ...entry, type: 'File' as const, uid: 0, gid: 0 };
  if (!new Header(plain).encode(block)) return block;
  // The name in the block itself no longer counts, and a prefix in it would be put before the other.
  new Header({ ...plain, path: 'see-pax-header' }).encode(block);
  return Buffer.concat([new Pax({ path, size }).encode(), block]);
}
