import semver from 'semver';
import type { Patcher } from '../../ports/patcher.ts';
import { applyRemedies } from './npm-lockfile/apply.ts';
import { parseLock } from './npm-lockfile/tree.ts';
import { findProgram, type PatcherOptions, type Program } from './shared/program.ts';
import { readProject } from './shared/project.ts';
import { folderOf, membersOf } from './shared/request.ts';
import { Session, within } from './shared/session.ts';

/** npm, from 7 on: older ones rewrite the whole lockfile in a format of their own. */
export const npmPatcher: Patcher = createNpmPatcher();

/** Flags of every run: nothing of a package is executed, nothing but the result is reported. */
const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
const UPDATE = ['install', '--package-lock-only', '--package-lock', ...QUIET];
const COMPLETE = ['--include=dev', '--include=optional', '--include=peer'];
const LOCKFILES = ['npm-shrinkwrap.json', 'package-lock.json'];

export function createNpmPatcher(options: PatcherOptions = {}): Patcher {
  const environment = options.environment ?? process.env;
  const program = (directory: string) => npmFor(directory, options);
  return {
    manager: 'npm',
    version: async (directory) => (await program(directory)).version,

    async apply(request) {
      const session = await Session.open({
        manager: 'npm',
        root: request.directory,
        folder: folderOf(request),
        members: membersOf(request),
        environment,
      });
      const { argv } = await program(session.project);
      const update = [...argv, ...UPDATE];
      return await within(session, () => applyRemedies(session, argv, update, request));
    },

    async resolve(directory) {
      const { argv } = await program(directory);
      const session = await openAt(directory, environment);
      return await within(session, async () => {
        await session.read('package-lock.json');
        await session.run([...argv, ...UPDATE]);
        await session.adopt('package-lock.json');
      });
    },

    async install(directory) {
      const { argv } = await program(directory);
      const session = await openAt(directory, environment);
      await within(
        session,
        async () => {
          await session.run([...argv, 'ci', '--install-links=false', ...COMPLETE, ...QUIET]);
        },
        { keepLitter: true },
      );
      return session.commands;
    },

    async installScripts(directory) {
      const { lockfile } = await readProject(directory, LOCKFILES);
      const packages = parseLock(
        lockfile?.text ?? '{}',
        lockfile?.name ?? 'package-lock.json',
      ).packages;
      const some = Object.values(packages ?? {}).some(
        (entry) => entry['hasInstallScript'] === true,
      );
      if (!some) return [];
      const { argv, version } = await program(directory);
      // npm ≥ 11.16 leaves scripts out that the manifest's `allowScripts` does not name; here the
      // sandbox is what protects, so all run.
      const gated = semver.gte(version, '11.16.0') ? ['--dangerously-allow-all-scripts'] : [];
      return [
        [
          ...argv,
          'rebuild',
          '--ignore-scripts=false',
          '--offline',
          '--foreground-scripts',
          ...gated,
          '--no-audit',
          '--no-fund',
          '--no-update-notifier',
        ],
      ];
    },
  };
}

async function openAt(directory: string, environment: NodeJS.ProcessEnv): Promise<Session> {
  return await Session.open({
    manager: 'npm',
    root: directory,
    folder: '',
    members: [],
    environment,
  });
}

async function npmFor(directory: string, options: PatcherOptions): Promise<Program> {
  const { lockfile } = await readProject(directory, LOCKFILES);
  return await findProgram(
    {
      name: 'npm',
      versions: '>=7',
      because: lockfile ? `${lockfile.name} is npm’s` : 'The project is npm’s',
      install: 'npm install --global npm@latest',
    },
    options,
  );
}
