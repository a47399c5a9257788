import type { Packument } from 'pacote';
import type { PublishedPackage, PublishedVersion } from '../../ports/package-registry.ts';

/** What a full packument (npm registry API, package metadata) tells, without what nobody asks. */
export function publishedPackage(packument: Packument): PublishedPackage {
  const time: Table = isTable(packument.time) ? packument.time : {};
  const latest = packument['dist-tags']?.latest;
  return {
    name: packument.name,
    ...(latest === undefined ? {} : { latest }),
    versions: Object.entries(packument.versions ?? {}).map(([version, manifest]) =>
      publishedVersion(version, manifest as unknown as Table, time[version]),
    ),
  };
}

type Table = Readonly<Record<string, unknown>>;

function publishedVersion(version: string, manifest: Table, published: unknown): PublishedVersion {
  const { deprecated } = manifest;
  return {
    version,
    ...(typeof published === 'string' ? { published } : {}),
    // An empty string takes a deprecation back.
    ...(typeof deprecated === 'string' && deprecated !== '' ? { deprecated } : {}),
    ...(deprecated === true ? { deprecated: 'deprecated' } : {}),
    dependencies: strings(manifest['dependencies']),
    optionalDependencies: strings(manifest['optionalDependencies']),
    peerDependencies: strings(manifest['peerDependencies']),
    engines: strings(manifest['engines']),
    hasInstallScript: hasInstallScript(manifest),
    provenance: hasProvenance(manifest['dist']),
  };
}

/** npm docs, scripts: the install scripts, and `binding.gyp` (`gypfile`), which stands for one. */
function hasInstallScript(manifest: Table): boolean {
  if (manifest['hasInstallScript'] === true || manifest['gypfile'] === true) return true;
  const scripts = strings(manifest['scripts']);
  return ['preinstall', 'install', 'postinstall'].some((name) => Object.hasOwn(scripts, name));
}

/** npm docs, "Viewing package provenance": `dist.attestations.provenance`. */
function hasProvenance(dist: unknown): boolean {
  const attestations = isTable(dist) ? dist['attestations'] : undefined;
  return isTable(attestations) && isTable(attestations['provenance']);
}

/** Old packuments hold arrays and numbers where strings belong. */
function strings(value: unknown): Readonly<Record<string, string>> {
  if (!isTable(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
