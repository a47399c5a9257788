import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exec } from '../../src/platform/exec.ts';
import type { CliWorld } from './cli.ts';

/** What `patch --format json` prints, as far as tests look at it. */
export interface PatchDocument {
  readonly branch: string | null;
  readonly changes: readonly {
    readonly id: string;
    readonly branch: string | null;
    readonly commit: string | null;
    readonly lockfile: string;
    readonly accepted: boolean;
    readonly abstained: string | null;
    readonly remedies: readonly { kind: string; component: string; from: string; to: string }[];
    readonly closes: readonly string[];
    readonly partly: readonly string[];
    readonly verification: {
      readonly verdict: string;
      readonly because: string;
      readonly flaky: readonly string[];
      readonly failingBefore: readonly string[];
      readonly regressions: readonly { readonly name: string }[];
      readonly exploits: readonly { name: string; before: string; after: string }[];
      readonly rescan: {
        readonly closed: readonly string[];
        readonly introduced: readonly string[];
      };
    };
    readonly confidence: { readonly value: number };
    readonly evidence: string | null;
  }[];
  readonly unfixed: readonly { finding: string; why: string; needed: string }[];
  readonly problems: readonly { severity: string; file: string; message: string }[];
}

export const MANIFEST = {
  name: 'small',
  version: '1.0.0',
  private: true,
  scripts: { test: 'node --test' },
  dependencies: { minimist: '1.2.0' },
};

/** The lockfile as npm writes it, without addresses of a registry. */
export function lockfileOf(
  dependencies: Readonly<Record<string, string>> = MANIFEST.dependencies,
  name = 'small',
): string {
  const packages = Object.entries(dependencies).map(([dependency, version]) => [
    `node_modules/${dependency}`,
    { version, ...INTEGRITY[`${dependency}@${version}`] },
  ]);
  const root = { name, version: '1.0.0', dependencies };
  const lock = { name, version: '1.0.0', lockfileVersion: 3, requires: true };
  return `${JSON.stringify({ ...lock, packages: { '': root, ...Object.fromEntries(packages) } }, null, 2)}\n`;
}

/** Of the packages on the public registry. */
const INTEGRITY: Readonly<Record<string, { readonly integrity: string; license?: string }>> = {
  'minimist@1.2.0': {
    integrity:
      'sha512-7Wl+Jz+IGWuSdgsQEJ4JunV0si/iMhg42MnQQG6h1R6TNeVenp4U9x5CC5v/gYqz/fENLQITAWXidNtVL0NNbw==',
    license: 'MIT',
  },
};

/** An argument reader on `minimist` 1.2.0 (two vulnerabilities, closed by 1.2.6), three tests. */
export function smallProject(
  changed: Readonly<Record<string, string | undefined>> = {},
  manifest: object = MANIFEST,
): Record<string, string> {
  const files: Record<string, string | undefined> = {
    '.gitignore': 'node_modules\n',
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    'package-lock.json': lockfileOf(),
    'index.js': [
      "const minimist = require('minimist');",
      'exports.parse = (argv) => minimist(argv);',
      "exports.names = (argv) => Object.keys(minimist(argv)).filter((name) => name !== '_');",
      '',
    ].join('\n'),
    'test/index.test.js': [
      "const { test } = require('node:test');",
      "const assert = require('node:assert');",
      "const { parse, names } = require('..');",
      "test('reads a value', () => assert.equal(parse(['--a', '1']).a, 1));",
      "test('reads the rest', () => assert.deepEqual(parse(['x', 'y'])._, ['x', 'y']));",
      "test('lists names', () => assert.deepEqual(names(['--a', '--b=2']), ['a', 'b']));",
      '',
    ].join('\n'),
    ...changed,
  };
  return Object.fromEntries(
    Object.entries(files).filter((file): file is [string, string] => file[1] !== undefined),
  );
}

export async function writeProject(
  directory: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const full = join(directory, path);
    await mkdir(dirname(full), { recursive: true });
    if (content.startsWith(LINK)) await symlink(content.slice(LINK.length), full);
    else await writeFile(full, content);
    if (content.startsWith('#!')) await chmod(full, 0o755);
  }
}

const LINK = 'link to ';
/** Content of a file that is to be a symbolic link. */
export const linkTo = (target: string) => LINK + target;

/** Makes a repository with one commit in `name` below the world's root. */
export async function repository(
  world: CliWorld,
  name: string,
  files: Readonly<Record<string, string>> = smallProject(),
): Promise<string> {
  const directory = join(world.root, name);
  await mkdir(directory, { recursive: true });
  await writeProject(directory, files);
  await world.git(directory, 'init', '-q', '-b', 'main');
  await world.git(directory, 'add', '-A', '-f', '.');
  await world.git(directory, 'commit', '-q', '-m', 'First');
  return directory;
}

/** Everything that a patch run may not touch: branch, index, files and their contents. */
export async function untouched(directory: string): Promise<Record<string, string>> {
  const git = async (...args: string[]) => {
    const { stdout, stderr } = await exec(['git', ...args], { cwd: directory });
    return stdout + stderr;
  };
  const files: Record<string, string> = {};
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (/\/(\.git|node_modules)\//.test(path) || !entry.isFile()) continue;
    files[path] = await readFile(path, 'base64');
  }
  return {
    ...files,
    head: await git('symbolic-ref', 'HEAD'),
    commit: await git('rev-parse', 'HEAD'),
    main: await git('rev-parse', 'refs/heads/main'),
    index: await git('ls-files', '--stage'),
    stash: await git('stash', 'list'),
  };
}

/** Litter that a run left: throw-away folders, temporary files, strange names in .git. */
export async function litter(home: string, directory: string): Promise<readonly string[]> {
  const work = await readdir(join(home, 'work')).catch(() => []);
  const below = async (folder: string) =>
    await readdir(folder, { recursive: true }).catch((): string[] => []);
  const temporary = [...(await below(home)), ...(await below(directory))].filter((name) =>
    /\.tmp$|suture-index|index\.lock$|\.lock\.lock$/.test(name),
  );
  const evidence = await readdir(join(home, 'evidence')).catch(() => []);
  const half: string[] = [];
  for (const change of evidence) {
    const kept = await readdir(join(home, 'evidence', change));
    if (!kept.includes('files.json')) half.push(`evidence/${change}`);
  }
  return [...work.map((name) => `work/${name}`), ...temporary, ...half];
}

export function parsePatch(stdout: string): PatchDocument {
  return JSON.parse(stdout) as PatchDocument;
}

/** Why real patches cannot be tried here, or `undefined` when they can. */
export async function missing(): Promise<string | undefined> {
  const bubblewrap = await exec(['bwrap', '--unshare-user', '--ro-bind', '/', '/', 'true']).catch(
    () => undefined,
  );
  if (bubblewrap?.exitCode !== 0) return 'bubblewrap does not work here';
  const npm = await exec(['npm', 'view', 'minimist@1.2.8', 'version'], {
    timeoutMs: 20_000,
  }).catch(() => undefined);
  return npm?.stdout.trim() === '1.2.8' ? undefined : 'no package registry can be reached';
}

/** `suture patch` with its report; a run that printed none fails with what it said instead. */
export async function patchIn(world: CliWorld, directory: string, ...args: string[]) {
  const result = await world.suture(['patch', directory, '--format', 'json', ...args]);
  if (result.stdout === '') throw new Error(result.stderr);
  return { ...result, report: parsePatch(result.stdout) };
}
