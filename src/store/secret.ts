import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;

/**
 * A secret of 256 random bits, base64url, with a prefix that says what it is (secret scanners find
 * it by that). Only its hash is kept.
 */
export function newSecret(prefix: string): { readonly secret: string; readonly hash: Buffer } {
  const secret = prefix + randomBytes(BYTES).toString('base64url');
  return { secret, hash: hashSecret(secret) };
}

/** SHA-256. A secret this random needs no slow hash: there is nothing to guess. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}
