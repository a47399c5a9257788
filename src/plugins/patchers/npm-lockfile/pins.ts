import semver from 'semver';
import { versionRange } from '../shared/manifest.ts';
import { admits, type LockEntry, type LockPackages, packageName, resolvePlace } from './tree.ts';

/** A requirement that is narrowed to one version while npm completes the tree. */
export interface Pin {
  /** Who requires: the path of a manifest of the project's own, `name@version` of a package. */
  readonly consumer: string;
  /** Path of the consumer in the tree. */
  readonly path: string;
  readonly section: Section;
  readonly key: string;
  /** What it really requires. */
  readonly range: string;
  /** What it requires for the time being. */
  readonly exact: string;
}

const SECTIONS = ['dependencies', 'optionalDependencies', 'devDependencies'] as const;
type Section = (typeof SECTIONS)[number];

/**
 * The pins that hold a tree as it is. Without them npm, which has to find a place for what an
 * upgraded package requires, moves what stands at the top to the newest version that suits
 * everyone there (arborist, can-place-dep: REPLACE), instead of nesting a copy.
 *
 * Only requirements that are met are pinned; the others are npm's to meet. Peers are left out:
 * nothing can be nested for them.
 *
 * @param names only requirements of these packages; absent: all
 */
export function pinsOf(packages: LockPackages, names?: ReadonlySet<string>): readonly Pin[] {
  return Object.entries(packages).flatMap(([path, entry]) => {
    if (entry.link || entry['inBundle'] === true) return [];
    const isProject = !path.includes('node_modules/');
    return SECTIONS.filter((section) => isProject || section !== 'devDependencies').flatMap(
      (section) =>
        Object.entries(entry[section] ?? {}).flatMap(([key, range]) => {
          const place = resolvePlace(packages, path, key);
          const found = place === undefined ? undefined : packages[place];
          if (place === undefined || found?.version === undefined || found.link) return [];
          const name = packageName(place, found);
          if (names && !names.has(name)) return [];
          if (semver.validRange(versionRange(range)) === null || !admits(range, found.version))
            return [];
          const exact = range.startsWith('npm:') ? `npm:${name}@${found.version}` : found.version;
          if (exact === range) return [];
          return [{ consumer: consumerOf(path, entry), path, section, key, range, exact }];
        }),
    );
  });
}

/** Narrows the packages' own requirements; the project's stand in its manifests. */
export function pinPackages(packages: LockPackages, pins: readonly Pin[]): LockPackages {
  const byPath = Map.groupBy(pins, ({ path }) => path);
  return replaced(
    packages,
    (path) => byPath.get(path),
    ({ range, exact }) => [range, exact],
  );
}

/** Gives every requirement its own range back, in whatever tree npm made of it. */
export function unpin(packages: LockPackages, pins: readonly Pin[]): LockPackages {
  const byConsumer = Map.groupBy(pins, ({ consumer }) => consumer);
  const of = (path: string, entry: LockEntry) => byConsumer.get(consumerOf(path, entry));
  return replaced(packages, of, ({ range, exact }) => [exact, range]);
}

function replaced(
  packages: LockPackages,
  pinsOn: (path: string, entry: LockEntry) => readonly Pin[] | undefined,
  direction: (pin: Pin) => readonly [from: string, to: string],
): LockPackages {
  return Object.fromEntries(
    Object.entries(packages).map(([path, entry]) => {
      const changed: Record<string, unknown> = { ...entry };
      for (const pin of pinsOn(path, entry) ?? []) {
        const [from, to] = direction(pin);
        const table = changed[pin.section] as Readonly<Record<string, string>> | undefined;
        if (table?.[pin.key] === from) changed[pin.section] = { ...table, [pin.key]: to };
      }
      return [path, changed];
    }),
  );
}

function consumerOf(path: string, entry: LockEntry): string {
  return path.includes('node_modules/')
    ? `${packageName(path, entry)}@${entry.version ?? ''}`
    : path;
}
