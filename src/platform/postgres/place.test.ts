import { chmod, chown, mkdir, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { databaseHome } from '../../../test/support/database-home.ts';
import { ownFolder, preparePlace } from './place.ts';

const isRoot = process.getuid?.() === 0;

it('keeps the socket beside the data, and elsewhere when that path is too long for one', async () => {
  await using home = await databaseHome();
  const near = await preparePlace(home.path);
  expect(near.sockets).toBe(join(near.root, 'run'));
  const far = await preparePlace(
    join(home.path, 'a-folder-with-a-rather-long-name', 'x'.repeat(60)),
  );
  onTestFinished(() => rm(far.sockets, { recursive: true, force: true }));
  expect(Buffer.byteLength(far.sockets)).toBeLessThan(90);
  expect(far.sockets).not.toContain(far.root);
  expect((await stat(far.sockets)).mode & 0o777).toBe(0o700);
  const again = await preparePlace(
    join(home.path, 'a-folder-with-a-rather-long-name', 'x'.repeat(60)),
  );
  expect(again).toEqual(far);
});

it.each<[string, (path: string, elsewhere: string) => Promise<unknown>]>([
  ['others can look into', (path) => mkdir(path).then(() => chmod(path, 0o755))],
  ['is a link', (path, elsewhere) => symlink(elsewhere, path)],
  ...(isRoot
    ? [
        [
          'somebody else made',
          (path: string) => mkdir(path, { mode: 0o700 }).then(() => chown(path, 54_321, 54_321)),
        ] as [string, (path: string) => Promise<unknown>],
      ]
    : []),
])('refuses a socket folder that %s', async (_, make) => {
  await using home = await databaseHome();
  const elsewhere = join(home.path, 'elsewhere');
  await mkdir(elsewhere, { mode: 0o700 });
  const path = join(home.path, 'taken');
  await make(path, elsewhere);
  await expect(ownFolder(path, undefined)).rejects.toMatchObject({ code: 'postgres-folder-taken' });
});
