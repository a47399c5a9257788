import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import semver from 'semver';
import { SutureError } from '../../../domain/error.ts';
import { exec } from '../../../platform/exec.ts';
import { scratchDirectory } from '../../../platform/scratch.ts';
import { managerEnvironment } from './environment.ts';

/** How a patcher is made; tests and unusual set-ups name the program themselves. */
export interface PatcherOptions {
  /** Argument vector that starts the package manager; default: found on PATH. */
  readonly program?: readonly string[];
  /** Default: the process's own. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** A package manager that was found and asked for its version. */
export interface Program {
  readonly argv: readonly string[];
  readonly version: string;
}

/** What is looked for. */
export interface Wanted {
  /** Name on PATH. */
  readonly name: string;
  /** Copy that Suture's own installation may hold: package and the file to run below it. */
  readonly own?: { readonly package: string; readonly file: string; readonly node: boolean };
  /** semver range of versions that read and write the project's lockfile. */
  readonly versions: string;
  /** What asks for those versions, for a person: `pnpm-lock.yaml is of version 9.0`. */
  readonly because: string;
  /** The one line to run to get it. */
  readonly install: string;
  /** The manifest's `packageManager`; corepack's shims choose by it. */
  readonly packageManager?: string | undefined;
}

/**
 * The first suitable program: as told, on PATH, or Suture's own copy.
 *
 * @throws SutureError `package-manager-missing`, with the line to run.
 */
export async function findProgram(wanted: Wanted, options: PatcherOptions): Promise<Program> {
  const known = found.get(options) ?? new Map<string, Program>();
  found.set(options, known);
  const question = JSON.stringify([wanted.name, wanted.versions, wanted.packageManager]);
  const program = known.get(question) ?? (await search(wanted, options));
  known.set(question, program);
  return program;
}

/** Asking each candidate for its version takes up to a second; the answers stay the same. */
const found = new WeakMap<PatcherOptions, Map<string, Program>>();

async function search(wanted: Wanted, options: PatcherOptions): Promise<Program> {
  const environment = options.environment ?? process.env;
  const seen: string[] = [];
  for (const argv of await candidates(wanted, options, environment)) {
    const version = await versionOf(argv, wanted.packageManager, environment);
    if (version === undefined) continue;
    if (semver.satisfies(version, wanted.versions, { includePrerelease: true })) {
      return { argv, version };
    }
    seen.push(version);
  }
  const others = seen.length === 0 ? 'none was found' : `only ${seen.join(', ')} was found`;
  throw new SutureError(
    'package-manager-missing',
    `${wanted.because}, which needs ${wanted.name} ${wanted.versions}; ${others}`,
    { remedy: `Run: ${wanted.install}` },
  );
}

async function candidates(
  wanted: Wanted,
  options: PatcherOptions,
  environment: NodeJS.ProcessEnv,
): Promise<readonly (readonly string[])[]> {
  if (options.program) return [options.program];
  const argvs: string[][] = [];
  // Relative entries of PATH could lead into the repository.
  for (const folder of (environment['PATH'] ?? '').split(delimiter).filter(isAbsolute)) {
    const file = join(folder, wanted.name);
    const executable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) argvs.push([file]);
  }
  const own = wanted.own && ownCopy(wanted.own);
  return own ? [...argvs, own] : argvs;
}

function ownCopy(own: NonNullable<Wanted['own']>): string[] | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${own.package}/package.json`);
    const file = join(dirname(manifest), own.file);
    return own.node ? [process.execPath, file] : [file];
  } catch {
    return undefined;
  }
}

const EXACT = /^(?:npm|pnpm|yarn)@\d+\.\d+\.\d+(?:[-+][\w.+-]*)?$/;

/**
 * Asks for the version in an empty directory: in the project's own, yarn would load the plugins
 * that the project names before it answers. Only the manifest's `packageManager` is taken along.
 */
async function versionOf(
  argv: readonly string[],
  packageManager: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  await using scratch = await scratchDirectory('version');
  const pinned = packageManager && EXACT.test(packageManager) ? { packageManager } : {};
  await writeFile(join(scratch.path, 'package.json'), JSON.stringify({ private: true, ...pinned }));
  const result = await exec([...argv, '--version'], {
    cwd: scratch.path,
    env: managerEnvironment(environment),
    timeoutMs: 60_000,
  }).catch(() => undefined);
  if (result?.exitCode !== 0) return undefined;
  return semver.valid(result.stdout.trim().split('\n').at(-1)) ?? undefined;
}
