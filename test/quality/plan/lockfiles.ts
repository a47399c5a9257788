import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pacote from 'pacote';
import semver from 'semver';
import type { QualityProject } from './projects.ts';

const run = promisify(execFile);

interface Manifest {
  name?: string;
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** A folder with manifest and lockfile of a published package. Nothing is run. Made once, then kept. */
export async function lockedProject(
  project: QualityProject,
  under: string,
  registry: string,
): Promise<string> {
  const directory = join(under, `${project.name}-${project.version}`);
  if (existsSync(join(directory, 'package-lock.json'))) return directory;
  const unpacked = `${directory}.unpacked`;
  await pacote.extract(`${project.name}@${project.version}`, unpacked, { registry });
  await mkdir(directory, { recursive: true });
  if (project.lockfile === 'shipped') {
    const files = ['package-lock.json', 'npm-shrinkwrap.json'];
    const shipped = files.find((file) => existsSync(join(unpacked, file)));
    if (shipped === undefined) throw new Error(`${project.name} ships no lockfile`);
    const manifest = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8')) as Manifest;
    // A shrinkwrap leaves out development, so the manifest must not ask for it.
    if (shipped === 'npm-shrinkwrap.json') delete manifest.devDependencies;
    await writeFile(join(directory, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    await copyFile(join(unpacked, shipped), join(directory, 'package-lock.json'));
  } else {
    const manifest = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8')) as Manifest;
    await lockLowest(directory, manifest, registry);
  }
  await rm(unpacked, { recursive: true });
  return directory;
}

async function lockLowest(directory: string, manifest: Manifest, registry: string): Promise<void> {
  const { name = 'project', version = '0.0.0', dependencies = {} } = manifest;
  const write = (file: string, value: unknown) =>
    writeFile(join(directory, file), `${JSON.stringify(value, null, 2)}\n`);
  const pinned: Record<string, string> = {};
  for (const [child, range] of Object.entries(dependencies)) {
    const { versions } = await pacote.packument(child, { registry });
    pinned[child] = semver.minSatisfying(Object.keys(versions), range) ?? range;
  }
  await write('package.json', { name, version, dependencies: pinned });
  const flags = ['--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...flags, '--legacy-peer-deps'], {
    cwd: directory,
    maxBuffer: 1 << 26,
  });
  await write('package.json', { name, version, dependencies });
  const path = join(directory, 'package-lock.json');
  const lock = JSON.parse(await readFile(path, 'utf8')) as { packages: Record<string, Manifest> };
  const root = lock.packages[''];
  if (root !== undefined) root.dependencies = dependencies;
  await write('package-lock.json', lock);
}
