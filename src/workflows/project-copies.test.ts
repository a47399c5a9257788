import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pathKind } from '../platform/path-kind.ts';
import { projectCopies } from './project-copies.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'suture-copies-'));
  await mkdir(join(root, 'src/node_modules/x'), { recursive: true });
  await mkdir(join(root, '.git'));
  await writeFile(join(root, 'src/a.js'), 'a');
  await symlink('a.js', join(root, 'src/inside.js'));
  await symlink('/etc/passwd', join(root, 'package-lock.json'));
  await symlink('../../../../../../../../etc/passwd', join(root, 'src/outside'));
  process.env['SUTURE_HOME'] = join(root, '../', 'suture-copies-home');
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
  await rm(process.env['SUTURE_HOME'] ?? '', { recursive: true, force: true });
  delete process.env['SUTURE_HOME'];
});

it('copies sources only, keeps links inside, drops those that lead outside, and cleans up', async () => {
  let made: string;
  {
    await using copies = await projectCopies({ kind: 'directory', directory: root });
    made = await copies.make('trial');
    expect(await readdir(made)).toEqual(['src']);
    expect((await readdir(join(made, 'src'))).sort()).toEqual(['a.js', 'inside.js']);
    await writeFile(join(made, 'src/inside.js'), 'changed');
    expect(await readFile(join(copies.pristine, 'src/a.js'), 'utf8')).toBe('a');
    expect(await readFile(join(root, 'src/a.js'), 'utf8')).toBe('a');
  }
  expect(await pathKind(made)).toBeUndefined();
});

it('does not copy a home that is inside the project', async () => {
  process.env['SUTURE_HOME'] = join(root, '.suture');
  await mkdir(join(root, '.suture', 'advisories'), { recursive: true });
  await using copies = await projectCopies({ kind: 'directory', directory: root });
  expect(await readdir(copies.pristine)).toEqual(['src']);
  expect(await readdir(await copies.make('trial'))).toEqual(['src']);
});
