import { execFileSync } from 'node:child_process';
import pacote from 'pacote';
import { SutureError } from '../../../src/domain/error.ts';
import type {
  PackageRegistry,
  PublishedPackage,
  PublishedVersion,
} from '../../../src/ports/package-registry.ts';

/** Packuments of the registry that npm is configured for, with pacote's cache. */
export function qualityRegistry(directory: string, cache: string): PackageRegistry {
  const registry = execFileSync('npm', ['config', 'get', 'registry'], {
    cwd: directory,
    encoding: 'utf8',
  }).trim();
  const options = { registry, cache, fullMetadata: true, preferOffline: true };
  const known = new Map<string, PublishedPackage | undefined>();
  return {
    async package(name) {
      if (!known.has(name)) known.set(name, await fetchPackage(name, options));
      return known.get(name);
    },
    contents: () => Promise.resolve(new Map()),
  };
}

interface Raw {
  readonly 'dist-tags': { readonly latest: string };
  readonly versions: Readonly<Record<string, RawVersion>>;
  readonly time?: Readonly<Record<string, string>>;
}

async function fetchPackage(
  name: string,
  options: pacote.Options,
): Promise<PublishedPackage | undefined> {
  try {
    const raw = (await pacote.packument(name, options)) as unknown as Raw;
    const versions = Object.values(raw.versions).map((entry) =>
      toVersion(entry, raw.time?.[entry.version]),
    );
    return { name, latest: raw['dist-tags'].latest, versions };
  } catch (error) {
    if ((error as { code?: string }).code === 'E404') return undefined;
    throw new SutureError('registry-unreachable', `no answer for ${name}`, {
      remedy: 'Check the network.',
      cause: error,
    });
  }
}

interface RawVersion {
  readonly version: string;
  readonly deprecated?: string | boolean;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly engines?: Record<string, string>;
  readonly scripts?: Record<string, string>;
  readonly hasInstallScript?: boolean;
  readonly dist?: { readonly attestations?: unknown };
}

function toVersion(raw: RawVersion, published: string | undefined): PublishedVersion {
  const scripts = raw.scripts ?? {};
  const engines = typeof raw.engines === 'object' && !Array.isArray(raw.engines) ? raw.engines : {};
  return {
    version: raw.version,
    ...(published !== undefined && { published }),
    ...(typeof raw.deprecated === 'string' &&
      raw.deprecated !== '' && { deprecated: raw.deprecated }),
    dependencies: raw.dependencies ?? {},
    optionalDependencies: raw.optionalDependencies ?? {},
    peerDependencies: raw.peerDependencies ?? {},
    engines,
    hasInstallScript:
      raw.hasInstallScript ??
      ['preinstall', 'install', 'postinstall'].some((name) => name in scripts),
    provenance: raw.dist?.attestations !== undefined,
  };
}
