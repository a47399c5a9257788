import { chmod, cp, lstat, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { databaseHome } from '../../../test/support/database-home.ts';
import { preparePlace } from './place.ts';
import { installedTree, serverPrograms } from './programs.ts';

const isRoot = process.getuid?.() === 0;

/** The package as npm unpacks it when no install script may run. */
async function withoutLinks(folder: string): Promise<string> {
  const tree = join(folder, 'package', 'native');
  await cp(installedTree(), tree, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(await readFile(join(tree, 'pg-symlinks.json'), 'utf8'));
  for (const { target } of links) await rm(join(dirname(tree), target), { force: true });
  return tree;
}

it('makes the library links that an install without scripts left out', async () => {
  await using home = await databaseHome();
  const tree = await withoutLinks(home.path);
  const programs = await serverPrograms(await preparePlace(home.path), tree);
  expect(programs).toEqual({
    postgres: join(tree, 'bin/postgres'),
    initdb: join(tree, 'bin/initdb'),
    major: 18,
  });
  expect((await lstat(join(tree, 'lib/libpq.so.5'))).isSymbolicLink()).toBe(true);
});

it.skipIf(!isRoot)(
  'root: copies programs that the server’s user cannot get to, once (skipped for others)',
  async () => {
    await using home = await databaseHome();
    const tree = await withoutLinks(home.path);
    await chmod(dirname(tree), 0o700);
    const place = await preparePlace(home.path);
    const programs = await serverPrograms(place, tree);
    expect(programs.postgres).toMatch(/postgres\/server-[0-9a-f]{16}\/native\/bin\/postgres$/);
    const before = await lstat(programs.postgres);
    expect(await serverPrograms(place, tree)).toEqual(programs);
    expect((await lstat(programs.postgres)).ino).toBe(before.ino);
    expect((await readdir(place.root)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  },
);

it('says what to do when the programs do not run here', async () => {
  await using home = await databaseHome();
  const tree = await withoutLinks(home.path);
  await writeFile(join(tree, 'bin/postgres'), 'for another processor');
  await expect(serverPrograms(await preparePlace(home.path), tree)).rejects.toMatchObject({
    code: 'postgres-unusable',
    remedy: expect.stringContaining('--database URL'),
  });
});
