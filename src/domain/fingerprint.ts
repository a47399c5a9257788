import { createHash } from 'node:crypto';

/**
 * A short stable id for a tuple of strings: the first 80 bits of SHA-256 over the length-prefixed
 * parts, in hexadecimal. The length prefix keeps `['ab','c']` and `['a','bc']` apart.
 */
export function fingerprint(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest('hex').slice(0, 20);
}
