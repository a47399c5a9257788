import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliWorld, cliWorld, EXAMPLE_FEEDS } from '../support/cli.ts';
import {
  litter,
  lockfileOf,
  missing,
  patchIn,
  repository,
  smallProject,
  untouched,
  writeProject,
} from '../support/small-repository.ts';

// Where the repository is, what state it is in, and how the patch is handed over.

const absent = await missing();
let world: CliWorld;

beforeAll(async () => {
  world = await cliWorld();
  await world.suture(['sync', '--from', EXAMPLE_FEEDS]);
});
afterAll(() => world[Symbol.asyncDispose]());

const patch = (directory: string, ...args: string[]) => patchIn(world, directory, ...args);

const version = (lockfile: string) =>
  (JSON.parse(lockfile) as { packages: Record<string, { version: string }> }).packages[
    'node_modules/minimist'
  ]?.version;

describe.skipIf(absent !== undefined)(`patch hands over (skipped: ${absent ?? 'no'})`, () => {
  it('a branch of one commit, and finds it again the next time', { timeout: 60_000 }, async () => {
    const directory = await repository(world, 'branch');
    const before = await untouched(directory);
    const first = await patch(directory);
    expect(first.exitCode).toBe(1);
    const { branch, changes, unfixed } = first.report;
    expect(unfixed).toEqual([]);
    expect(changes).toMatchObject([
      {
        accepted: true,
        branch,
        lockfile: 'package-lock.json',
        verification: { verdict: 'proven' },
      },
    ]);
    expect(changes[0]?.closes).toHaveLength(2);
    const log = await world.git(directory, 'log', '--format=%H %P', `main..${branch}`);
    expect(log).toBe(`${changes[0]?.commit} ${await world.git(directory, 'rev-parse', 'main')}`);
    const changed = await world.git(directory, 'diff', '--name-only', `main..${branch}`);
    expect(changed.split('\n')).toEqual(['package-lock.json', 'package.json']);
    expect(version(await world.git(directory, 'show', `${branch}:package-lock.json`))).toBe(
      '1.2.6',
    );
    expect(await untouched(directory)).toEqual(before);

    const second = await patch(directory);
    expect(second.report.branch).toBe(branch);
    expect(second.report.changes[0]?.commit).toBe(changes[0]?.commit);
    expect(await world.git(directory, 'branch', '--list', 'suture/*')).toBe(branch);
    expect(await litter(world.home, directory)).toEqual([]);

    // A person builds on it: those commits stay, and the branch is found again.
    await world.git(directory, 'checkout', '-q', branch ?? '');
    await writeFile(join(directory, 'mine.txt'), 'mine');
    await world.git(directory, 'add', '-A');
    await world.git(directory, 'commit', '-q', '-m', 'Mine');
    const tip = await world.git(directory, 'rev-parse', 'HEAD');
    await world.git(directory, 'checkout', '-q', 'main');
    const third = await patch(directory);
    expect(third.report.changes[0]?.commit).toBe(changes[0]?.commit);
    expect(await world.git(directory, 'rev-parse', branch ?? '')).toBe(tip);

    // A person rewrote it: it stays theirs, and the patch goes to another branch.
    await world.git(directory, 'branch', '-f', branch ?? '', 'main');
    await world.git(directory, 'checkout', '-q', branch ?? '');
    await world.git(directory, 'commit', '-q', '--allow-empty', '-m', 'Mine alone');
    const rewritten = await world.git(directory, 'rev-parse', 'HEAD');
    await world.git(directory, 'checkout', '-q', 'main');
    const fourth = await patch(directory);
    expect(fourth.report.branch).toBe(`${branch}-2`);
    expect(await world.git(directory, 'rev-parse', branch ?? '')).toBe(rewritten);
  });

  it('nothing on a dry run, but the report', async () => {
    const directory = await repository(world, 'dry');
    const before = await untouched(directory);
    const { report, exitCode } = await patch(directory, '--dry-run');
    expect(exitCode).toBe(1);
    expect(report).toMatchObject({ branch: null, changes: [{ accepted: true, commit: null }] });
    expect(await untouched(directory)).toEqual(before);
    expect(await world.git(directory, 'branch', '--list', 'suture/*')).toBe('');
    expect(await litter(world.home, directory)).toEqual([]);
  });

  it('the files themselves with --apply, in git or not, and only those', async () => {
    const directory = join(world.root, 'applied');
    await writeProject(directory, smallProject({ 'notes.txt': 'mine\n' }));
    const { report } = await patch(directory, '--apply');
    expect(report).toMatchObject({ branch: null, changes: [{ accepted: true }], unfixed: [] });
    expect(version(await readFile(join(directory, 'package-lock.json'), 'utf8'))).toBe('1.2.6');
    const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as object;
    expect(manifest).toMatchObject({ dependencies: { minimist: '1.2.6' } });
    expect(await readFile(join(directory, 'notes.txt'), 'utf8')).toBe('mine\n');
    expect(await litter(world.home, directory)).toEqual([]);
    const again = await patch(directory, '--apply');
    expect(again).toMatchObject({ exitCode: 0, report: { changes: [], unfixed: [] } });
  });

  it('only what was asked for by --finding', async () => {
    const both = { minimist: '1.2.0', lodash: '4.17.20' };
    const directory = await repository(world, 'finding', {
      ...smallProject({ 'package-lock.json': lockfileOf(both) }),
      'package.json': JSON.stringify({ name: 'small', version: '1.0.0', dependencies: both }),
    });
    const { report } = await patch(directory, '--finding', 'lodash', '--min-confidence', '0.3');
    const moved = report.changes.flatMap(({ remedies }) => remedies.map((r) => r.component));
    expect(moved).toEqual(['lodash']);
    expect(report.unfixed).toEqual([]);
  });

  it('commits for two lockfiles in folders below the root', { timeout: 60_000 }, async () => {
    const below = (folder: string) =>
      Object.entries(smallProject()).map(([path, text]) => [`${folder}/${path}`, text]);
    const directory = await repository(
      world,
      'mono',
      Object.fromEntries([...below('api'), ...below('web')]) as Record<string, string>,
    );
    const { report } = await patch(directory);
    expect(report.changes.map(({ lockfile }) => lockfile).sort()).toEqual([
      'api/package-lock.json',
      'web/package-lock.json',
    ]);
    for (const change of report.changes) {
      expect(change).toMatchObject({ accepted: true, partly: [] });
      expect(change.closes).toHaveLength(2);
    }
    const log = await world.git(directory, 'rev-list', '--count', `main..${report.branch}`);
    expect(log).toBe('2');
    const after = join(world.root, 'mono-after');
    await world.git(directory, 'worktree', 'add', '-q', after, report.branch ?? '');
    expect(await world.suture(['scan', after])).toMatchObject({ exitCode: 0 });
  });

  it('no claim to have closed what stays in another lockfile', { timeout: 60_000 }, async () => {
    // A different lockfile kind with no test behind it: one of the two is not handed over.
    const entries = Object.entries(smallProject());
    const api = entries.map(([path, text]) => [`api/${path}`, text]);
    const web = entries
      .filter(([path]) => !path.startsWith('test/'))
      .map(([path, text]) => [`web/${path}`, text.replace('"test": "node --test"', '')]);
    const files = Object.fromEntries([...api, ...web]) as Record<string, string>;
    const directory = await repository(world, 'half', files);
    const { report } = await patch(directory);
    const [ours, withheld] = ['api', 'web'].map((folder) =>
      report.changes.find(({ lockfile }) => lockfile === `${folder}/package-lock.json`),
    );
    expect(withheld).toMatchObject({ accepted: false });
    expect(ours).toMatchObject({ accepted: true, closes: [] });
    expect(ours?.partly).toHaveLength(2);
    const message = await world.git(directory, 'log', '-1', '--format=%B', report.branch ?? '');
    expect(message).toMatch(/in api\/package-lock\.json only/);
    expect(message).not.toMatch(/Closes/);
    const evidence = ours?.evidence?.replace('<root>', world.root) ?? '';
    expect(
      await world.suture(['verify', evidence, '--replay', '--repository', directory]),
    ).toMatchObject({ exitCode: 0 });
  });

  it('the right paths for a project in a folder of its repository, also through a link', async () => {
    const files = Object.entries(smallProject()).map(([path, text]) => [`apps/a/${path}`, text]);
    const directory = await repository(
      world,
      'inside',
      Object.fromEntries([...files, ['README.md', 'hello\n']]) as Record<string, string>,
    );
    const alias = join(world.root, 'alias');
    await symlink(directory, alias);
    const { report } = await patch(join(alias, 'apps/a'));
    expect(report.changes).toMatchObject([{ accepted: true, lockfile: 'package-lock.json' }]);
    const changed = await world.git(directory, 'diff', '--name-only', `main..${report.branch}`);
    expect(changed.split('\n')).toEqual(['apps/a/package-lock.json', 'apps/a/package.json']);
    const evidence = report.changes[0]?.evidence?.replace('<root>', world.root) ?? '';
    const replayed = await world.suture(['verify', evidence, '--replay', '--repository', alias]);
    expect(replayed).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/Replay agrees/) });
  });

  it('a branch from the last commit, saying what is not committed', async () => {
    const directory = await repository(world, 'dirty');
    await writeFile(join(directory, 'index.js'), 'half-written(\n');
    await writeFile(join(directory, 'package-lock.json'), '{ broken');
    await writeFile(join(directory, 'new.txt'), 'new');
    await world.git(directory, 'add', 'new.txt');
    const before = await untouched(directory);
    const { report } = await patch(directory);
    expect(report.changes).toMatchObject([{ accepted: true }]);
    expect(report.problems).toMatchObject(
      [{ severity: 'warning', file: 'package-lock.json', message: /uncommitted/ }].map((p) => ({
        ...p,
        message: expect.stringMatching(p.message),
      })),
    );
    expect(await untouched(directory)).toEqual(before);
  });

  it('a branch from a detached HEAD', async () => {
    const directory = await repository(world, 'detached');
    await world.git(directory, 'checkout', '-q', '--detach');
    const before = await untouched(directory);
    const { report } = await patch(directory);
    expect(report.changes).toMatchObject([{ accepted: true }]);
    expect(await world.git(directory, 'rev-parse', `${report.branch}~1`)).toBe(
      await world.git(directory, 'rev-parse', 'main'),
    );
    expect(await untouched(directory)).toEqual(before);
  });

  it('nothing from a repository without a commit, and says so', async () => {
    const directory = join(world.root, 'unborn');
    await writeProject(directory, smallProject());
    await world.git(directory, 'init', '-q');
    const result = await world.suture(['patch', directory]);
    expect(result).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/no commit yet/) });
  });

  it('one branch, when two runs are at it at once', { timeout: 60_000 }, async () => {
    const directory = await repository(world, 'twice');
    const [one, two] = await Promise.all([patch(directory), patch(directory)]);
    expect([one.exitCode, two.exitCode]).toEqual([1, 1]);
    expect(one.report.branch).toBe(two.report.branch);
    expect(await world.git(directory, 'rev-list', '--count', `main..${one.report.branch}`)).toBe(
      '1',
    );
  });
});
