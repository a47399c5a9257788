import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { parse } from 'yaml';
import type { DependencyGraph, PackageManager } from '../../src/domain/dependency-graph.ts';
import type { Remedy } from '../../src/domain/remedy.ts';
import type { Patcher } from '../../src/ports/patcher.ts';
import { type RegistryServer, serveRegistry, type Universe } from './registry-server.ts';

export const fixtures = join(import.meta.dirname, '../contract/fixtures/patcher');

/** A case as its YAML file says it. */
export interface PatcherCase {
  readonly name: string;
  readonly about: string;
  /** Absent: all of them. */
  readonly managers?: readonly PackageManager[];
  /** Files of the project before; a file under a manager's name is only for that one. */
  readonly files: Readonly<Record<string, string>>;
  readonly only?: Readonly<Partial<Record<PackageManager, Readonly<Record<string, string>>>>>;
  readonly remedies: readonly (Omit<Remedy, 'because' | 'closes' | 'workspaces'> &
    Partial<Pick<Remedy, 'workspaces'>>)[];
  /** Cooldown for what comes along (ISO 8601). */
  readonly before?: string;
  /** Code of the error that is expected instead of a result. */
  readonly error?: string;
}

const LOCKFILES: Readonly<Record<string, string>> = {
  npm: 'package-lock.json',
  pnpm: 'pnpm-lock.yaml',
  'yarn-classic': 'yarn.lock',
  'yarn-berry': 'yarn.lock',
};

/** The day as of which the cases' lockfiles are resolved; see universe.yaml. */
const THEN = '2024-01-01';

export async function readCases(): Promise<
  readonly (Omit<PatcherCase, 'remedies'> & { readonly remedies: readonly Remedy[] })[]
> {
  const names = (await readdir(join(fixtures, 'cases'))).filter((name) => name.endsWith('.yaml'));
  return await Promise.all(
    names.sort().map(async (file) => {
      const read = parse(await readFile(join(fixtures, 'cases', file), 'utf8')) as PatcherCase;
      const remedies = read.remedies.map((remedy) => ({
        ...remedy,
        workspaces: remedy.workspaces ?? [],
        because: read.about,
        closes: [],
      }));
      return { ...read, name: file.replace(/\.yaml$/, ''), remedies };
    }),
  );
}

/**
 * A closed world: two registries over one universe (as of {@link THEN}, and now), a home directory
 * with an empty configuration, and folders for projects.
 */
export class PatcherWorld implements AsyncDisposable {
  readonly manager: PackageManager;
  readonly home: string;
  readonly now: RegistryServer;
  readonly #then: RegistryServer;
  readonly #lockfiles = new Map<string, string>();
  #patcher: Patcher | undefined;
  #resolver: Patcher | undefined;
  readonly #create: (environment: NodeJS.ProcessEnv) => Patcher;

  private constructor(
    manager: PackageManager,
    home: string,
    servers: readonly [RegistryServer, RegistryServer],
    create: (environment: NodeJS.ProcessEnv) => Patcher,
  ) {
    this.manager = manager;
    this.home = home;
    [this.#then, this.now] = servers;
    this.#create = create;
  }

  static async open(
    manager: PackageManager,
    create: (environment: NodeJS.ProcessEnv) => Patcher,
  ): Promise<PatcherWorld> {
    const text = await readFile(join(fixtures, 'universe.yaml'), 'utf8');
    const universe = parse(text) as Universe;
    const then = await serveRegistry(universe);
    then.mode.asOf = THEN;
    const home = await mkdtemp(join(tmpdir(), `patcher-${manager}-`));
    return new PatcherWorld(manager, home, [then, await serveRegistry(universe)], create);
  }

  get lockfile(): string {
    return LOCKFILES[this.manager] ?? '';
  }

  /** The patcher with the current registry as the user's own. */
  patcher(extra?: NodeJS.ProcessEnv): Patcher {
    if (extra) return this.#create({ ...this.environment(this.now.url), ...extra });
    this.#patcher ??= this.#create(this.environment(this.now.url));
    return this.#patcher;
  }

  /** What a user would have in the environment; nothing of the machine's own configuration. */
  environment(registry: string, home = this.home): NodeJS.ProcessEnv {
    const common = {
      PATH: process.env['PATH'],
      HOME: home,
      SUTURE_HOME: join(home, 'suture'),
      // Half of the time of a small project's run is spent on compiling the manager itself.
      NODE_COMPILE_CACHE: join(this.home, 'compiled'),
    };
    switch (this.manager) {
      case 'npm':
        return { ...common, npm_config_registry: registry, npm_config_fetch_retries: '0' };
      case 'pnpm':
        return {
          ...common,
          pnpm_config_registry: registry,
          pnpm_config_fetch_retries: '0',
          pnpm_config_store_dir: join(home, 'store'),
        };
      case 'yarn-classic':
        return { ...common, yarn_registry: registry, YARN_CACHE_FOLDER: join(home, 'cache') };
      case 'yarn-berry':
        return {
          ...common,
          YARN_NPM_REGISTRY_SERVER: registry.replace(/\/$/, ''),
          YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
          YARN_HTTP_RETRY: '0',
          YARN_GLOBAL_FOLDER: join(home, 'global'),
        };
      case 'bun':
        throw new Error('no patcher for bun yet');
    }
  }

  /** Writes the files of a project, without a lockfile. */
  async project(files: Readonly<Record<string, string>>): Promise<string> {
    const directory = await mkdtemp(join(this.home, 'project-'));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    }
    return directory;
  }

  /** A project with a lockfile that knows nothing newer than {@link THEN}. */
  async lockedProject(files: Readonly<Record<string, string>>): Promise<string> {
    const directory = await this.project(files);
    const path = join(directory, this.lockfile);
    const key = JSON.stringify(files);
    const known = this.#lockfiles.get(key);
    if (known !== undefined) {
      await writeFile(path, known);
      return directory;
    }
    // A home of its own: yarn's cache does not tell one port of a host from another.
    this.#resolver ??= this.#create(this.environment(this.#then.url, join(this.home, 'then')));
    await this.#resolver.resolve(directory);
    const text = await readFile(path, 'utf8');
    const hosts = [this.#then.url, encodeURIComponent(this.#then.url)];
    const today = [this.now.url, encodeURIComponent(this.now.url)];
    const locked = hosts.reduce((all, host, i) => all.replaceAll(host, today[i] ?? ''), text);
    this.#lockfiles.set(key, locked);
    await writeFile(path, locked);
    return directory;
  }

  /** A registry that no client has anything cached of. */
  async freshRegistry(): Promise<RegistryServer> {
    const text = await readFile(join(fixtures, 'universe.yaml'), 'utf8');
    return await serveRegistry(parse(text) as Universe);
  }

  /** The graph as far as patchers need it: where the lockfile and the manifests are. */
  graph(files: readonly string[]): DependencyGraph {
    const manifests = files.filter((path) => /(?:^|\/)package\.json$/.test(path));
    return {
      ecosystem: 'npm',
      manager: this.manager,
      file: this.lockfile,
      formatVersion: '',
      workspaces: manifests.map((path) => ({
        path: path === 'package.json' ? '' : dirname(path),
        name: path,
        dependencies: [],
      })),
      packages: new Map(),
      overrides: {},
    };
  }

  /** Takes the machine's noise out: the registry's address is the only one. */
  normalise(text: string): string {
    return text
      .replaceAll(this.now.url, 'https://registry.example/')
      .replaceAll(
        encodeURIComponent(this.now.url),
        encodeURIComponent('https://registry.example/'),
      );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#then[Symbol.asyncDispose]();
    await this.now[Symbol.asyncDispose]();
    await rm(this.home, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Every file below a directory with its text, by relative path. */
export async function filesOf(directory: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(relative(directory, path), await readFile(path, 'utf8'));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}
