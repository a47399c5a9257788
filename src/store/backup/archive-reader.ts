import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createZstdDecompress } from 'node:zlib';
import { Header, Pax } from 'tar';
import { messageOf, SutureError } from '../../domain/error.ts';
import { ByteReader } from './byte-reader.ts';
import { damaged, notABackup } from './manifest.ts';

const BLOCK = 512;
/** First bytes of a zstd frame (RFC 8878, 3.1.1). */
const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** Metadata is small; a header that claims more is not one of ours. */
const MAX_TEXT_BYTES = 256 * 1024 * 1024;

export interface ArchiveEntry {
  readonly name: string;
  readonly size: number;
  readonly mode: number;
  /** Read it before the next entry is asked for; what is left of it is skipped. */
  readonly content: AsyncGenerator<Buffer, void, undefined>;
}

/**
 * Reads an archive from its beginning, entry by entry, in bounded memory.
 *
 * @throws SutureError `backup-unknown` for a file of another kind, `backup-damaged` where it breaks
 */
export async function* readArchive(file: string): AsyncGenerator<ArchiveEntry, void, undefined> {
  await expectZstd(file);
  const stream = createReadStream(file);
  const unpacked = createZstdDecompress();
  stream.on('error', (error) => unpacked.destroy(error));
  const bytes = new ByteReader(stream.pipe(unpacked), (why) => damaged(file, why));
  try {
    let extended: Pax | undefined;
    for (;;) {
      const header = new Header(await bytes.exactly(BLOCK), 0, extended);
      extended = undefined;
      if (header.nullBlock) {
        await bytes.drain();
        return;
      }
      if (!header.cksumValid) throw damaged(file, 'a header has a wrong check sum');
      const size = header.size ?? 0;
      const padding = (BLOCK - (size % BLOCK)) % BLOCK;
      if (header.type === 'ExtendedHeader') {
        if (size > MAX_TEXT_BYTES) throw damaged(file, 'a header is too large');
        extended = Pax.parse((await bytes.exactly(size)).toString('utf8'));
      } else {
        const content = bytes.stretch(size);
        yield { name: header.path ?? '', size, mode: header.mode ?? 0o600, content };
        await bytes.skip();
      }
      await bytes.exactly(padding);
    }
  } finally {
    stream.destroy();
    unpacked.destroy();
  }
}

async function expectZstd(file: string): Promise<void> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new SutureError('backup-missing', `${file}: ${messageOf(error)}`, {
      remedy: 'Give a file that "suture backup FILE" wrote.',
      cause: error,
    });
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    if (!buffer.subarray(0, bytesRead).equals(MAGIC)) throw notABackup(file);
  } finally {
    await handle.close();
  }
}

/** The whole of a small entry. */
export async function textOf(entry: ArchiveEntry, file: string): Promise<string> {
  if (entry.size > MAX_TEXT_BYTES) throw damaged(file, `${entry.name} is too large`);
  const chunks: Buffer[] = [];
  for await (const chunk of entry.content) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
