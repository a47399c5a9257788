import semver from 'semver';
import { SutureError } from '../../../domain/error.ts';

/** One entry of `packages` in a package-lock, version 2 or 3 (npm docs, package-lock.json). */
export interface LockEntry {
  readonly name?: string;
  readonly version?: string;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export type LockPackages = Record<string, LockEntry>;

export interface NpmLock {
  lockfileVersion?: number;
  packages?: LockPackages;
  [field: string]: unknown;
}

/** A package that requires another, by its place in the tree. */
export interface Consumer {
  /** Key in `packages`; empty for the root. */
  readonly path: string;
  readonly range: string;
  /** Own manifests require directly; npm lets no override differ from them. */
  readonly isProject: boolean;
}

export function parseLock(text: string, file: string): NpmLock {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof value === 'object' && value !== null) return value as NpmLock;
  } catch {
    // Reported below.
  }
  throw new SutureError('lockfile-corrupt', `${file} is not a JSON object`, {
    remedy: 'Repair it, or delete it and let npm write it anew.',
  });
}

/** The name in the registry of what stands at a path: `node_modules/x/node_modules/@s/y` → `@s/y`. */
export function packageName(path: string, entry: LockEntry): string {
  return entry.name ?? keyName(path);
}

export function keyName(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Places where exactly this version of a package stands, in the lockfile's order. */
export function placesOf(packages: LockPackages, name: string, version: string): readonly string[] {
  return Object.entries(packages)
    .filter(
      ([path, entry]) =>
        path.includes('node_modules/') &&
        !entry.link &&
        entry.version === version &&
        packageName(path, entry) === name,
    )
    .map(([path]) => path);
}

/**
 * Where a requirement of the package at `from` leads: Node's own look-up, from its folder upwards.
 */
export function resolvePlace(
  packages: LockPackages,
  from: string,
  name: string,
): string | undefined {
  for (let folder: string | undefined = from; folder !== undefined; folder = parentOf(folder)) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[place]) return place;
  }
  return undefined;
}

function parentOf(folder: string): string | undefined {
  if (folder === '') return undefined;
  const inside = folder.lastIndexOf('/node_modules/');
  if (inside >= 0) return folder.slice(0, inside);
  if (folder.startsWith('node_modules/')) return '';
  const slash = folder.lastIndexOf('/');
  return slash < 0 ? '' : folder.slice(0, slash);
}

/** Every package whose requirement leads to `place`. */
export function consumersOf(packages: LockPackages, place: string): readonly Consumer[] {
  const name = keyName(place);
  return Object.entries(packages).flatMap(([path, entry]) => {
    if (entry.link) return [];
    const isProject = !path.includes('node_modules/');
    const range = rangeOf(packages, path, name);
    if (range === undefined || resolvePlace(packages, path, name) !== place) return [];
    return [{ path, range, isProject }];
  });
}

/** What the package at a path requires under a name; what counts is what gets installed. */
export function rangeOf(packages: LockPackages, path: string, name: string): string | undefined {
  const entry = packages[path];
  const isProject = !path.includes('node_modules/');
  return (
    entry?.dependencies?.[name] ??
    entry?.optionalDependencies?.[name] ??
    (isProject ? entry?.devDependencies?.[name] : undefined) ??
    entry?.peerDependencies?.[name]
  );
}

/** Whether a requirement, an `npm:` alias included, admits a version. */
export function admits(range: string, version: string): boolean {
  const inner = range.replace(/^npm:(?:(?:@[^/@]+\/)?[^@]+@)?/, '');
  if (semver.validRange(inner) === null) return !/[:/]/.test(inner);
  return semver.satisfies(version, inner, {
    includePrerelease: semver.prerelease(version) !== null,
  });
}
