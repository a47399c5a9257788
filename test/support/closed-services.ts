import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openIndex } from '../../src/advisories/open-index.ts';
import type { Remedy } from '../../src/domain/remedy.ts';
import { installedPackages } from '../../src/platform/installed-packages.ts';
import { npmEcosystem } from '../../src/plugins/ecosystems/npm/index.ts';
import { noSandbox } from '../../src/plugins/sandboxes/none.ts';
import type { PackageRegistry, PublishedVersion } from '../../src/ports/package-registry.ts';
import type { Patcher, PatchOutcome } from '../../src/ports/patcher.ts';
import type { Services } from '../../src/workflows/services.ts';

/** Package to version to the code of its `index.js`. All were published long ago. */
export type Packages = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface ClosedServices extends Services {
  /** Moves the clock that everything but the database looks at. */
  advance(hours: number): void;
}

/**
 * Services of a world that holds nothing but these packages: the real pipeline, git and test runs,
 * with a registry and a package manager that answer from memory, so that proving a change takes a
 * second and no network. The index under `home` is made by the test.
 */
export function closedServices(home: string, packages: Packages): ClosedServices {
  let ahead = 0;
  return {
    tool: { name: 'suture', version: '0.0.0-test' },
    home,
    clock: { now: () => new Date(Date.now() + ahead) },
    advance(hours) {
      ahead += hours * 3_600_000;
    },
    ecosystems: [npmEcosystem],
    patchers: () => Promise.resolve([patcherOf(packages)]),
    sandbox: () => Promise.resolve(noSandbox(true)),
    openIndex: () => openIndex(home),
    registry: () => Promise.resolve(registryOf(packages)),
    packageSources: installedPackages,
    notifiers: () => Promise.resolve([]),
    feeds: () => Promise.resolve([]),
    progress: () => {},
  };
}

function registryOf(packages: Packages): PackageRegistry {
  const published = (version: string): PublishedVersion => ({
    version,
    published: '2024-01-01T00:00:00Z',
    dependencies: {},
    optionalDependencies: {},
    peerDependencies: {},
    engines: {},
    hasInstallScript: false,
    provenance: false,
  });
  return {
    package: (name) => {
      const versions = packages[name];
      if (versions === undefined) return Promise.resolve(undefined);
      return Promise.resolve({ name, versions: Object.keys(versions).map(published) });
    },
    contents: (name, version) =>
      Promise.resolve(
        new Map(Object.entries(filesOf(name, version, packages[name]?.[version] ?? ''))),
      ),
  };
}

function filesOf(name: string, version: string, code: string): Record<string, string> {
  return {
    'package.json': `${JSON.stringify({ name, version, main: 'index.js' }, null, 2)}\n`,
    'index.js': code,
  };
}

interface Lockfile {
  packages: Record<string, { version?: string; dependencies?: Record<string, string> }>;
}

/** Rewrites npm's lockfile and unpacks what it names, as npm does for flat trees. */
function patcherOf(packages: Packages): Patcher {
  return {
    manager: 'npm',
    version: () => Promise.resolve('0.0.0-closed'),
    apply: ({ directory, remedies }) => apply(directory, remedies),
    resolve: () => Promise.reject(new Error('the closed world has lockfiles for everything')),
    async install(directory) {
      await rm(join(directory, 'node_modules'), { recursive: true, force: true });
      const lockfile = await readLockfile(directory);
      for (const [path, { version = '' }] of Object.entries(lockfile.packages)) {
        if (path === '') continue;
        const name = path.slice('node_modules/'.length);
        const code = packages[name]?.[version];
        if (code === undefined) throw new Error(`${name}@${version} is not in this world`);
        await mkdir(join(directory, path), { recursive: true });
        for (const [file, text] of Object.entries(filesOf(name, version, code))) {
          await writeFile(join(directory, path, file), text);
        }
      }
      return [['closed-npm', 'ci']];
    },
    installScripts: () => Promise.resolve([]),
  };
}

async function apply(directory: string, remedies: readonly Remedy[]): Promise<PatchOutcome> {
  const lockfile = await readLockfile(directory);
  for (const { package: name, to } of remedies) {
    const entry = lockfile.packages[`node_modules/${name}`];
    if (entry === undefined || to === undefined) throw new Error(`cannot move ${name}`);
    entry.version = to;
  }
  await writeFile(join(directory, 'package-lock.json'), `${JSON.stringify(lockfile, null, 2)}\n`);
  return { files: ['package-lock.json'], commands: [['closed-npm', 'update']] };
}

async function readLockfile(directory: string): Promise<Lockfile> {
  return JSON.parse(await readFile(join(directory, 'package-lock.json'), 'utf8')) as Lockfile;
}
