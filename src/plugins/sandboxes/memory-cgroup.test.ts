import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { memoryCgroup } from './memory-cgroup.ts';

let mount: string;
beforeEach(async () => {
  mount = await mkdtemp(join(tmpdir(), 'suture-cgroup-'));
});
afterEach(() => rm(mount, { recursive: true, force: true }));

it('uses version 2 where the controller is handed on', async () => {
  await writeFile(join(mount, 'cgroup.subtree_control'), 'cpu memory pids\n');
  const group = await memoryCgroup(256, mount);
  const name = (await readdir(mount)).find((entry) => entry.startsWith('suture-'));
  expect(group?.version).toBe(2);
  expect(await readFile(join(mount, name ?? '', 'memory.max'), 'utf8')).toBe('268435456');
});

it.each([
  ['the controller is not handed on', 'cgroup.subtree_control', 'cpu pids\n'],
  ['it is an ordinary folder', 'file', ''],
])('makes nothing where %s', async (_name, file, text) => {
  await writeFile(join(mount, file), text);
  expect(await memoryCgroup(256, mount)).toBeUndefined();
  expect(await readdir(mount)).toEqual([file]);
});

it('removes the groups of callers that are gone', async () => {
  await writeFile(join(mount, 'cgroup.subtree_control'), 'memory\n');
  await mkdir(join(mount, 'suture-4194305-abc'));
  await mkdir(join(mount, `suture-${process.pid}-abc`));
  await memoryCgroup(256, mount);
  const left = await readdir(mount);
  expect(left).not.toContain('suture-4194305-abc');
  expect(left).toContain(`suture-${process.pid}-abc`);
});
