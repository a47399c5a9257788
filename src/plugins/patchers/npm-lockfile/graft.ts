import {
  type Consumer,
  consumersOf,
  keyName,
  type LockEntry,
  type LockPackages,
  placesOf,
  resolvePlace,
} from './tree.ts';

/** An entry as npm itself wrote it, with what is bundled inside its tarball. */
export interface Scion {
  readonly entry: LockEntry;
  /** Entries below it, by the rest of their path: `/node_modules/x`. */
  readonly bundled: Readonly<Record<string, LockEntry>>;
}

/** A requirement that was given the new version. */
export interface Given {
  /** Path of the consumer in the tree. */
  readonly path: string;
  /** The name it requires it under. */
  readonly key: string;
}

/** Fields that say how the tree reaches an entry, not what the package is. */
const REACH = ['dev', 'optional', 'devOptional', 'peer', 'extraneous'] as const;

/**
 * Replaces one version of a package by another in a lockfile's tree, for the consumers that take
 * it, and leaves every other entry alone. npm then completes the tree: what the new version needs
 * is added, what nothing needs any more goes.
 *
 * Consumers that do not take it keep the old entry: where both kinds share one place, the fewer
 * get a nested copy. Without that, npm would look for the old package anew and take the newest.
 *
 * @returns requirements that were given the new version.
 */
export function graft(
  packages: LockPackages,
  change: { readonly name: string; readonly from: string; readonly to: string },
  scion: Scion,
  takes: (consumer: Consumer) => boolean,
): readonly Given[] {
  const given: Given[] = [];
  for (const place of placesOf(packages, change.name, change.from)) {
    const consumers = consumersOf(packages, place);
    const takers = consumers.filter(takes);
    if (takers.length === 0) continue;
    const others = consumers.filter((one) => !takes(one));
    const nestTakers = canNest(takers) && (!canNest(others) || takers.length < others.length);
    const old = lift(packages, place, nestTakers);
    if (others.length > 0 && nestTakers) {
      for (const taker of takers) settle(packages, taker.path, place, scion, change);
    } else {
      for (const other of others) lower(packages, other.path, keyName(place), old);
      settlePlace(packages, place, takers, scion, old.entry, change);
    }
    given.push(...takers.map(({ path }) => ({ path, key: keyName(place) })));
  }
  return given;
}

/** The root can have nothing nested: what it requires stands at the top. */
function canNest(consumers: readonly Consumer[]): boolean {
  return consumers.every(({ path }) => path !== '');
}

interface Lifted {
  readonly entry: LockEntry;
  readonly below: Readonly<Record<string, LockEntry>>;
}

/** Takes an entry and everything nested in it out of the tree (or only reads them). */
function lift(packages: LockPackages, place: string, keep: boolean): Lifted {
  const entry = packages[place] ?? {};
  const below: Record<string, LockEntry> = {};
  for (const path of Object.keys(packages)) {
    if (!path.startsWith(`${place}/node_modules/`)) continue;
    below[path.slice(place.length)] = packages[path] ?? {};
    if (!keep) delete packages[path];
  }
  if (!keep) delete packages[place];
  return { entry, below };
}

function lower(packages: LockPackages, consumer: string, name: string, old: Lifted): void {
  const place = `${consumer}/node_modules/${name}`;
  packages[place] = old.entry;
  for (const [rest, entry] of Object.entries(old.below)) packages[place + rest] = entry;
}

/** Puts the new version where the old one stood, unless its takers find it higher up already. */
function settlePlace(
  packages: LockPackages,
  place: string,
  takers: readonly Consumer[],
  scion: Scion,
  old: LockEntry,
  change: { readonly to: string },
): void {
  const name = keyName(place);
  const found = takers.map(({ path }) => resolvePlace(packages, path, name));
  if (found.every((at) => at !== undefined && packages[at]?.version === change.to)) return;
  plant(packages, place, scion, old);
}

function settle(
  packages: LockPackages,
  consumer: string,
  place: string,
  scion: Scion,
  change: { readonly to: string },
): void {
  const name = keyName(place);
  const own = `${consumer}/node_modules/${name}`;
  const found = resolvePlace(packages, consumer, name);
  if (found !== undefined && packages[found]?.version === change.to) return;
  plant(packages, own, scion, packages[place] ?? {});
}

function plant(packages: LockPackages, place: string, scion: Scion, old: LockEntry): void {
  const { name: _, ...entry } = scion.entry;
  const planted: Record<string, unknown> = { ...entry };
  for (const field of REACH) delete planted[field];
  // The alias stays an alias.
  if (old.name !== undefined) planted['name'] = old.name;
  for (const field of REACH) if (old[field] !== undefined) planted[field] = old[field];
  packages[place] = planted;
  for (const [rest, bundled] of Object.entries(scion.bundled)) packages[place + rest] = bundled;
}
