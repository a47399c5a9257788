import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { signingKey, type VerifyingKey, verifyingKey } from './keys.ts';

/**
 * The keys whose signatures count here: this home's own, and those that the operator put into
 * `keys/trusted/*.pem` (of other machines that sign on the same database, or of before a key was
 * renewed).
 *
 * @throws SutureError `key-unreadable` for a file that is no public key
 */
export async function trustedKeys(home: string): Promise<readonly VerifyingKey[]> {
  await signingKey(home);
  const folder = join(home, 'keys', 'trusted');
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.pem')).sort();
  const others = await Promise.all(files.map((name) => verifyingKey(home, join(folder, name))));
  return [await verifyingKey(home), ...others];
}
