import { posix } from 'node:path';
import semver from 'semver';
import type { Remedy } from '../../domain/remedy.ts';
import type { Patcher, PatchRequest } from '../../ports/patcher.ts';
import { graft } from './npm-lockfile/graft.ts';
import { addOverride, retireOverride } from './npm-lockfile/overrides.ts';
import { scionsOf } from './npm-lockfile/scions.ts';
import {
  admits,
  type Consumer,
  keyName,
  type LockPackages,
  packageName,
  parseLock,
  placesOf,
  resolvePlace,
} from './npm-lockfile/tree.ts';
import { findProgram, type PatcherOptions, type Program } from './shared/program.ts';
import { readProject } from './shared/project.ts';
import {
  folderOf,
  manifestOf,
  manifestText,
  membersOf,
  noCatalogs,
  notApplied,
  rewriteManifests,
  selectorOf,
  targetOf,
} from './shared/request.ts';
import { Session, within } from './shared/session.ts';

/** npm, from 7 on: older ones rewrite the whole lockfile in a format of their own. */
export const npmPatcher: Patcher = createNpmPatcher();

/** Flags of every run: nothing of a package is executed, nothing but the result is reported. */
const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
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
      return await within(session, () => applyRemedies(session, argv, request));
    },

    async resolve(directory) {
      const { argv } = await program(directory);
      const session = await openAt(directory, environment);
      return await within(session, async () => {
        await session.read('package-lock.json');
        await session.run([...argv, 'install', '--package-lock-only', '--package-lock', ...QUIET]);
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

async function applyRemedies(
  session: Session,
  npm: readonly string[],
  request: PatchRequest,
): Promise<void> {
  const folder = folderOf(request);
  const lockfile = request.graph.file;
  const update = [...npm, 'install', '--package-lock-only', '--package-lock', ...QUIET];
  let lock = parseLock(await manifestText(session, lockfile), lockfile);
  const format = lock.lockfileVersion ?? 1;
  if (!lock.packages) {
    // Version 1 tells no requirements of workspaces and no engines: npm itself makes it a tree.
    await session.run([...update, '--lockfile-version=3']);
    lock = parseLock((await session.adopt(lockfile)) ?? '{}', lockfile);
  }
  const packages = lock.packages ?? {};
  const scions = await scionsOf(session, npm, request.remedies.filter(needsScion), format);

  const grafted: (readonly [Remedy, readonly string[]])[] = [];
  for (const remedy of request.remedies) {
    const root = manifestOf(folder);
    if (remedy.kind === 'override') {
      const text = await manifestText(session, root);
      await session.write(
        root,
        remedy.retires
          ? retireOverride(text, root, remedy)
          : addOverride(
              text,
              root,
              remedy,
              targetOf(remedy),
              versionsOf(packages, selectorOf(remedy).parent),
            ),
      );
    } else {
      await rewriteManifests(session, remedy, noCatalogs);
    }
    const scion = scions.get(remedy);
    if (!scion || remedy.to === undefined) continue;
    const { package: name, from, to } = remedy;
    const given = graft(packages, { name, from, to }, scion, takerOf(remedy, packages, folder));
    if (given.length === 0 && remedy.retires !== true) {
      throw notApplied(remedy, `nothing in ${lockfile} can take it`);
    }
    grafted.push([remedy, given]);
  }
  await session.write(lockfile, serialise(lock, await manifestText(session, lockfile)));
  await session.run([...update, `--lockfile-version=${format}`]);
  const text = (await session.adopt(lockfile)) ?? '{}';
  // A version 1 lockfile has no `packages` to check; the graft was checked by npm's own tree.
  const after = parseLock(text, lockfile).packages;
  if (after) for (const [remedy, given] of grafted) check(remedy, given, after);
}

function versionsOf(packages: LockPackages, name: string): readonly string[] {
  return Object.entries(packages)
    .filter(([path, entry]) => path.includes('node_modules/') && packageName(path, entry) === name)
    .map(([, entry]) => entry.version ?? '');
}

function needsScion(remedy: Remedy): boolean {
  return remedy.kind !== 'remove' && remedy.to !== undefined;
}

/** Who is to get the new version. */
function takerOf(
  remedy: Remedy,
  packages: LockPackages,
  folder: string,
): (consumer: Consumer) => boolean {
  const to = targetOf(remedy);
  const upgraded = new Set(remedy.workspaces.map((path) => posix.relative(folder, path)));
  const { parent, range } = selectorOf(remedy);
  return ({ path, range: wanted, isProject }) => {
    if (remedy.kind === 'override' && !remedy.retires) {
      if (parent === '') return true;
      const entry = packages[path] ?? {};
      const name = isProject ? entry.name : packageName(path, entry);
      return name === parent && (range === '' || admits(range, entry.version ?? ''));
    }
    // An upgraded manifest's old requirement need not admit the new version.
    if (isProject && upgraded.has(path)) return true;
    return admits(wanted, to);
  };
}

/** The lockfile with its own indentation; npm keeps whatever it finds. */
function serialise(lock: object, before: string): string {
  const indent = /^[ \t]+(?=")/m.exec(before)?.[0] ?? '  ';
  const eol = before.includes('\r\n') ? '\r\n' : '\n';
  return `${JSON.stringify(lock, null, indent).replaceAll('\n', eol)}${before.endsWith('\n') ? eol : ''}`;
}

function check(remedy: Remedy, given: readonly string[], packages: LockPackages): void {
  const { package: name, to } = remedy;
  const places = to === undefined ? [] : placesOf(packages, name, to);
  if (places.length === 0 && remedy.retires !== true) {
    const versions = versionsOf(packages, name);
    throw notApplied(remedy, `npm locked ${versions.join(', ') || 'nothing'} instead`);
  }
  const keys = new Set([name, ...places.map(keyName)]);
  for (const consumer of given) {
    if (!packages[consumer]) continue;
    for (const key of keys) {
      const place = resolvePlace(packages, consumer, key);
      if (place === undefined || packageName(place, packages[place] ?? {}) !== name) continue;
      if (packages[place]?.version === remedy.from) {
        throw notApplied(remedy, `npm left ${consumer || 'the project'} at ${remedy.from}`);
      }
    }
  }
}
