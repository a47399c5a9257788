import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pacote from 'pacote';
import semver from 'semver';
import { stringify } from 'yaml';
import type { Application } from './applications.ts';

const run = promisify(execFile);

type Ranges = Record<string, string>;
const GROUPS = ['dependencies', 'optionalDependencies', 'devDependencies'] as const;
type Group = (typeof GROUPS)[number];
type Manifest = Record<string, unknown> & Partial<Record<Group, Ranges>>;

const INSTALL = ['install', '--package-lock-only', '--ignore-scripts'];
const QUIET = ['--no-audit', '--no-fund'];
const AUTHOR = ['-c', 'user.name=Campaign', '-c', 'user.email=campaign@example.org'];

/**
 * A git repository made of a published tarball, with a lockfile. Nothing of it is run. Made once,
 * then kept; a branch that an earlier campaign left is removed.
 */
export async function applicationRepository(
  application: Application,
  under: string,
  registry: string,
): Promise<string> {
  const directory = join(under, `${application.name}-${application.version}`);
  if (existsSync(join(directory, '.git'))) {
    await removeBranches(directory);
    return directory;
  }
  const making = `${directory}.making`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true });
  await pacote.extract(`${application.name}@${application.version}`, making, { registry });
  await lock(making, application, registry);
  await writeFile(join(making, '.gitignore'), 'node_modules\n');
  const { checks } = application;
  if (checks) await writeFile(join(making, 'suture.yaml'), stringify({ checks }));
  await run('git', ['init', '-q', '-b', 'main'], { cwd: making });
  await run('git', ['add', '-A', '-f', '.'], { cwd: making });
  await run('git', [...AUTHOR, 'commit', '-q', '-m', 'As published'], { cwd: making });
  await rename(making, directory);
  return directory;
}

/**
 * A shipped lockfile is kept and completed. Without one, and where the application asks for the
 * lowest, every direct dependency gets the lowest version its range admits, like a project that
 * nobody has refreshed since its release: the registry's dates may not go back far enough for
 * `npm install --before`.
 */
async function lock(directory: string, application: Application, registry: string): Promise<void> {
  const path = join(directory, 'package.json');
  const text = await readFile(path, 'utf8');
  const published = JSON.parse(text) as Manifest;
  const shipped = existsSync(join(directory, 'npm-shrinkwrap.json'));
  const pinned =
    application.locked === 'newest' ? [] : shipped ? (['devDependencies'] as const) : GROUPS;
  await writeJson(path, await pinnedLowest(published, pinned, registry));
  await run('npm', [...INSTALL, ...QUIET], { cwd: directory, maxBuffer: 1 << 26 });
  await writeFile(path, text);
  const lockPath = join(directory, shipped ? 'npm-shrinkwrap.json' : 'package-lock.json');
  const lockfile = JSON.parse(await readFile(lockPath, 'utf8')) as {
    packages: Record<string, Manifest>;
  };
  const root = lockfile.packages[''];
  for (const group of GROUPS) if (root && published[group]) root[group] = published[group];
  await writeJson(lockPath, lockfile);
}

async function pinnedLowest(
  manifest: Manifest,
  groups: readonly Group[],
  registry: string,
): Promise<Manifest> {
  const pinned = { ...manifest };
  for (const group of groups) {
    const ranges: Ranges = {};
    for (const [name, range] of Object.entries(manifest[group] ?? {})) {
      ranges[name] = (await lowest(name, range, registry)) ?? range;
    }
    if (manifest[group] !== undefined) pinned[group] = ranges;
  }
  return pinned;
}

async function lowest(name: string, range: string, registry: string): Promise<string | undefined> {
  if (semver.validRange(range) === null) return undefined;
  const { versions } = await pacote.packument(name, { registry });
  return semver.minSatisfying(Object.keys(versions), range) ?? undefined;
}

async function removeBranches(directory: string): Promise<void> {
  const { stdout } = await run(
    'git',
    ['for-each-ref', '--format=%(refname:short)', 'refs/heads/suture'],
    { cwd: directory },
  );
  for (const branch of stdout.split('\n').filter(Boolean)) {
    await run('git', ['branch', '-q', '-D', branch], { cwd: directory });
  }
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
