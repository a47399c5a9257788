import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SutureError } from '../domain/error.ts';
import { writeFileAtomic } from './atomic-write.ts';

/** Ed25519 (RFC 8032) key pair that signs evidence. */
export interface SigningKey {
  /** SHA-256 of the public key's SubjectPublicKeyInfo, hexadecimal. */
  readonly id: string;
  sign(message: Uint8Array): Uint8Array;
}

export interface VerifyingKey {
  readonly id: string;
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}

const PRIVATE_FILE = 'signing.pem';
const PUBLIC_FILE = 'signing.pub.pem';

/**
 * The key under `home`/keys, made on first use. Two processes that come first at once agree on one.
 *
 * @throws SutureError `key-unreadable` when the file is there but is no Ed25519 private key.
 */
export async function signingKey(home: string): Promise<SigningKey> {
  const folder = join(home, 'keys');
  const path = join(folder, PRIVATE_FILE);
  let pem = await readFile(path, 'utf8').catch(() => undefined);
  if (pem === undefined) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { privateKey } = generateKeyPairSync('ed25519');
    const content = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    // A half-written key is never seen, and of two that are made at once one stays.
    await writeFileAtomic(path, content, { mode: 0o600, keepExisting: true });
    pem = await readFile(path, 'utf8');
  }
  const key = parsePrivate(pem, path);
  const publicKey = createPublicKey(key);
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  await writeFileAtomic(join(folder, PUBLIC_FILE), publicPem, { keepExisting: true });
  return { id: keyId(publicKey), sign: (message) => sign(null, message, key) };
}

/** Reads a public key (SPKI PEM), by default the one of this home. */
export async function verifyingKey(home: string, file?: string): Promise<VerifyingKey> {
  const path = file ?? join(home, 'keys', PUBLIC_FILE);
  const pem = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new SutureError('key-missing', `No public key at ${path}`, {
      remedy: 'Give the signer’s public key with --key FILE (theirs is keys/signing.pub.pem).',
      cause: error,
    });
  });
  return verifyingKeyFrom(pem, path);
}

/**
 * A public key from its text (SPKI PEM); `name` is what errors call it.
 *
 * @throws SutureError `key-unreadable`
 */
export function verifyingKeyFrom(pem: string, name: string): VerifyingKey {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (error) {
    throw unreadable(name, error);
  }
  return { id: keyId(key), verify: (message, signature) => verify(null, message, key, signature) };
}

function parsePrivate(pem: string, path: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (error) {
    throw unreadable(path, error);
  }
  throw unreadable(path, undefined);
}

function unreadable(path: string, cause: unknown): SutureError {
  return new SutureError('key-unreadable', `${path} is not an Ed25519 key in PEM`, {
    remedy: 'Restore it from a backup, or move it away to have a new one made.',
    cause,
  });
}

function keyId(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}
