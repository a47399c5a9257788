import { join } from 'node:path';
import type { Patcher } from '../../ports/patcher.ts';
import { hasInstallScripts } from './shared/install-scripts.ts';
import { findProgram, type PatcherOptions, type Program } from './shared/program.ts';
import { readProject } from './shared/project.ts';
import { folderOf, manifestText, membersOf, noCatalogs } from './shared/request.ts';
import { Session, within } from './shared/session.ts';
import { applyRemedies } from './yarn-lockfile/apply.ts';
import { refuseUnsafeLockfile } from './yarn-lockfile/unsafe.ts';

/** yarn 1. It has no lockfile-only mode: it installs into the copy, and that is removed again. */
export const yarnClassicPatcher: Patcher = createYarnClassicPatcher();

const LOCKFILE = 'yarn.lock';
const QUIET = [
  '--ignore-scripts',
  '--non-interactive',
  '--no-progress',
  '--ignore-engines',
  '--production=false',
];

export function createYarnClassicPatcher(options: PatcherOptions = {}): Patcher {
  const environment = options.environment ?? process.env;
  const program = (directory: string) => yarnFor(directory, options);
  const open = async (root: string, folder = '', members: readonly string[] = []) =>
    await Session.open({
      manager: 'yarn',
      root,
      folder,
      members,
      environment,
      // git dependencies are refused; this is the second lock on that door.
      variables: { GIT_ALLOW_PROTOCOL: '' },
    });
  return {
    manager: 'yarn-classic',
    version: async (directory) => (await program(directory)).version,

    async apply(request) {
      const session = await open(request.directory, folderOf(request), membersOf(request));
      const { argv } = await program(session.project);
      return await within(session, async () => {
        refuseUnsafeLockfile(await manifestText(session, request.graph.file));
        const update = [...argv, 'install', ...QUIET, '--no-bin-links'];
        await applyRemedies(
          session,
          { style: 'classic', update, minds: false, onCatalog: noCatalogs },
          request,
        );
      });
    },

    async resolve(directory) {
      const { argv } = await program(directory);
      const session = await open(directory);
      return await within(session, async () => {
        await session.read(LOCKFILE);
        await session.run([...argv, 'install', ...QUIET, '--no-bin-links']);
        await session.adopt(LOCKFILE);
      });
    },

    async install(directory) {
      const { argv } = await program(directory);
      const session = await open(directory);
      await within(
        session,
        async () => {
          refuseUnsafeLockfile((await session.read(LOCKFILE)) ?? '');
          await session.run([...argv, 'install', '--frozen-lockfile', ...QUIET]);
        },
        { keepLitter: true },
      );
      return session.commands;
    },

    async installScripts(directory) {
      if (!(await hasInstallScripts(join(directory, 'node_modules')))) return [];
      // yarn 1 can only run them by installing once more, which needs its cache; npm rebuilds any
      // node_modules in place, and comes with Node.
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
    },
  };
}

async function yarnFor(directory: string, options: PatcherOptions): Promise<Program> {
  const { packageManager } = await readProject(directory, [LOCKFILE]);
  return await findProgram(
    {
      name: 'yarn',
      own: { package: 'yarn-classic', file: 'bin/yarn.js', node: true },
      versions: '^1.22.0',
      because: `${LOCKFILE} is of version 1`,
      install: 'npm install --global yarn@1',
      packageManager,
    },
    options,
  );
}
