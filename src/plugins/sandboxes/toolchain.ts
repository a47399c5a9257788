import { existsSync } from 'node:fs';
import { access, readFile, realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

/** Where the tools appear inside a sandbox. */
export const TOOLS = '/opt/suture';

/** A host file or folder that is shown read-only inside. */
interface Mount {
  readonly host: string;
  /** Relative to {@link TOOLS}. */
  readonly inside: string;
}

/** A symbolic link below {@link TOOLS}`/bin`. */
interface Link {
  readonly name: string;
  /** Relative to {@link TOOLS}`/bin`. */
  readonly target: string;
}

export interface Toolchain {
  readonly mounts: readonly Mount[];
  readonly links: readonly Link[];
}

/**
 * The Node that runs Suture, and the package managers that a project's scripts may call. They can
 * live anywhere (a checkout, a version manager's folder below a home that must stay invisible), so
 * each is mounted on its own and nothing around it.
 *
 * @param project Host directory of the project: decides which generation of yarn `yarn` means.
 */
export async function toolchain(project: string): Promise<Toolchain> {
  const mounts: Mount[] = [{ host: await realpath(process.execPath), inside: 'node' }];
  const links: Link[] = [{ name: 'node', target: '../node' }];
  const yarn = (await isYarnBerry(project)) ? '@yarnpkg/cli-dist' : 'yarn-classic';
  for (const [tool, packageName] of [
    ['npm', 'npm'],
    ['pnpm', 'pnpm'],
    ['yarn', yarn],
  ] as const) {
    const found = await locate(tool, packageName);
    if (found === undefined) continue;
    mounts.push({ host: found.directory, inside: tool });
    for (const [name, path] of Object.entries(found.bin)) {
      links.push({ name, target: `../${tool}/${path}` });
    }
  }
  return { mounts, links };
}

interface Tool {
  readonly directory: string;
  readonly bin: Readonly<Record<string, string>>;
}

/** Beside the running Node, among Suture's own packages, or on PATH, in this order. */
async function locate(tool: string, packageName: string): Promise<Tool | undefined> {
  const besideNode = join(dirname(process.execPath), '..', 'lib', 'node_modules', packageName);
  return (
    (await readTool(besideNode)) ??
    (await readTool(ownPackage(packageName))) ??
    (await readTool(await packageOnPath(tool)))
  );
}

/** A package of Suture's own installation, wherever the package manager hoisted it. */
function ownPackage(name: string): string | undefined {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

async function packageOnPath(tool: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const program = await realpath(join(folder, tool)).catch(() => undefined);
    // A launcher of a package is `<package>/bin/<tool>` or `<package>/<tool>`.
    if (program === undefined) continue;
    for (const candidate of [dirname(dirname(program)), dirname(program)]) {
      if (await exists(join(candidate, 'package.json'))) return candidate;
    }
  }
  return undefined;
}

async function readTool(directory: string | undefined): Promise<Tool | undefined> {
  if (directory === undefined) return undefined;
  try {
    const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as {
      name?: string;
      bin?: string | Record<string, string>;
    };
    const bin =
      typeof manifest.bin === 'string'
        ? { [manifest.name ?? 'tool']: manifest.bin }
        : (manifest.bin ?? {});
    return { directory: await realpath(directory), bin };
  } catch {
    return undefined;
  }
}

/** Yarn 2 and later leave `.yarnrc.yml` or a lockfile that starts with `__metadata`. */
async function isYarnBerry(project: string): Promise<boolean> {
  if (await exists(join(project, '.yarnrc.yml'))) return true;
  const lockfile = await readFile(join(project, 'yarn.lock'), 'utf8').catch(() => '');
  return /^__metadata:/m.test(lockfile);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
