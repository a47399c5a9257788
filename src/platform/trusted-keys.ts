import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signingKey, type VerifyingKey, verifyingKeyFrom } from './keys.ts';

/** A public key with its text, to be given to others. */
export interface TrustedKey extends VerifyingKey {
  /** SPKI PEM. */
  readonly pem: string;
}

/**
 * The keys whose signatures count here: this home's own (made on first use), and those that the
 * operator put into `keys/trusted/*.pem` (of other machines that sign on the same database, or of
 * before a key was renewed).
 *
 * @throws SutureError `key-unreadable` for a file that is no public key
 */
export async function trustedKeys(home: string): Promise<readonly TrustedKey[]> {
  await signingKey(home);
  return await knownKeys(home);
}

/** The same without making one: none where nothing was ever signed. */
export async function knownKeys(home: string): Promise<readonly TrustedKey[]> {
  const folder = join(home, 'keys');
  const own = await readFile(join(folder, 'signing.pub.pem')).then(
    () => ['signing.pub.pem'],
    () => [],
  );
  const names = await readdir(join(folder, 'trusted')).catch(() => []);
  const others = names.filter((name) => name.endsWith('.pem')).sort();
  const files = [...own, ...others.map((name) => join('trusted', name))];
  return await Promise.all(files.map((name) => trustedKey(join(folder, name))));
}

async function trustedKey(path: string): Promise<TrustedKey> {
  const pem = await readFile(path, 'utf8');
  return { ...verifyingKeyFrom(pem, path), pem };
}
