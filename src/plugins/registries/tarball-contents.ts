import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { SutureError } from '../../domain/error.ts';

/** Bounds on what one tarball may hold; beyond the first two nothing of it is believed. */
export interface ContentLimits {
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** Larger files are left out. */
  readonly fileBytes: number;
  readonly files: number;
}

const defaultLimits: ContentLimits = {
  packedBytes: 128 * 1024 * 1024,
  unpackedBytes: 512 * 1024 * 1024,
  fileBytes: 4 * 1024 * 1024,
  files: 50_000,
};

const PLAIN = new Set(['File', 'OldFile', 'ContiguousFile']);

/**
 * Text files of a gzipped npm tarball by path, without its first folder. Kept in memory; links,
 * devices, binary and oversized files are left out, and a path that leads upwards is left out too.
 *
 * @throws SutureError `package-too-large`; whatever the stream throws (integrity).
 */
export async function tarballContents(
  packed: Readable,
  what: string,
  limits: ContentLimits = defaultLimits,
): Promise<ReadonlyMap<string, string>> {
  const { Parser } = await import('tar');
  const files = new Map<string, string>();
  const parser = new Parser({
    strict: true,
    onReadEntry(entry) {
      const path = innerPath(entry.path);
      const wanted =
        path !== undefined &&
        PLAIN.has(entry.type) &&
        entry.size <= limits.fileBytes &&
        files.size < limits.files;
      if (!wanted) {
        entry.resume();
        return;
      }
      const chunks: Buffer[] = [];
      entry.on('data', (chunk: Buffer) => chunks.push(chunk));
      entry.on('end', () => {
        const text = textOf(Buffer.concat(chunks));
        if (text !== undefined) files.set(path, text);
      });
    },
  });
  await pipeline(
    packed,
    bounded(limits.packedBytes, what),
    createGunzip(),
    bounded(limits.unpackedBytes, what),
    async (chunks: AsyncIterable<Buffer>) => {
      const done = Promise.withResolvers<void>();
      parser.on('end', () => done.resolve());
      parser.on('error', (error: unknown) => done.reject(error));
      for await (const chunk of chunks) parser.write(chunk);
      parser.end();
      await done.promise;
    },
  );
  return files;
}

/** Passes chunks on until there are more bytes than a package has any use for. */
function bounded(bytes: number, what: string) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    let seen = 0;
    for await (const chunk of chunks) {
      seen += chunk.length;
      if (seen > bytes) {
        throw new SutureError('package-too-large', `${what} holds more than ${bytes} bytes`, {
          remedy: 'Its contents are not looked at.',
        });
      }
      yield chunk;
    }
  };
}

function innerPath(path: string): string | undefined {
  const parts = path.split('/').slice(1);
  const odd = parts.some((part) => part === '..' || part === '.' || part === '');
  return parts.length === 0 || odd || path.startsWith('/') || path.includes('\\')
    ? undefined
    : parts.join('/');
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The text, or undefined for what is no UTF-8 or holds a NUL. */
function textOf(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
