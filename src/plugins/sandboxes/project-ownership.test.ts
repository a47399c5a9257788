import { link, lstat, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeOwnership } from './project-ownership.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'suture-own-'));
  await mkdir(join(root, 'project/deep'), { recursive: true });
  await writeFile(join(root, 'outside'), 'x'.repeat(10_000), { mode: 0o750 });
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('separates files that others share, and keeps their content and mode', async () => {
  await link(join(root, 'outside'), join(root, 'project/deep/shared'));
  takeOwnership(join(root, 'project'), undefined);
  const [outside, inside] = await Promise.all(
    ['outside', 'project/deep/shared'].map((path) => lstat(join(root, path))),
  );
  expect(inside?.ino).not.toBe(outside?.ino);
  expect(inside?.mode).toBe(outside?.mode);
  expect(await readFile(join(root, 'project/deep/shared'), 'utf8')).toHaveLength(10_000);
});

it('measures the room the copy takes', async () => {
  await writeFile(join(root, 'project/deep/a'), 'x'.repeat(100_000));
  const bytes = takeOwnership(join(root, 'project'), undefined);
  expect(bytes).toBeGreaterThanOrEqual(100_000);
  expect(bytes).toBeLessThan(200_000);
});

it.skipIf(process.getuid?.() !== 0)(
  'gives all to the owner, and nothing behind a link',
  async () => {
    await symlink(root, join(root, 'project/up'));
    await symlink(join(root, 'outside'), join(root, 'project/file-link'));
    takeOwnership(join(root, 'project'), 64_042);
    const owners = await Promise.all(
      ['project', 'project/deep', 'project/up', 'project/file-link', 'outside', '.'].map(
        async (path) => (await lstat(join(root, path))).uid,
      ),
    );
    expect(owners).toEqual([64_042, 64_042, 64_042, 64_042, 0, 0]);
  },
);
