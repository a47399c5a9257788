import { posix } from 'node:path';
import semver from 'semver';
import type { Remedy } from '../../../domain/remedy.ts';
import type { PatchRequest } from '../../../ports/patcher.ts';
import { rewriteCatalog } from '../shared/catalog.ts';
import { setInJson } from '../shared/json-edit.ts';
import { parseManifest } from '../shared/manifest.ts';
import type { Program } from '../shared/program.ts';
import {
  folderOf,
  manifestOf,
  manifestText,
  notApplied,
  rewriteManifests,
  selectorOf,
} from '../shared/request.ts';
import type { Session } from '../shared/session.ts';
import { type Dependent, dependentsOf } from './lockfile.ts';
import { type OverridePlace, overrideKey, overridePlace, rewriteOverride } from './overrides.ts';

/** Left out while pnpm runs without the project's pnpmfile. */
export const CHECKSUM = /^pnpmfileChecksum:.*\n\n?/m;

/**
 * pnpm has no way to move one package to one version. So it resolves twice: first with every
 * consumer that is to move pinned (a direct one in its manifest, a transitive one by an override
 * of exactly that parent), then without the pins. pnpm prefers what is locked, so the second run
 * keeps the first's versions and nothing else moves.
 *
 * The lockfile does not tell what ranges packages require. A consumer that does not admit the new
 * version shows itself in the second run; then both are repeated without it.
 */
export async function applyRemedies(
  session: Session,
  pnpm: Program,
  request: PatchRequest,
  update: readonly string[],
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
    await session.run([...pnpm.argv, ...update]);
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
  await session.write(lockfile, withOwnParts((await session.read(lockfile)) ?? '', original));
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

/**
 * Puts back what belongs to the project but not to these runs: the checksum of its pnpmfile, which
 * was left out, and a document before the lockfile's own, in which pnpm ≥ 11 records the pnpm that
 * the project pins.
 */
function withOwnParts(text: string, original: string): string {
  const line = CHECKSUM.exec(original)?.[0];
  const withChecksum =
    line === undefined || CHECKSUM.test(text)
      ? text
      : text.replace(/^(?=(?:patchedDependencies|importers|dependencies|packages):)/m, line);
  const leading = /^[\s\S]*\n---\r?\n/.exec(original)?.[0];
  return leading === undefined || withChecksum.includes('\n---')
    ? withChecksum
    : leading + withChecksum.replace(/^---\r?\n/, '');
}
