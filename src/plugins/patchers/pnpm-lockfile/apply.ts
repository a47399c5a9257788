import { posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import semver from 'semver';
import type { Remedy } from '../../../domain/remedy.ts';
import type { PatchRequest } from '../../../ports/patcher.ts';
import { rewriteCatalog } from '../shared/catalog.ts';
import { approvedBy, type Gate, minutesSince, runGated, tellUngated } from '../shared/cooldown.ts';
import type { Program } from '../shared/program.ts';
import {
  folderOf,
  manifestText,
  notApplied,
  rewriteManifests,
  selectorOf,
} from '../shared/request.ts';
import type { Session } from '../shared/session.ts';
import { type Dependent, dependentsOf } from './lockfile.ts';
import { overrideKey, overridePlace, rewriteOverride } from './overrides.ts';
import { type Move, pin, unpin } from './pins.ts';

/** Left out while pnpm runs without the project's pnpmfile. */
export const CHECKSUM = /^pnpmfileChecksum:.*\n\n?/m;

/**
 * pnpm has no way to move one package to one version. So it resolves twice: first with every
 * consumer that is to move pinned (a direct one in its manifest, a transitive one by an override
 * of exactly that parent), then without the pins. The second run tells who does not admit the new
 * version, because the lockfile does not tell what ranges packages require; then both are repeated
 * without it.
 *
 * Overrides that change have pnpm resolve everything anew, and then it prefers the newest version
 * that is locked anywhere. So where the second run differs from the first, the first one's result
 * counts, with the pins taken out of its text, and pnpm only has to find it up to date.
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
  const gate = await gateOf(session, request, pnpm.version);
  const run = async () => {
    await runGated(session, [...pnpm.argv, ...update], gate, lockfile);
    return (await session.adopt(lockfile)) ?? '';
  };

  const start = async (text: string) => {
    await session.write(lockfile, text.replace(CHECKSUM, ''));
  };

  const known = dependentsOf(original, lockfile);
  const movesAmong = (dependents: readonly Dependent[]) =>
    dependents.flatMap((dependent) => movesOf(dependent, request, folder));
  let moves = movesAmong(known);
  const stayed: Move[] = [];
  for (;;) {
    await start(original);
    if (moves.length === 0) {
      await run();
      break;
    }
    const pins = await pin(session, moves, place, folder);
    const pinned = await run();
    session.stopPretending();
    const wanted = dependentsOf(pinned, lockfile);
    // Consumers that came along settle for the old version, because it is locked.
    const late = movesAmong(wanted).filter(
      (move) => !arrived(move, wanted) && !includes([...moves, ...stayed], move),
    );
    if (late.length > 0) {
      moves = moves.concat(late);
      continue;
    }
    const freely = await run();
    const after = dependentsOf(freely, lockfile);
    const refused = moves.filter((move) => !admitted(move, after));
    if (refused.length > 0) {
      stayed.push(...refused);
      moves = moves.filter((move) => !refused.includes(move));
      continue;
    }
    if (isDeepStrictEqual(after, wanted)) break;
    // Left alone, pnpm has moved some on to versions that others brought along.
    await start(unpin(pinned, pins));
    const kept = dependentsOf(await run(), lockfile);
    if (!moves.every((move) => arrived(move, kept))) await start(freely);
    break;
  }
  const locked = (await session.read(lockfile)) ?? '';
  const after = dependentsOf(locked, lockfile);
  for (const remedy of request.remedies) check(remedy, moves, known, after);
  if (request.before !== undefined && !minds(pnpm.version)) {
    const versions = { before: packagesOf(known), after: packagesOf(after) };
    tellUngated(session, lockfile, versions, request.remedies);
  }
  await session.write(lockfile, withOwnParts(locked, original));
}

function packagesOf(dependents: readonly Dependent[]): ReadonlySet<string> {
  return new Set(dependents.map(({ name, version }) => `${name}@${version}`));
}

/** pnpm knows `minimumReleaseAge` from 10.16 on (pnpm.io/settings). */
function minds(version: string): boolean {
  return semver.gte(version, '10.16.0');
}

/**
 * The cooldown for what comes along, in minutes, and what is let through at any age. A project that
 * has told pnpm of a cooldown itself keeps its own.
 */
async function gateOf(
  session: Session,
  { before, remedies, graph }: PatchRequest,
  version: string,
): Promise<Gate | undefined> {
  const settings = posix.join(posix.dirname(graph.file), 'pnpm-workspace.yaml');
  const told = /^["']?minimumReleaseAge["']?\s*:/m.test((await session.read(settings)) ?? '');
  if (before === undefined || told || !minds(version)) return undefined;
  // Versions can be excluded from 10.19 on, only names before.
  const excluded = semver.gte(version, '10.19.0')
    ? approvedBy(remedies)
    : remedies.map((remedy) => remedy.package);
  return {
    flags: [
      `--config.minimum-release-age=${minutesSince(before)}`,
      ...excluded.map((one) => `--config.minimum-release-age-exclude=${one}`),
    ],
  };
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

/** The consumer got the version, or is no longer there. */
function arrived({ to, dependent }: Move, after: readonly Dependent[]): boolean {
  const same = after.filter((one) => one.key === dependent.key && sameConsumer(one, dependent));
  return same.every((one) => one.version === to);
}

/**
 * The consumer got the version, or one beyond it: then it admits what lies between as well. Where
 * an override retires only the very version tells.
 */
function admitted(move: Move, after: readonly Dependent[]): boolean {
  const { remedy, to, dependent } = move;
  if (remedy.retires) return arrived(move, after);
  const same = after.filter((one) => one.key === dependent.key && sameConsumer(one, dependent));
  return same.every(
    ({ version }) => version === to || (semver.gt(to, dependent.version) && semver.gt(version, to)),
  );
}

function includes(moves: readonly Move[], { dependent }: Move): boolean {
  return moves.some(
    (one) => one.dependent.key === dependent.key && sameConsumer(one.dependent, dependent),
  );
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

function check(
  remedy: Remedy,
  moves: readonly Move[],
  before: readonly Dependent[],
  after: readonly Dependent[],
): void {
  const { kind, package: name, from, to } = remedy;
  if (kind === 'remove' || to === undefined || remedy.retires) return;
  const versionsIn = (list: readonly Dependent[]) => [
    ...new Set(list.filter((one) => one.name === name).map(({ version }) => version)),
  ];
  const locked = versionsIn(after);
  // Another remedy may have taken the last of them away; then there is nothing left to do.
  const isGone = versionsIn(before).includes(from) && !locked.includes(from);
  const list = locked.join(', ') || 'nothing';
  if (kind === 'override') {
    const wrong = after.some((one) => isCovered(one, remedy) && one.version !== to);
    if (wrong || !(locked.includes(to) || isGone)) {
      throw notApplied(remedy, `with ${overrideKey(remedy)} pnpm locked ${list}`);
    }
    return;
  }
  const mine = moves.filter((move) => move.remedy === remedy);
  const isDone = mine.length > 0 && locked.includes(to);
  if (!mine.every((move) => arrived(move, after)) || !(isDone || isGone)) {
    throw notApplied(remedy, `pnpm locked ${list} instead`);
  }
}

/** Whether an override holds for this dependent. */
function isCovered(dependent: Dependent, remedy: Remedy): boolean {
  const { parent, range } = selectorOf(remedy);
  if (dependent.name !== remedy.package) return false;
  if (parent === '') return true;
  const by = dependent.parent;
  return by?.name === parent && (range === '' || semver.satisfies(by.version, range));
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
