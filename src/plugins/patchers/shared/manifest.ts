import semver from 'semver';
import { SutureError } from '../../../domain/error.ts';
import type { Remedy } from '../../../domain/remedy.ts';
import { removeFromJson, setInJson } from './json-edit.ts';
import { restyle } from './range-style.ts';

const INSTALLED = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;
const SECTIONS = [...INSTALLED, 'peerDependencies'] as const;
type Section = (typeof SECTIONS)[number];

/** One requirement of a manifest, as written. */
export interface ManifestEntry {
  readonly section: Section;
  /** The name it is required under: the alias where there is one. */
  readonly key: string;
  readonly range: string;
}

/** A manifest as an object; a byte order mark is tolerated, as the package managers do. */
export function parseManifest(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Reported below, together with a manifest that is not an object.
  }
  throw new SutureError('manifest-corrupt', `${file} is not a JSON object`, {
    remedy: 'Repair the file; no package manager can read it either.',
  });
}

/** Requirements of the package with this registry name, through an alias as well. */
export function entriesOf(
  manifest: Readonly<Record<string, unknown>>,
  name: string,
): readonly ManifestEntry[] {
  return SECTIONS.flatMap((section) =>
    Object.entries(manifest[section] ?? {}).flatMap(([key, range]) => {
      if (typeof range !== 'string') return [];
      const aliased = aliasTarget(range);
      return (aliased ?? key) === name ? [{ section, key, range }] : [];
    }),
  );
}

/** `npm:other@^1` → `other`; undefined when the requirement is no alias. */
export function aliasTarget(range: string): string | undefined {
  return /^npm:(?<name>(?:@[^/@]+\/)?[^@/^~<>=*\d][^@/]*)(?:@.*)?$/.exec(range)?.groups?.['name'];
}

/** The version part of a requirement: `npm:other@^1` and `npm:^1` → `^1`. */
export function versionRange(range: string): string {
  if (!range.startsWith('npm:')) return range;
  const target = aliasTarget(range);
  return target === undefined ? range.slice(4) : range.slice(5 + target.length) || '*';
}

/**
 * The entries that an upgrade of `from` is about: installed ones whose requirement admits `from`
 * (all of them when none does), so that a second major under an alias is left alone.
 */
function affectedEntries(
  manifest: Readonly<Record<string, unknown>>,
  remedy: Remedy,
): readonly ManifestEntry[] {
  const installed = entriesOf(manifest, remedy.package).filter(
    (entry) => entry.section !== 'peerDependencies',
  );
  const admitting = installed.filter((entry) => admits(entry.range, remedy.from));
  return admitting.length > 0 ? admitting : installed;
}

function admits(range: string, version: string): boolean {
  if (range.startsWith('catalog:')) return true;
  return semver.satisfies(version, versionRange(range), { includePrerelease: true });
}

/**
 * Rewrites the requirements of one manifest for an upgrade. Entries that point into a catalog are
 * returned for the caller, because the catalog stands in another file.
 *
 * @throws SutureError `patch-not-applied` when the manifest does not require the package from a
 *   registry.
 */
export function upgradeManifest(
  text: string,
  file: string,
  remedy: Remedy,
  to: string,
): { readonly text: string; readonly catalogs: readonly ManifestEntry[] } {
  const manifest = parseManifest(text, file);
  const entries = affectedEntries(manifest, remedy);
  const catalogs: ManifestEntry[] = [];
  let result = text;
  for (const entry of entries) {
    if (entry.range.startsWith('catalog:')) {
      catalogs.push(entry);
      continue;
    }
    const range = restyle(entry.range, to);
    if (range === undefined) throw notFromRegistry(file, entry);
    if (range !== entry.range) result = setInJson(result, [entry.section, entry.key], range);
  }
  const peers = entriesOf(manifest, remedy.package).filter(
    (entry) => entry.section === 'peerDependencies',
  );
  if (entries.length === 0 && peers.length === 0) {
    throw new SutureError('patch-not-applied', `${file} does not require ${remedy.package}`, {
      remedy: 'The plan is older than the repository: scan it again.',
    });
  }
  for (const peer of peers) {
    const range = versionRange(peer.range);
    if (semver.validRange(range) === null || semver.satisfies(to, range)) continue;
    // What a consumer may bring along is a promise: it is widened, never narrowed.
    result = setInJson(result, [peer.section, peer.key], `${peer.range} || ^${to}`);
  }
  return { text: result, catalogs };
}

/** Takes every requirement of the package out of one manifest. */
export function removeFromManifest(text: string, file: string, name: string): string {
  const manifest = parseManifest(text, file);
  let result = text;
  for (const { section, key } of entriesOf(manifest, name)) {
    result = removeFromJson(result, [section, key], 1);
    if (section === 'peerDependencies') {
      const meta = manifest['peerDependenciesMeta'];
      if (typeof meta === 'object' && meta !== null && key in meta) {
        result = removeFromJson(result, ['peerDependenciesMeta', key], 0);
      }
    }
  }
  if (result === text) {
    throw new SutureError('patch-not-applied', `${file} does not require ${name}`, {
      remedy: 'The plan is older than the repository: scan it again.',
    });
  }
  return result;
}

function notFromRegistry(file: string, entry: ManifestEntry): SutureError {
  return new SutureError(
    'patch-not-applied',
    `${file} takes ${entry.key} from ${entry.range}, which is no registry version`,
    { remedy: 'Change that requirement by hand, or patch the place it points to.' },
  );
}
