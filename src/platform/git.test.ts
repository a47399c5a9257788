import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exec } from './exec.ts';
import { openRepository, runGit } from './git.ts';

let root: string;
const git = async (...args: string[]) => {
  const result = await exec(
    ['git', '-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args],
    {
      cwd: root,
    },
  );
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return result.stdout.trim();
};

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'suture-git-'));
  vi.stubEnv('SUTURE_HOME', `${root}-home`);
  await git('init', '-q', '-b', 'main');
  await mkdir(join(root, 'src'));
  await writeFile(join(root, 'package.json'), '{"name":"shop"}\n');
  await writeFile(join(root, 'src/run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  await writeFile(join(root, 'src/bytes.bin'), Buffer.from([0, 255, 10, 13, 10]));
  await symlink('package.json', join(root, 'inside'));
  await symlink('/etc/passwd', join(root, 'outside'));
  await git('add', '-A');
  await git('commit', '-q', '-m', 'First');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
  await rm(`${root}-home`, { recursive: true, force: true });
});

async function open() {
  const repository = await openRepository(join(root, 'src'));
  if (repository === undefined) throw new Error('no repository');
  return repository;
}

describe('a git repository', () => {
  it('is found from a folder inside it, and not where there is none', async () => {
    expect((await open()).root).toBe(root);
    expect(await openRepository(tmpdir())).toBeUndefined();
  });

  it('gives out the files of a commit, byte for byte, without links that lead outside', async () => {
    const repository = await open();
    await writeFile(join(root, 'package.json'), 'changed in the working tree');
    const copy = join(root, '../', `${root.split('/').at(-1)}-copy`);
    try {
      await repository.exportCommit(await repository.head(), copy);
      expect(await readFile(join(copy, 'package.json'), 'utf8')).toBe('{"name":"shop"}\n');
      expect([...(await readFile(join(copy, 'src/bytes.bin')))]).toEqual([0, 255, 10, 13, 10]);
      expect(await readlink(join(copy, 'inside'))).toBe('package.json');
      expect(await readdir(copy)).not.toContain('outside');
      expect((await exec([join(copy, 'src/run.sh')])).exitCode).toBe(0);
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  });

  it('writes nothing outside, whatever links and folders of one name a crafted tree has', async () => {
    const object = async (type: string, content: string | Buffer) => {
      const argv = ['git', 'hash-object', '-t', type, '-w', '--stdin', '--literally'];
      return (await exec(argv, { cwd: root, input: content })).stdout.trim();
    };
    const tree = (...entries: readonly (readonly [mode: string, name: string, id: string])[]) =>
      object(
        'tree',
        Buffer.concat(
          entries.flatMap(([mode, name, id]) => [
            Buffer.from(`${mode} ${name}\0`),
            Buffer.from(id, 'hex'),
          ]),
        ),
      );
    const written = await object('blob', 'written');
    const file = await tree(['100644', 'written', written]);
    const deep = await tree(
      ['120000', 'absolute', await object('blob', tmpdir())],
      ['120000', 'nothing', await object('blob', '')],
      // It reads as `a/b`; by way of `up` it is what is around the copy.
      ['120000', 'out', await object('blob', 'up/../..')],
      ['40000', 'out', file],
      ['120000', 'over', await object('blob', 'up/..')],
      ['120000', 'up', await object('blob', '../..')],
    );
    const top = await tree(
      ['40000', '.GIT', file],
      ['40000', '..', file],
      ['40000', 'a', await tree(['40000', 'b', deep])],
    );
    const commit = await git('commit-tree', top, '-m', 'Crafted');
    const around = `${root}-around`;
    try {
      await (await open()).exportCommit(commit, join(around, 'in/copy'));
      // With types, for readdir follows links without.
      const all = await readdir(around, { recursive: true, withFileTypes: true });
      const paths = all.map(({ parentPath, name }) => relative(around, join(parentPath, name)));
      expect(paths.toSorted()).toEqual([
        'in',
        'in/copy',
        'in/copy/a',
        'in/copy/a/b',
        'in/copy/a/b/out',
        'in/copy/a/b/out/written',
        'in/copy/a/b/up',
      ]);
    } finally {
      await rm(around, { recursive: true, force: true });
    }
  });

  it('commits onto a branch and leaves index, working tree and HEAD alone', async () => {
    const repository = await open();
    const head = await repository.head();
    await writeFile(join(root, 'package.json'), 'work in progress');
    const before = await git('status', '--porcelain=v2', '--branch');
    const commit = await repository.commit({
      parent: head,
      files: new Map([
        ['package.json', '{"name":"shop","fixed":true}\n'],
        ['new/file.txt', 'new'],
        ['inside', 'no link any more'],
        ['src/bytes.bin', undefined],
      ]),
      message: 'Fix it\n\nBecause.\n',
    });
    await repository.setBranch('suture/fix', commit, undefined);
    expect(await git('status', '--porcelain=v2', '--branch')).toBe(before);
    expect(await repository.branch('suture/fix')).toBe(commit);
    expect(await git('show', 'suture/fix:package.json')).toBe('{"name":"shop","fixed":true}');
    expect(await git('ls-tree', '-r', '--name-only', 'suture/fix')).not.toContain('bytes.bin');
    expect(await git('ls-tree', 'suture/fix', 'src/run.sh')).toMatch(/^100755/);
    expect(await git('ls-tree', 'suture/fix', 'inside')).toMatch(/^100644/);
    expect(await git('log', '-1', '--format=%B', 'suture/fix')).toBe('Fix it\n\nBecause.');
    expect((await readdir(join(root, '.git'))).filter((name) => name.startsWith('suture'))).toEqual(
      [],
    );
  });

  it('does not move a branch that moved meanwhile', async () => {
    const repository = await open();
    const head = await repository.head();
    await git('branch', 'suture/fix');
    await expect(repository.setBranch('suture/fix', head, undefined)).rejects.toThrow(/update-ref/);
  });

  it('tells git’s helpers nothing of Suture’s own secrets', async () => {
    vi.stubEnv('SUTURE_DATABASE_URL', 'postgres://u:hush@db/suture');
    vi.stubEnv('SUTURE_SECRET_MAIL', 'hush');
    vi.stubEnv('PGPASSWORD', 'hush');
    const env = { SUTURE_SSH_KEY: '/run/secrets/key' };
    const { stdout } = await runGit(root, ['-c', 'alias.show-all=!env', 'show-all'], { env });
    expect(stdout).toContain('SUTURE_SSH_KEY=/run/secrets/key');
    expect(stdout).not.toContain('hush');
  });

  it('never runs what the repository configures', async () => {
    const marker = join(root, 'marker');
    await git('config', 'core.fsmonitor', `touch ${marker}; true`);
    await git('config', 'filter.evil.smudge', `touch ${marker}`);
    await git('config', 'filter.evil.clean', `touch ${marker}`);
    await writeFile(join(root, '.gitattributes'), '* filter=evil\n');
    await rm(marker, { force: true });
    const repository = await open();
    const head = await repository.head();
    const copy = join(root, 'copy');
    await repository.exportCommit(head, copy);
    await repository.commit({ parent: head, files: new Map([['a.txt', 'a']]), message: 'x' });
    expect(await readdir(root)).not.toContain('marker');
  });

  it('reads a file as committed', async () => {
    const repository = await open();
    await writeFile(join(root, 'package.json'), '{}');
    expect(await repository.fileAt(await repository.head(), 'package.json')).toBe(
      '{"name":"shop"}\n',
    );
    expect(await repository.fileAt(await repository.head(), 'missing.json')).toBeUndefined();
  });

  it('shows a remote without its credentials', async () => {
    await git('remote', 'add', 'origin', 'https://user:secret@git.example/shop.git');
    expect(await (await open()).remote()).toBe('https://git.example/shop.git');
  });

  it('says what to do when there is no commit', async () => {
    await rm(join(root, '.git'), { recursive: true });
    await git('init', '-q');
    await expect((await open()).head()).rejects.toMatchObject({ code: 'git-empty' });
  });
});
