import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { guardNpmrc, npmrcEntries } from '../../platform/project-npmrc.ts';
import { trustedRegistryHosts } from '../../platform/trusted-registries.ts';
import { expand } from './expand.ts';

/** Options of npm's registry client: `registry`, `@scope:registry`, `//host/:_authToken`, TLS, proxy. */
export type RegistryOptions = Readonly<Record<string, unknown>>;

/**
 * Registries and credentials as npm would see them in `directory`: environment, then the project,
 * then the user's and the machine's configuration; for a yarn 2+ project `.yarnrc.yml` as well.
 * The project's own files are guarded (project-npmrc.ts): they name registries, but they run
 * nothing, weaken no TLS, and see the environment only for hosts that the user trusts.
 */
export async function registryOptions(
  directory: string,
  environment: NodeJS.ProcessEnv,
): Promise<RegistryOptions> {
  const trusted = await trustedRegistryHosts(environment);
  const { flat, fromEnvironment } = await npmConfiguration(directory, environment);
  const options: Record<string, unknown> = { ...flat };
  const npmrc = await textOf(join(directory, '.npmrc'));
  for (const [key, value] of npmrcEntries(guardNpmrc(npmrc, trusted).text)) {
    const isRegistry = key === 'registry' || key.endsWith(':registry') || key.startsWith('//');
    if (isRegistry && !fromEnvironment(key)) options[key] = expand(value, environment);
  }
  if (await isModernYarn(directory)) {
    const { yarnRegistryOptions } = await import('./yarn-configuration.ts');
    const home = environment['HOME'] ?? homedir();
    Object.assign(
      options,
      yarnRegistryOptions(
        {
          home: await textOf(join(home, '.yarnrc.yml')),
          project: await textOf(join(directory, '.yarnrc.yml')),
        },
        trusted,
        environment,
      ),
    );
  }
  return options;
}

/** npm's own reading of everything but the project: it is shown a project that does not exist. */
async function npmConfiguration(directory: string, environment: NodeJS.ProcessEnv) {
  const [{ default: Config }, { default: all }] = await Promise.all([
    import('@npmcli/config'),
    import('@npmcli/config/lib/definitions/index.js'),
  ]);
  const nowhere = join(directory, 'node_modules', '.suture-no-project');
  const config = new Config({
    definitions: all.definitions,
    shorthands: all.shorthands,
    flatten: all.flatten,
    nerfDarts: all.nerfDarts,
    npmPath: nowhere,
    argv: ['node', 'npm', `--prefix=${nowhere}`],
    // It writes into the environment it is given.
    env: { ...environment },
    cwd: nowhere,
    warn: false,
  });
  await config.load();
  return { flat: config.flat, fromEnvironment: (key: string) => config.find(key) === 'env' };
}

async function isModernYarn(directory: string): Promise<boolean> {
  const lockfile = await textOf(join(directory, 'yarn.lock'));
  return lockfile === ''
    ? (await textOf(join(directory, '.yarnrc.yml'))) !== ''
    : lockfile.includes('__metadata:');
}

async function textOf(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '');
}
