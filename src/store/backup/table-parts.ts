import { createHash } from 'node:crypto';

/** tar wants an entry's size before its content; a part is held in memory until it is known. */
const PART_BYTES = 4 * 1024 * 1024;

/**
 * Cuts a table's rows into parts as they come.
 *
 * @returns number of parts, bytes, and SHA-256 over all of them
 */
export async function tableInParts(
  rows: AsyncIterable<Buffer>,
  write: (part: number, bytes: Buffer) => Promise<unknown>,
): Promise<{ readonly parts: number; readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let held: Buffer[] = [];
  let heldBytes = 0;
  let bytes = 0;
  let parts = 0;
  const flush = async () => {
    if (heldBytes === 0) return;
    await write(parts, Buffer.concat(held));
    parts += 1;
    held = [];
    heldBytes = 0;
  };
  for await (const chunk of rows) {
    hash.update(chunk);
    held.push(chunk);
    heldBytes += chunk.length;
    bytes += chunk.length;
    if (heldBytes >= PART_BYTES) await flush();
  }
  await flush();
  return { parts, bytes, sha256: hash.digest('hex') };
}
