import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { SutureError } from '../../../domain/error.ts';
import type { Problem } from '../../../domain/problem.ts';
import { type ExecResult, exec } from '../../../platform/exec.ts';
import { trustedRegistryHosts } from '../../../platform/trusted-registries.ts';
import type { PatchOutcome } from '../../../ports/patcher.ts';
import { managerEnvironment } from './environment.ts';
import { failureOf } from './failure.ts';
import { GUARDED, guardFile } from './guard.ts';
import { manifestsBelow } from './project.ts';

const TIMEOUT_MS = 10 * 60_000;

/**
 * Work on one throw-away copy. While a package manager runs, the project's own configuration files
 * are replaced by guarded ones (guard.ts); afterwards every file is what it was, besides what was
 * deliberately written and the lockfile. Whatever fails, the copy is put back as it was.
 */
export class Session {
  /** Directory of the lockfile, absolute. */
  readonly project: string;
  readonly commands: (readonly string[])[] = [];
  readonly problems: Problem[] = [];
  readonly #manager: string;
  readonly #root: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #trusted: ReadonlySet<string>;
  /** Path relative to the root to its text at the start; undefined: did not exist. */
  readonly #original = new Map<string, string | undefined>();
  readonly #final = new Map<string, string | undefined>();
  readonly #temporary = new Map<string, string>();
  readonly #watched = new Map<string, ReadonlySet<string>>();

  private constructor(
    manager: string,
    root: string,
    project: string,
    environment: NodeJS.ProcessEnv,
    trusted: ReadonlySet<string>,
  ) {
    this.#manager = manager;
    this.#root = root;
    this.project = project;
    this.#environment = environment;
    this.#trusted = trusted;
  }

  static async open(options: {
    readonly manager: string;
    readonly root: string;
    /** Directory of the lockfile relative to the root; empty: the root. */
    readonly folder: string;
    /** Directories of workspace members, relative to the root. */
    readonly members: readonly string[];
    readonly environment: NodeJS.ProcessEnv;
    /** Variables that only this manager needs. */
    readonly variables?: Readonly<Record<string, string>>;
  }): Promise<Session> {
    const root = resolve(options.root);
    const session = new Session(
      options.manager,
      root,
      join(root, options.folder),
      { ...managerEnvironment(options.environment), ...options.variables },
      await trustedRegistryHosts(options.environment),
    );
    const folders = new Set([options.folder, ...options.members]);
    for (const folder of [...folders, ...ancestors(options.folder)]) {
      for (const name of GUARDED) await session.#hold(posix.join(folder, name));
    }
    // yarn formats manifests anew whatever it is asked to do.
    for (const path of await manifestsBelow(session.project)) {
      await session.#hold(posix.join(options.folder, path));
    }
    for (const folder of [...folders, posix.join(options.folder, '.yarn')]) {
      session.#watched.set(folder, new Set(await entriesOf(join(root, folder))));
    }
    return session;
  }

  /** The text as it will be in the end; undefined when there is no such file. */
  async read(path: string): Promise<string | undefined> {
    if (!this.#original.has(path)) await this.#hold(path);
    return this.#final.get(path);
  }

  /** Sets what the file will be in the end; a temporary text of it is forgotten. */
  async write(path: string, text: string): Promise<void> {
    await this.read(path);
    this.#final.set(path, text);
    this.#temporary.delete(path);
  }

  /** Sets what the file is during the next runs only. */
  async pretend(path: string, text: string): Promise<void> {
    await this.read(path);
    this.#temporary.set(path, text);
  }

  stopPretending(): void {
    this.#temporary.clear();
  }

  /** Takes a file that the manager wrote as final; undefined when it wrote none. */
  async adopt(path: string): Promise<string | undefined> {
    await this.read(path);
    const text = await readInside(this.#root, path);
    this.#final.set(path, text);
    return text;
  }

  /** Runs the manager in the project, or in another directory for a side errand. */
  async run(
    argv: readonly string[],
    options: { readonly cwd?: string; readonly variables?: Readonly<Record<string, string>> } = {},
  ): Promise<ExecResult> {
    const { cwd = this.project, variables } = options;
    await this.#layOut();
    this.commands.push(argv);
    const env = { ...this.#environment, ...variables };
    const result = await exec(argv, { cwd, env, timeoutMs: TIMEOUT_MS });
    if (result.exitCode !== 0) throw failureOf(this.#manager, argv, result);
    return result;
  }

  /** Tells the user something about a file, once. */
  warn(file: string, message: string): void {
    const known = this.problems.some((one) => one.file === file && one.message === message);
    if (!known) this.problems.push({ severity: 'warning', file, message });
  }

  /** Guarded texts of the project's configuration files, by base name, for a side errand. */
  configuration(): ReadonlyMap<string, string> {
    const files = new Map<string, string>();
    for (const [path, text] of this.#final) {
      const name = posix.basename(path);
      const here = posix.dirname(path) === (relative(this.#root, this.project) || '.');
      if (text === undefined || !here || !/^\.(?:npmrc|yarnrc|yarnrc\.yml)$/.test(name)) continue;
      const guarded = guardFile(path, text, this.#trusted).text;
      if (guarded !== undefined) files.set(name, guarded);
    }
    return files;
  }

  /** Puts every file to its final text and removes what the manager left lying about. */
  async finish(options: { keepLitter?: boolean } = {}): Promise<PatchOutcome> {
    const files: string[] = [];
    for (const [path, text] of this.#final) {
      await this.#put(path, text);
      if (text !== this.#original.get(path)) files.push(path);
    }
    if (!options.keepLitter) await this.#sweep();
    const problems = this.problems.length > 0 ? { problems: this.problems } : {};
    return { files: files.sort(), commands: this.commands, ...problems };
  }

  /** Puts the copy back as it was. */
  async undo(): Promise<void> {
    for (const [path, text] of this.#original) await this.#put(path, text);
    await this.#sweep();
  }

  async #hold(path: string): Promise<void> {
    if (this.#original.has(path)) return;
    const text = await readInside(this.#root, path);
    this.#original.set(path, text);
    this.#final.set(path, text);
  }

  async #layOut(): Promise<void> {
    for (const [path, final] of this.#final) {
      const text = this.#temporary.get(path) ?? final;
      const guarded = text === undefined ? undefined : guardFile(path, text, this.#trusted);
      for (const message of guarded?.problems ?? []) this.warn(path, message);
      await this.#put(path, guarded?.text);
    }
  }

  async #put(path: string, text: string | undefined): Promise<void> {
    const full = join(this.#root, path);
    if (text === undefined) await rm(full, { force: true });
    else if ((await readInside(this.#root, path)) !== text) {
      await mkdir(dirname(full), { recursive: true });
      await writeFile(full, text);
    }
  }

  async #sweep(): Promise<void> {
    for (const [folder, before] of this.#watched) {
      for (const name of await entriesOf(join(this.#root, folder))) {
        const path = posix.join(folder, name);
        if (before.has(name) || this.#final.get(path) !== undefined) continue;
        await rm(join(this.#root, path), { recursive: true, force: true });
      }
      if (before.size === 0 && folder.endsWith('.yarn')) {
        await rm(join(this.#root, folder), { recursive: true, force: true });
      }
    }
  }
}

/** Runs `work` and finishes; whatever it throws, the copy is put back first. */
export async function within(
  session: Session,
  work: () => Promise<void>,
  options: { keepLitter?: boolean } = {},
): Promise<PatchOutcome> {
  try {
    await work();
    return await session.finish(options);
  } catch (error) {
    await session.undo();
    throw error;
  }
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  return await readdir(folder).catch(() => []);
}

function ancestors(folder: string): readonly string[] {
  if (folder === '' || folder === '.') return [''];
  const above = posix.dirname(folder);
  return [above === '.' ? '' : above, ...ancestors(above === '.' ? '' : above)];
}

/** A symbolic link would let a repository have its target rewritten, outside the copy. */
async function readInside(root: string, path: string): Promise<string | undefined> {
  const full = resolve(root, path);
  if (!full.startsWith(root + sep)) throw unsafe(path, 'leads out of the project');
  for (let step = full; step !== root; step = dirname(step)) {
    const info = await lstat(step).catch(() => undefined);
    if (info?.isSymbolicLink()) throw unsafe(path, 'is a symbolic link');
    if (info && step === full && !info.isFile()) throw unsafe(path, 'is not a file');
    if (!info && step === full) return undefined;
  }
  return await readFile(full, 'utf8');
}

function unsafe(path: string, what: string): SutureError {
  return new SutureError('project-unsafe', `${path} ${what}; it is not rewritten`, {
    remedy: 'Make it a plain file inside the repository.',
  });
}
