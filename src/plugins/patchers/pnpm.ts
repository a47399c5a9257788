import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import semver from 'semver';
import { parse } from 'yaml';
import type { Remedy } from '../../domain/remedy.ts';
import type { Patcher, PatchRequest } from '../../ports/patcher.ts';
import { type Dependent, dependentsOf, lockfileVersion } from './pnpm-lockfile/lockfile.ts';
import {
  type OverridePlace,
  overrideKey,
  overridePlace,
  rewriteOverride,
} from './pnpm-lockfile/overrides.ts';
import { rewriteCatalog } from './shared/catalog.ts';
import { setInJson } from './shared/json-edit.ts';
import { parseManifest } from './shared/manifest.ts';
import { findProgram, type PatcherOptions, type Program } from './shared/program.ts';
import { readProject } from './shared/project.ts';
import {
  folderOf,
  manifestOf,
  manifestText,
  membersOf,
  notApplied,
  rewriteManifests,
  selectorOf,
} from './shared/request.ts';
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
      return await within(session, () => applyRemedies(session, pnpm, request));
    },

    async resolve(directory) {
      const { argv } = await program(directory);
      const session = await open(directory);
      return await within(session, async () => {
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
      const state = (parse(text) ?? {}) as { pendingBuilds?: unknown[]; ignoredBuilds?: unknown[] };
      const pending = (state.pendingBuilds?.length ?? 0) + (state.ignoredBuilds?.length ?? 0);
      if (pending === 0) return [];
      const { argv } = await program(directory);
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
        ],
      ];
    },
  };
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

const CHECKSUM = /^pnpmfileChecksum:.*\n\n?/m;

/**
 * pnpm has no way to move one package to one version. So it resolves twice: first with every
 * consumer that is to move pinned (a direct one in its manifest, a transitive one by an override
 * of exactly that parent), then without the pins. pnpm prefers what is locked, so the second run
 * keeps the first's versions and nothing else moves.
 *
 * The lockfile does not tell what ranges packages require. A consumer that does not admit the new
 * version shows itself in the second run; then both are repeated without it.
 */
async function applyRemedies(
  session: Session,
  pnpm: Program,
  request: PatchRequest,
): Promise<void> {
  const folder = folderOf(request);
  const lockfile = request.graph.file;
  const original = await manifestText(session, lockfile);
  const place = await overridePlace(session, folder, pnpm.version);
  for (const remedy of request.remedies) {
    if (remedy.kind === 'override') await rewriteOverride(session, place, remedy, remedy.to);
    else {
      await rewriteManifests(session, remedy, async (entry, to) => {
        await rewriteCatalog(session, posix.join(folder, 'pnpm-workspace.yaml'), entry, to);
      });
    }
  }
  const run = async () => {
    await session.run([...pnpm.argv, ...UPDATE]);
    return (await session.adopt(lockfile)) ?? '';
  };

  let moves = dependentsOf(original, lockfile).flatMap((dependent) =>
    movesOf(dependent, request, folder),
  );
  for (;;) {
    await session.write(lockfile, original.replace(CHECKSUM, ''));
    if (moves.length > 0) {
      await pin(session, moves, place, folder);
      await run();
      session.stopPretending();
    }
    const after = dependentsOf(await run(), lockfile);
    const stayed = moves.filter((move) => !arrived(move, after));
    if (stayed.length === 0) {
      for (const remedy of request.remedies) check(remedy, moves, after);
      break;
    }
    moves = moves.filter((move) => !stayed.includes(move));
  }
  await session.write(lockfile, withChecksum((await session.read(lockfile)) ?? '', original));
}

interface Move {
  readonly remedy: Remedy;
  readonly to: string;
  readonly dependent: Dependent;
}

/**
 * The remedy that moves what this dependent requires, if any. When an override retires, everyone
 * is pinned to what is locked, because pnpm takes the newest version for whom it had held.
 */
function movesOf(dependent: Dependent, request: PatchRequest, folder: string): readonly Move[] {
  const remedy = request.remedies.find(
    (one) =>
      one.package === dependent.name &&
      (one.retires === true || (targets(one) && one.from === dependent.version)),
  );
  if (!remedy) return [];
  const to = remedy.to ?? dependent.version;
  if (dependent.importer === undefined) return [{ remedy, to, dependent }];
  const workspace = posix.join(folder, dependent.importer);
  return [
    { remedy, to, dependent: { ...dependent, importer: workspace === '.' ? '' : workspace } },
  ];
}

function targets(remedy: Remedy): boolean {
  return remedy.to !== undefined && remedy.kind !== 'remove' && remedy.kind !== 'override';
}

async function pin(
  session: Session,
  moves: readonly Move[],
  place: OverridePlace,
  folder: string,
): Promise<void> {
  const texts = new Map<string, string>();
  const textOf = async (path: string) => texts.get(path) ?? (await session.read(path)) ?? '';
  for (const { remedy, dependent, to } of moves) {
    const { key, importer, parent } = dependent;
    const version = key === remedy.package ? to : `npm:${remedy.package}@${to}`;
    if (parent) {
      const selector = `${parent.name}@${parent.version}>${key}`;
      texts.set(place.file, place.set(await textOf(place.file), selector, version));
      continue;
    }
    const path = manifestOf(importer ?? folder);
    const manifest = parseManifest(await textOf(path), path);
    for (const section of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      if (Object.hasOwn(manifest[section] ?? {}, key)) {
        texts.set(path, setInJson(await textOf(path), [section, key], version));
      }
    }
  }
  for (const [path, text] of texts) await session.pretend(path, text);
}

/** The consumer got the version, or is no longer there. */
function arrived({ to, dependent }: Move, after: readonly Dependent[]): boolean {
  const same = after.filter((one) => one.key === dependent.key && sameConsumer(one, dependent));
  return same.every((one) => one.version === to);
}

function sameConsumer(one: Dependent, other: Dependent): boolean {
  if (one.parent)
    return one.parent.name === other.parent?.name && one.parent.version === other.parent.version;
  const path = one.importer === '.' ? '' : one.importer;
  return (
    other.importer !== undefined &&
    path !== undefined &&
    (path === other.importer || other.importer.endsWith(`/${path}`))
  );
}

function check(remedy: Remedy, moves: readonly Move[], after: readonly Dependent[]): void {
  if (remedy.kind === 'remove' || remedy.to === undefined) return;
  const versions = [
    ...new Set(after.filter(({ name }) => name === remedy.package).map(({ version }) => version)),
  ];
  const found = versions.includes(remedy.to);
  const { parent, range } = selectorOf(remedy);
  if (remedy.kind === 'override' && !remedy.retires) {
    const wrong = after.filter(
      (one) =>
        one.name === remedy.package &&
        one.version !== remedy.to &&
        (parent === '' ||
          (one.parent?.name === parent &&
            (range === '' || semver.satisfies(one.parent.version, range)))),
    );
    if (!found || wrong.length > 0) {
      throw notApplied(
        remedy,
        `with ${overrideKey(remedy)} pnpm locked ${versions.join(', ') || 'nothing'}`,
      );
    }
    return;
  }
  if (remedy.retires !== true && (!found || !moves.some((move) => move.remedy === remedy))) {
    throw notApplied(remedy, `pnpm locked ${versions.join(', ') || 'nothing'} instead`);
  }
}

/** The project's own pnpmfile was left out of the runs, not out of the project. */
function withChecksum(text: string, original: string): string {
  const line = CHECKSUM.exec(original)?.[0];
  if (line === undefined || CHECKSUM.test(text)) return text;
  return text.replace(/^(?=(?:patchedDependencies|importers|dependencies|packages):)/m, line);
}
