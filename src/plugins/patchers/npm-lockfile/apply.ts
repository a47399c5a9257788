import { posix } from 'node:path';
import { SutureError } from '../../../domain/error.ts';
import type { Remedy } from '../../../domain/remedy.ts';
import type { PatchRequest } from '../../../ports/patcher.ts';
import { type Gate, runGated } from '../shared/cooldown.ts';
import { setInJson } from '../shared/json-edit.ts';
import { parseManifest } from '../shared/manifest.ts';
import {
  folderOf,
  manifestOf,
  manifestText,
  noCatalogs,
  notApplied,
  rewriteManifests,
  selectorOf,
  targetOf,
} from '../shared/request.ts';
import type { Session } from '../shared/session.ts';
import { type Given, graft } from './graft.ts';
import { addOverride, retireOverride } from './overrides.ts';
import { type Pin, pinPackages, pinsOf, unpin } from './pins.ts';
import { scionsOf } from './scions.ts';
import {
  admits,
  type Consumer,
  type LockPackages,
  type NpmLock,
  packageName,
  parseLock,
  placesOf,
  rangeOf,
  resolvePlace,
} from './tree.ts';

/**
 * Rewrites manifests and overrides, grafts the wanted versions into the lockfile's tree, and has
 * npm complete it while everything that is already in its place is pinned there.
 *
 * @param update argument vector that completes the lockfile, without a `--lockfile-version`
 * @throws SutureError `patch-not-applied` when what comes out is not what was asked for
 */
export async function applyRemedies(
  session: Session,
  npm: readonly string[],
  update: readonly string[],
  request: PatchRequest,
): Promise<void> {
  const folder = folderOf(request);
  const lockfile = request.graph.file;
  let lock = parseLock(await manifestText(session, lockfile), lockfile);
  const format = lock.lockfileVersion ?? 1;
  if (!lock.packages) {
    // Version 1 tells no requirements of workspaces and no engines: npm itself makes it a tree.
    await session.run([...update, '--lockfile-version=3']);
    lock = parseLock((await session.adopt(lockfile)) ?? '{}', lockfile);
  }
  const packages = lock.packages ?? {};
  const scions = await scionsOf(session, npm, request.remedies.filter(needsScion), format);

  const grafted: (readonly [Remedy, readonly Given[]])[] = [];
  for (const remedy of inLockfile(request.remedies, packages, lockfile)) {
    await rewriteFiles(session, remedy, folder, packages);
    const scion = scions.get(remedy);
    if (!scion || remedy.to === undefined) continue;
    const { package: name, from, to } = remedy;
    const given = graft(packages, { name, from, to }, scion, takerOf(remedy, packages, folder));
    grafted.push([remedy, given]);
  }
  await complete(session, update, request, { ...lock, packages }, format);
  const after = parseLock((await session.read(lockfile)) ?? '{}', lockfile).packages;
  // A version 1 lockfile has no `packages` to check; what npm made of the graft was.
  for (const [remedy, given] of grafted) check(remedy, given, after ?? packages, lockfile);
}

/** The remedies; an error when one is about a version that was never there. */
function inLockfile(
  remedies: readonly Remedy[],
  packages: LockPackages,
  lockfile: string,
): readonly Remedy[] {
  for (const remedy of remedies.filter(needsScion)) {
    if (remedy.retires || placesOf(packages, remedy.package, remedy.from).length > 0) continue;
    throw notApplied(remedy, `nothing in ${lockfile} can take it`);
  }
  return remedies;
}

async function rewriteFiles(
  session: Session,
  remedy: Remedy,
  folder: string,
  packages: LockPackages,
): Promise<void> {
  if (remedy.kind !== 'override') return await rewriteManifests(session, remedy, noCatalogs);
  const root = manifestOf(folder);
  const text = await manifestText(session, root);
  const parents = versionsOf(packages, selectorOf(remedy).parent);
  await session.write(
    root,
    remedy.retires
      ? retireOverride(text, root, remedy)
      : addOverride(text, root, remedy, targetOf(remedy), parents),
  );
}

/**
 * npm completes the grafted tree. Everything is pinned first; where that leaves no tree that
 * suits all peers, only what the remedies are about.
 */
async function complete(
  session: Session,
  update: readonly string[],
  request: PatchRequest,
  lock: NpmLock & { readonly packages: LockPackages },
  format: number,
): Promise<void> {
  const { file } = request.graph;
  const before = await manifestText(session, file);
  const wanted = await withManifests(session, lock.packages, folderOf(request));
  const run = async (pins: readonly Pin[]) => {
    const pinned = { ...lock, packages: pinPackages(lock.packages, pins) };
    session.stopPretending();
    await session.write(file, serialise(pinned, before));
    await pinManifests(session, pins, folderOf(request));
    const version = `--lockfile-version=${pins.length > 0 ? 3 : format}`;
    await runGated(session, [...update, version], gateOf(request), file);
    session.stopPretending();
  };
  const names = new Set(request.remedies.map((remedy) => remedy.package));
  const pins = pinsOf(wanted);
  await run(pins).catch(async (error: unknown) => {
    if (!(error instanceof SutureError) || error.code !== 'patch-not-applied') throw error;
    await run(pinsOf(wanted, names));
  });
  const completed = parseLock((await session.adopt(file)) ?? '{}', file);
  const own = unpin(completed.packages ?? {}, pins);
  await session.write(file, serialise({ ...completed, packages: own }, before));
  if (completed.lockfileVersion === format) return;
  await runGated(session, [...update, `--lockfile-version=${format}`], gateOf(request), file);
  await session.adopt(file);
}

/** npm docs, config, `before`; what is grafted is in its place already and not looked for. */
function gateOf({ before }: PatchRequest): Gate | undefined {
  return before === undefined ? undefined : { flags: [`--before=${before}`] };
}

/** The tree with the requirements that the project's manifests have by now. */
async function withManifests(
  session: Session,
  packages: LockPackages,
  folder: string,
): Promise<LockPackages> {
  const result: LockPackages = { ...packages };
  for (const [path, entry] of Object.entries(packages)) {
    if (path.includes('node_modules/')) continue;
    const file = manifestOf(posix.join(folder, path));
    const text = await session.read(file);
    if (text === undefined) continue;
    const { dependencies, devDependencies, optionalDependencies } = parseManifest(text, file);
    const own = { dependencies, devDependencies, optionalDependencies };
    result[path] = { ...entry, ...own } as LockPackages[string];
  }
  return result;
}

async function pinManifests(session: Session, pins: readonly Pin[], folder: string): Promise<void> {
  const texts = new Map<string, string>();
  for (const { path, section, key, exact } of pins) {
    if (path.includes('node_modules/')) continue;
    const file = manifestOf(posix.join(folder, path));
    const text = texts.get(file) ?? (await manifestText(session, file));
    // npm refuses (EOVERRIDE) an override that differs from what the root itself requires.
    const { overrides } = parseManifest(text, file) as { overrides?: Record<string, unknown> };
    const fixed = overrides?.[key];
    if (fixed !== undefined && fixed !== `$${key}`) continue;
    texts.set(file, setInJson(text, [section, key], exact));
  }
  for (const [file, text] of texts) await session.pretend(file, text);
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

function check(
  remedy: Remedy,
  given: readonly Given[],
  packages: LockPackages,
  lockfile: string,
): void {
  const { package: name, from, to } = remedy;
  if (to === undefined || remedy.retires) return;
  const left = placesOf(packages, name, from);
  // Another remedy may have taken the last of them away; then there is nothing left to do.
  if (given.length === 0 && left.length > 0) {
    throw notApplied(remedy, `nothing in ${lockfile} can take it`);
  }
  if (left.length > 0 && placesOf(packages, name, to).length === 0) {
    throw notApplied(remedy, `npm locked ${versionsOf(packages, name).join(', ')} instead`);
  }
  for (const { path, key } of given) {
    const range = rangeOf(packages, path, key);
    const place = resolvePlace(packages, path, key);
    const found = place === undefined ? undefined : packages[place];
    if (range === undefined || place === undefined || !found) continue;
    if (packageName(place, found) !== name || found.version === to) continue;
    // A consumer that another remedy replaced may require something else by now.
    if (remedy.kind !== 'override' && !admits(range, to) && found.version !== from) continue;
    const who = path || 'the project';
    throw notApplied(remedy, `npm locked ${found.version} for ${who} instead`);
  }
}
