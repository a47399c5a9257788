import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { signingKey, verifyingKey } from './keys.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'suture-keys-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const message = new TextEncoder().encode('evidence');

it('makes one key on first use, for its owner only, and keeps it', async () => {
  const keys = await Promise.all([signingKey(home), signingKey(home), signingKey(home)]);
  expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
  expect((await stat(join(home, 'keys/signing.pem'))).mode & 0o777).toBe(0o600);
  expect((await readdir(join(home, 'keys'))).sort()).toEqual(['signing.pem', 'signing.pub.pem']);
  const check = await verifyingKey(home);
  expect(check.id).toBe(keys[0]?.id);
  expect(check.verify(message, keys[1].sign(message))).toBe(true);
});

it('does not accept a changed message, a changed signature or another key', async () => {
  const signature = (await signingKey(home)).sign(message);
  const check = await verifyingKey(home);
  expect(check.verify(new TextEncoder().encode('Evidence'), signature)).toBe(false);
  expect(
    check.verify(
      message,
      signature.map((byte, i) => (i === 7 ? byte ^ 1 : byte)),
    ),
  ).toBe(false);
  const other = join(home, 'other');
  await signingKey(other);
  expect((await verifyingKey(other)).verify(message, signature)).toBe(false);
});

it.each(['', 'not a key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'])(
  'refuses %j as a key and does not replace it',
  async (content) => {
    await signingKey(home);
    await writeFile(join(home, 'keys/signing.pem'), content);
    await expect(signingKey(home)).rejects.toMatchObject({ code: 'key-unreadable' });
  },
);

it('says where to get a public key', async () => {
  await expect(verifyingKey(home)).rejects.toMatchObject({ code: 'key-missing' });
});
