import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import semver from 'semver';
import { parse } from 'yaml';
import type { Patcher } from '../../ports/patcher.ts';
import { applyRemedies, CHECKSUM } from './pnpm-lockfile/apply.ts';
import { lockfileVersion } from './pnpm-lockfile/lockfile.ts';
import { findProgram, type PatcherOptions, type Program } from './shared/program.ts';
import { readProject } from './shared/project.ts';
import { folderOf, membersOf } from './shared/request.ts';
import { Session, within } from './shared/session.ts';

export const pnpmPatcher: Patcher = createPnpmPatcher();

const LOCKFILE = 'pnpm-lock.yaml';
const UPDATE = [
  'install',
  '--lockfile-only',
  '--no-frozen-lockfile',
  '--ignore-scripts',
  '--ignore-pnpmfile',
];
/** Versions that write the lockfile format they find; others convert it, which rewrites every line. */
const WRITERS: readonly (readonly [format: RegExp, versions: string, install: string])[] = [
  [/^5/, '>=6 <8', 'npm install --global pnpm@7'],
  [/^6/, '>=8 <9', 'npm install --global pnpm@8'],
  [/^/, '>=9', 'npm install --global pnpm@latest'],
];

export function createPnpmPatcher(options: PatcherOptions = {}): Patcher {
  const environment = options.environment ?? process.env;
  const program = (directory: string) => pnpmFor(directory, options);
  const open = async (root: string, folder = '', members: readonly string[] = []) =>
    await Session.open({
      manager: 'pnpm',
      root,
      folder,
      members,
      environment,
      // The lockfile's own packages were judged when they were scanned; asking the registry about
      // each of them again takes minutes.
      variables: { pnpm_config_trust_lockfile: 'true' },
    });
  return {
    manager: 'pnpm',
    version: async (directory) => (await program(directory)).version,

    async apply(request) {
      const session = await open(request.directory, folderOf(request), membersOf(request));
      const pnpm = await program(session.project);
      return await within(session, () => applyRemedies(session, pnpm, request, UPDATE));
    },

    async resolve(directory) {
      const { argv } = await program(directory);
      const session = await open(directory);
      return await within(session, async () => {
        await session.read(LOCKFILE);
        await session.run([...argv, ...UPDATE]);
        await session.adopt(LOCKFILE);
      });
    },

    async install(directory) {
      const { argv } = await program(directory);
      const session = await open(directory);
      await within(
        session,
        async () => {
          const lock = (await session.read(LOCKFILE)) ?? '';
          // Without the pnpmfile its checksum would not match, and a frozen install would refuse.
          await session.pretend(LOCKFILE, lock.replace(CHECKSUM, ''));
          await session.run([
            ...argv,
            'install',
            '--frozen-lockfile',
            '--ignore-scripts',
            '--ignore-pnpmfile',
            '--prod=false',
            // Files of the store must not be hard-linked into a copy that the sandbox can write,
            // nor may the copy lead out to a shared virtual store.
            '--config.package-import-method=copy',
            '--config.enable-global-virtual-store=false',
            '--config.confirm-modules-purge=false',
            '--config.runtime=false',
          ]);
        },
        { keepLitter: true },
      );
      return session.commands;
    },

    async installScripts(directory) {
      const text = await readFile(join(directory, 'node_modules/.modules.yaml'), 'utf8').catch(
        () => '',
      );
      const state = (parse(text) ?? {}) as InstallState;
      const pending = (state.pendingBuilds?.length ?? 0) + (state.ignoredBuilds?.length ?? 0);
      if (pending === 0) return [];
      const { argv, version } = await program(directory);
      if (semver.gte(version, '12.0.0')) return rebuildInPlace(state, await settings(directory));
      // Which packages may build is the project's own choice (`allowBuilds`), as for its users.
      return [
        [
          ...argv,
          'rebuild',
          '--pending',
          '--config.ignore-scripts=false',
          '--config.strict-dep-builds=false',
          '--config.pm-on-fail=ignore',
          '--config.offline=true',
          '--config.trust-lockfile=true',
        ],
      ];
    },
  };
}

/** What pnpm notes in `node_modules/.modules.yaml` about packages with scripts. */
interface InstallState {
  readonly pendingBuilds?: readonly string[];
  readonly ignoredBuilds?: readonly string[];
}

/** What a project says in `pnpm-workspace.yaml` about packages with scripts (pnpm.io/settings). */
interface BuildSettings {
  /** By name or `name@version`. */
  readonly allowBuilds?: Readonly<Record<string, unknown>>;
  readonly dangerouslyAllowAllBuilds?: unknown;
}

async function settings(directory: string): Promise<BuildSettings> {
  const text = await readFile(join(directory, 'pnpm-workspace.yaml'), 'utf8').catch(() => '');
  return (parse(text) ?? {}) as BuildSettings;
}

/**
 * Releases of pnpm 12 rebuild by installing once more, for which the sandbox has no store. npm,
 * which comes with Node, runs the scripts of any node_modules in place; the choice of packages
 * stays the project's.
 */
function rebuildInPlace(
  { pendingBuilds = [] }: InstallState,
  { allowBuilds = {}, dangerouslyAllowAllBuilds }: BuildSettings,
): readonly (readonly string[])[] {
  const packages = pendingBuilds.map((one) => one.replace(/\(.*$/, ''));
  const allowed = packages.filter((one) => {
    const name = one.slice(0, one.indexOf('@', 1));
    return dangerouslyAllowAllBuilds === true || (allowBuilds[one] ?? allowBuilds[name]) === true;
  });
  if (allowed.length === 0) return [];
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
      ...allowed,
    ],
  ];
}

async function pnpmFor(directory: string, options: PatcherOptions): Promise<Program> {
  const { lockfile, packageManager } = await readProject(directory, [LOCKFILE]);
  const format = lockfile ? lockfileVersion(lockfile.text) : '';
  const [, versions = '', install = ''] = WRITERS.find(([pattern]) => pattern.test(format)) ?? [];
  return await findProgram(
    {
      name: 'pnpm',
      own: { package: 'pnpm', file: 'pnpm', node: false },
      versions,
      because: lockfile ? `${LOCKFILE} is of version ${format}` : 'The project is pnpm’s',
      install,
      packageManager,
    },
    options,
  );
}
