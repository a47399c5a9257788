import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Remedy } from '../../../domain/remedy.ts';
import { scratchDirectory } from '../../../platform/scratch.ts';
import type { PatchRequest } from '../../../ports/patcher.ts';
import { type Gate, runGated, tellUngated } from '../shared/cooldown.ts';
import { entriesOf, type ManifestEntry, parseManifest } from '../shared/manifest.ts';
import {
  folderOf,
  manifestOf,
  manifestText,
  notApplied,
  rewriteManifests,
  targetOf,
} from '../shared/request.ts';
import type { Session } from '../shared/session.ts';
import {
  type Block,
  field,
  formatBlocks,
  parseBlocks,
  requirementsOf,
  versionOf,
  wantedBy,
  type YarnLock,
} from './blocks.ts';
import { admits, graft } from './graft.ts';
import { addResolution, retireResolution } from './resolutions.ts';

/** What differs between yarn 1 and yarn 2 and later. */
export interface Yarn {
  readonly style: 'classic' | 'berry';
  /** Argument vector that completes the lockfile, scripts off. */
  readonly update: readonly string[];
  /** How this yarn is told of a cooldown; undefined when there is none to tell it of. */
  readonly gate?: Gate | undefined;
  /** Whether it minds a cooldown at all. */
  readonly minds: boolean;
  /** Rewrites the entry of a catalog. */
  readonly onCatalog: (entry: ManifestEntry, to: string) => Promise<void>;
}

/**
 * Applies remedies to a yarn project: manifests and resolutions are rewritten, the lockfile's
 * entries are replaced by those that yarn wrote for exactly the versions wanted, and yarn completes
 * the rest.
 */
export async function applyRemedies(
  session: Session,
  yarn: Yarn,
  request: PatchRequest,
): Promise<void> {
  const lockfile = request.graph.file;
  const root = manifestOf(folderOf(request));
  const original = await manifestText(session, lockfile);
  const side = await sideLockfile(session, yarn, request.remedies.filter(needsEntry));

  const before = await descriptorsOfManifests(session, request, yarn.style);
  for (const remedy of request.remedies) {
    if (remedy.kind !== 'override') {
      await rewriteManifests(session, remedy, yarn.onCatalog);
      continue;
    }
    const text = await manifestText(session, root);
    const rewritten = remedy.retires
      ? retireResolution(text, root, remedy, yarn.style)
      : addResolution(text, remedy, targetOf(remedy), yarn.style);
    await session.write(root, rewritten);
  }
  const after = await descriptorsOfManifests(session, request, yarn.style);
  const added = after.filter((descriptor) => !before.includes(descriptor));

  let lock = parseBlocks(original);
  const granted: (readonly [Remedy, readonly string[]])[] = [];
  for (const remedy of request.remedies) {
    if (remedy.retires) lock = keepVersions(lock, remedy, after, yarn.style);
    if (!needsEntry(remedy)) continue;
    const index = request.remedies.filter(needsEntry).indexOf(remedy);
    const entry = side.blocks.find(({ descriptors }) =>
      descriptors.some((one) => one.startsWith(`s${index}@`)),
    );
    const to = targetOf(remedy);
    if (!entry || versionOf(entry) !== to)
      throw notApplied(remedy, `yarn offers ${entry ? versionOf(entry) : 'nothing'} instead`);
    const mine = added.filter(
      (one) => wantedBy(one).name === remedy.package && admits(wantedBy(one).range, to),
    );
    const { package: name, from } = remedy;
    const result = graft(lock, { name, from, to, added: mine }, entry.body);
    if (result.given.length === 0 && !holds(parseBlocks(original), name, from)) {
      throw notApplied(remedy, `nothing in ${lockfile} can take it`);
    }
    lock = result.lock;
    granted.push([remedy, result.given]);
  }
  await session.write(lockfile, withMetadataOf(formatBlocks(lock, yarn.style), side));
  await runGated(session, yarn.update, yarn.gate, lockfile);
  const text = (await session.adopt(lockfile)) ?? '';
  await session.write(lockfile, withMetadataOf(text, parseBlocks(original)));
  const completed = parseBlocks(text);
  for (const [remedy, given] of granted) check(remedy, given, completed);
  if (request.before !== undefined && !yarn.minds) {
    const versions = { before: packagesOf(parseBlocks(original)), after: packagesOf(completed) };
    tellUngated(session, lockfile, versions, request.remedies);
  }
}

function needsEntry(remedy: Remedy): boolean {
  return remedy.to !== undefined && remedy.kind !== 'remove' && remedy.kind !== 'override';
}

/**
 * A side project that requires each wanted version under an alias of its own; yarn's lockfile for
 * it holds the entries as yarn writes them, with the user's registries and credentials.
 */
async function sideLockfile(
  session: Session,
  yarn: Yarn,
  remedies: readonly Remedy[],
): Promise<YarnLock> {
  if (remedies.length === 0 && yarn.style === 'classic') return parseBlocks('');
  await using scratch = await scratchDirectory('side');
  const dependencies = remedies.map((remedy, index) => [
    `s${index}`,
    `npm:${remedy.package}@${targetOf(remedy)}`,
  ]);
  const manifest = {
    name: 'side',
    private: true,
    license: 'UNLICENSED',
    dependencies: Object.fromEntries(dependencies),
  };
  await writeFile(join(scratch.path, 'package.json'), JSON.stringify(manifest));
  // yarn looks for a project upwards; an empty lockfile says that it is here.
  await writeFile(join(scratch.path, 'yarn.lock'), '');
  for (const [name, text] of session.configuration()) {
    await writeFile(join(scratch.path, name), text);
  }
  await session.run(yarn.update, { cwd: scratch.path });
  return parseBlocks(await readFile(join(scratch.path, 'yarn.lock'), 'utf8'));
}

/** Descriptors of the manifests' own requirements, as the lockfile spells them. */
async function descriptorsOfManifests(
  session: Session,
  request: PatchRequest,
  style: Yarn['style'],
): Promise<readonly string[]> {
  const names = [...new Set(request.remedies.map((remedy) => remedy.package))];
  const found: string[] = [];
  const paths = new Set([folderOf(request), ...request.graph.workspaces.map(({ path }) => path)]);
  for (const workspace of paths) {
    const path = manifestOf(workspace);
    const manifest = parseManifest((await session.read(path)) ?? '{}', path);
    for (const entry of names.flatMap((name) => entriesOf(manifest, name))) {
      if (entry.section === 'peerDependencies') continue;
      found.push(descriptor(entry.key, entry.range, style));
    }
  }
  return found;
}

function descriptor(key: string, range: string, style: Yarn['style']): string {
  const protocol = style === 'berry' && !/^[a-z]+:/.test(range) ? 'npm:' : '';
  return `${key}@${protocol}${range}`;
}

/**
 * Without its resolution a package would be looked for anew and found in its newest version. So
 * every requirement that admits what is locked is written down as leading there.
 */
function keepVersions(
  lock: YarnLock,
  remedy: Remedy,
  own: readonly string[],
  style: Yarn['style'],
): YarnLock {
  const required = lock.blocks
    .filter((block) => !/@workspace:/.test(block.descriptors[0] ?? ''))
    .flatMap((block) => requirementsOf(block).map(([key, range]) => descriptor(key, range, style)));
  const wanted = [...required, ...own].filter((one) => wantedBy(one).name === remedy.package);
  const known = new Set(lock.blocks.flatMap(({ descriptors }) => descriptors));
  const blocks = lock.blocks.map((block) => {
    const first = block.descriptors[0];
    if (first === undefined || wantedBy(first).name !== remedy.package) return block;
    const kept = wanted.filter(
      (one) => !known.has(one) && admits(wantedBy(one).range, versionOf(block)),
    );
    for (const one of kept) known.add(one);
    return { ...block, descriptors: [...new Set([...block.descriptors, ...kept])] };
  });
  return { ...lock, blocks };
}

/**
 * berry's `__metadata` of another lockfile. A yarn that finds an older format version migrates the
 * project, which for some means to switch scripts on; with its own version in front it does not,
 * and the project's comes back afterwards. The entries are the same in all versions of yarn 4.
 */
function withMetadataOf(text: string, other: YarnLock): string {
  const metadata = other.blocks.find(({ descriptors }) => descriptors[0] === '__metadata');
  const version = metadata && field(metadata, 'version');
  return version === undefined
    ? text
    : text.replace(/^(__metadata:\r?\n {2}version: ).*$/m, `$1${version}`);
}

/** `name@version` of everything locked, the project's own members left out. */
function packagesOf({ blocks }: YarnLock): ReadonlySet<string> {
  const from = blocks.filter(({ descriptors }) => !/^__|@workspace:/.test(descriptors[0] ?? ''));
  return new Set(
    from.map((block) => `${wantedBy(block.descriptors[0] ?? '').name}@${versionOf(block)}`),
  );
}

function holds({ blocks }: YarnLock, name: string, version: string): boolean {
  return blocks.some(
    (block) =>
      versionOf(block) === version && block.descriptors.some((one) => wantedBy(one).name === name),
  );
}

function check(remedy: Remedy, given: readonly string[], lock: YarnLock): void {
  const of = (block: Block) => block.descriptors.filter((one) => given.includes(one));
  const wrong = lock.blocks.filter(
    (block) => of(block).length > 0 && versionOf(block) !== remedy.to,
  );
  const right = lock.blocks.some((block) => of(block).length > 0 && versionOf(block) === remedy.to);
  // Another remedy may have taken the last of them away; then there is nothing left to do.
  const isGone = !holds(lock, remedy.package, remedy.from);
  if (wrong.length === 0 && (right || isGone)) return;
  const locked = wrong.map((block) => versionOf(block)).join(', ');
  throw notApplied(remedy, `yarn locked ${locked || 'nothing'} instead`);
}
