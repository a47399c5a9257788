import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import semver from 'semver';
import type { Patcher, PatchRequest } from '../../ports/patcher.ts';
import { rewriteCatalog } from './shared/catalog.ts';
import { approvedBy, type Gate, minutesSince } from './shared/cooldown.ts';
import { hasInstallScripts } from './shared/install-scripts.ts';
import { findProgram, type PatcherOptions, type Program } from './shared/program.ts';
import { readProject } from './shared/project.ts';
import { folderOf, manifestText, membersOf } from './shared/request.ts';
import { Session, within } from './shared/session.ts';
import { applyRemedies } from './yarn-lockfile/apply.ts';
import { refuseUnsafeLockfile, refuseUnsafeManifests } from './yarn-lockfile/unsafe.ts';

/** yarn from 3 on; 2 has no way to update the lockfile alone. */
export const yarnBerryPatcher: Patcher = createYarnBerryPatcher();

const LOCKFILE = 'yarn.lock';
const CONFIGURATION = '.yarnrc.yml';
/** Resolves and fetches what the lockfile lacks; writes no node_modules, no .pnp.cjs. */
const UPDATE = ['install', '--mode=update-lockfile'];
/** Versions that keep the lockfile format they find; others rewrite every entry. */
const WRITERS: readonly (readonly [upTo: number, versions: string, major: number])[] = [
  [7, '^3.0.0', 3],
  [Infinity, '>=4', 4],
];

export function createYarnBerryPatcher(options: PatcherOptions = {}): Patcher {
  const environment = options.environment ?? process.env;
  const program = (directory: string) => yarnFor(directory, options);
  const open = async (
    version: string,
    root: string,
    folder = '',
    members: readonly string[] = [],
  ) => {
    const project = join(root, folder);
    return await Session.open({
      manager: 'yarn',
      root,
      folder,
      members,
      environment,
      variables: await variablesFor(version, project, environment),
    });
  };
  return {
    manager: 'yarn-berry',
    version: async (directory) => (await program(directory)).version,

    async apply(request) {
      const folder = folderOf(request);
      const yarn = await program(join(request.directory, folder));
      const session = await open(yarn.version, request.directory, folder, membersOf(request));
      const told = await isTold(session.project, environment);
      const gate = minds(yarn.version) && !told ? gateOf(request) : undefined;
      return await within(session, async () => {
        await refuseUnsafeManifests(session.project);
        refuseExec(await manifestText(session, request.graph.file));
        await applyRemedies(
          session,
          {
            style: 'berry',
            update: [...yarn.argv, ...UPDATE],
            gate,
            minds: minds(yarn.version),
            onCatalog: async (entry, to) => {
              await rewriteCatalog(session, posix.join(folder, CONFIGURATION), entry, to);
            },
          },
          request,
        );
      });
    },

    async resolve(directory) {
      const yarn = await program(directory);
      const session = await open(yarn.version, directory);
      return await within(session, async () => {
        await refuseUnsafeManifests(directory);
        // yarn looks for the project upwards; an empty lockfile says that it is here.
        await session.pretend(LOCKFILE, '');
        await session.run([...yarn.argv, ...UPDATE]);
        session.stopPretending();
        await session.adopt(LOCKFILE);
      });
    },

    async install(directory) {
      const yarn = await program(directory);
      const session = await Session.open({
        manager: 'yarn',
        root: directory,
        folder: '',
        members: [],
        environment,
        variables: {
          ...(await variablesFor(yarn.version, directory, environment)),
          ...(await installVariables(directory)),
        },
      });
      await within(
        session,
        async () => {
          await refuseUnsafeManifests(directory);
          refuseUnsafeLockfile((await session.read(LOCKFILE)) ?? '');
          await session.run([...yarn.argv, 'install', '--mode=skip-build']);
          // The lockfile is put back as it was: a newer yarn only counts its format version up.
        },
        { keepLitter: true },
      );
      return session.commands;
    },

    async installScripts(directory) {
      const modules = join(directory, 'node_modules');
      if (await hasInstallScripts(modules)) {
        return [
          [
            'npm',
            'rebuild',
            '--offline',
            '--ignore-scripts=false',
            '--foreground-scripts',
            '--no-audit',
            '--no-fund',
            '--no-update-notifier',
          ],
        ];
      }
      const plugAndPlay = await readFile(join(directory, '.pnp.cjs'), 'utf8').catch(() => '');
      // Packages that have to be built are the ones that plug'n'play unpacks.
      if (!plugAndPlay.includes('.yarn/unplugged/')) return [];
      const { argv } = await program(directory);
      return [
        [
          'env',
          'YARN_IGNORE_PATH=1',
          'YARN_ENABLE_GLOBAL_CACHE=0',
          'YARN_ENABLE_NETWORK=0',
          'YARN_ENABLE_SCRIPTS=1',
          'YARN_ENABLE_TELEMETRY=0',
          ...argv,
          'rebuild',
        ],
      ];
    },
  };
}

/** With the checksum in the lockfile a git dependency is not fetched again, `exec:` may be. */
function refuseExec(text: string): void {
  refuseUnsafeLockfile(text.replaceAll(/#commit=/g, '#'));
}

/**
 * What is installed has to be complete in itself, so that it can be moved into the sandbox: no
 * shared cache that plug'n'play would read from, no hard links into a shared index. Scripts are
 * kept from running by `--mode=skip-build`; whether the project wants them decides which packages
 * yarn unpacks.
 */
async function installVariables(directory: string): Promise<Readonly<Record<string, string>>> {
  const said = await readFile(join(directory, CONFIGURATION), 'utf8').catch(() => '');
  const { lockfile } = await readProject(directory, [LOCKFILE]);
  const scripts = /^enableScripts:\s*(?<value>\w+)/m.exec(said)?.groups?.['value'];
  const linker = /^nodeLinker:\s*["']?(?<value>[\w-]+)/m.exec(said)?.groups?.['value'];
  // Up to format 8 scripts were on unless switched off.
  const wanted = scripts === undefined ? formatOf(lockfile?.text) < 9 : scripts === 'true';
  return {
    YARN_ENABLE_SCRIPTS: String(wanted),
    ...(linker === 'node-modules' ? {} : { YARN_ENABLE_GLOBAL_CACHE: 'false' }),
    ...(linker === 'pnpm' ? { YARN_GLOBAL_FOLDER: join(directory, '.yarn', 'global') } : {}),
  };
}

/** The lockfile's own format version; that of the first yarn 4 when it says none. */
function formatOf(text = ''): number {
  const written = /^__metadata:\r?\n {2}version: (?<version>\d+)/m.exec(text)?.groups?.['version'];
  return Number(written ?? '8');
}

/**
 * Settings as variables, which win over every file:
 * - scripts stay off whatever the project says, git repositories are approved by nobody;
 * - CI makes yarn refuse to change the lockfile; here that is the job;
 * - the cache is the user's own while the lockfile is updated; what is installed has to be
 *   complete in itself, so that it can be moved into the sandbox: no shared cache, no hard links.
 *
 * A yarn refuses variables of settings that it does not know.
 */
async function variablesFor(
  version: string,
  project: string,
  environment: NodeJS.ProcessEnv,
): Promise<Readonly<Record<string, string>>> {
  const common = {
    GIT_ALLOW_PROTOCOL: '',
    YARN_ENABLE_COLORS: 'false',
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
    YARN_ENABLE_PROGRESS_BARS: 'false',
    YARN_ENABLE_SCRIPTS: 'false',
    YARN_ENABLE_TELEMETRY: 'false',
  };
  if (semver.lt(version, '4.0.0')) return common;
  const four = {
    ...common,
    YARN_ENABLE_CONSTRAINTS_CHECKS: 'false',
    YARN_ENABLE_HARDENED_MODE: 'false',
  };
  // How young a remedy may be is the plan's decision, unless a person told yarn as well.
  return minds(version) && !(await isTold(project, environment))
    ? { ...four, YARN_NPM_MINIMAL_AGE_GATE: '0' }
    : four;
}

/** yarn knows `npmMinimalAgeGate` from 4.10 on. */
function minds(version: string): boolean {
  return semver.gte(version, '4.10.0');
}

/** Whether the project or the user has told yarn of a cooldown. */
async function isTold(project: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const home = environment['HOME'] ?? '';
  const said = await Promise.all(
    [join(project, CONFIGURATION), join(home, CONFIGURATION)].map((file) =>
      readFile(file, 'utf8').catch(() => ''),
    ),
  );
  return (
    said.some((text) => text.includes('npmMinimalAgeGate')) ||
    environment['YARN_NPM_MINIMAL_AGE_GATE'] !== undefined
  );
}

/** For what comes along: the cooldown in minutes, and what is let through at any age. */
function gateOf({ before, remedies }: PatchRequest): Gate | undefined {
  if (before === undefined) return undefined;
  return {
    variables: {
      YARN_NPM_MINIMAL_AGE_GATE: String(minutesSince(before)),
      YARN_NPM_PREAPPROVED_PACKAGES: approvedBy(remedies).join(','),
    },
  };
}

async function yarnFor(directory: string, options: PatcherOptions): Promise<Program> {
  const { lockfile, packageManager } = await readProject(directory, [LOCKFILE]);
  const format = formatOf(lockfile?.text);
  const [, versions = '', major = 4] = WRITERS.find(([upTo]) => format <= upTo) ?? [];
  return await findProgram(
    {
      name: 'yarn',
      own: { package: '@yarnpkg/cli-dist', file: 'bin/yarn.js', node: true },
      versions,
      because: lockfile
        ? `${LOCKFILE} is of version ${format}`
        : 'The project is of yarn 2 or later',
      install: `corepack enable && corepack install --global yarn@${major}`,
      packageManager,
    },
    options,
  );
}
