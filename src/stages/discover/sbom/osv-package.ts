import type { PackageUrl } from './package-url.ts';

/** Ecosystems of OSV (https://ossf.github.io/osv-schema/#affectedpackage-field) by purl type. */
const ECOSYSTEMS: Readonly<Record<string, string>> = {
  bitnami: 'Bitnami',
  cargo: 'crates.io',
  composer: 'Packagist',
  conan: 'ConanCenter',
  cran: 'CRAN',
  gem: 'RubyGems',
  githubactions: 'GitHub Actions',
  golang: 'Go',
  hackage: 'Hackage',
  hex: 'Hex',
  maven: 'Maven',
  npm: 'npm',
  nuget: 'NuGet',
  pub: 'Pub',
  pypi: 'PyPI',
  swift: 'SwiftURL',
};

/** Types whose namespace is part of the name in OSV, joined by this. */
const JOINED: Readonly<Record<string, string>> = {
  composer: '/',
  githubactions: '/',
  golang: '/',
  maven: ':',
  npm: '/',
  swift: '/',
};

/** Distributions of rpm by the purl's namespace; of OSV's, those that go by their main version. */
const RPM: Readonly<Record<string, string>> = {
  almalinux: 'AlmaLinux',
  opensuse: 'openSUSE',
  redhat: 'Red Hat',
  rocky: 'Rocky Linux',
  rockylinux: 'Rocky Linux',
  suse: 'SUSE',
};

/**
 * Ecosystem and name of a package as OSV writes them. A type that OSV does not have stays what it
 * is: no advisory speaks of it, and it is kept under a name that no other has.
 */
export function osvPackage(purl: PackageUrl): {
  readonly ecosystem: string;
  readonly name: string;
} {
  const { type, namespace, name } = purl;
  const joint = JOINED[type];
  return {
    ecosystem: ECOSYSTEMS[type] ?? distribution(purl) ?? type,
    name: joint === undefined || namespace === '' ? name : `${namespace}${joint}${name}`,
  };
}

/** `Debian:12`, `Ubuntu:22.04:LTS`, `Alpine:v3.19`; without a release, the distribution alone. */
function distribution({ type, namespace, qualifiers }: PackageUrl): string | undefined {
  const distro = qualifiers.get('distro') ?? '';
  const [, major, minor] = /(\d+)(?:\.(\d+))?/.exec(distro) ?? [];
  const release = (version: string | undefined, name: string) =>
    version === undefined ? name : `${name}:${version}`;
  if (type === 'apk') {
    const version = minor === undefined ? undefined : `v${major}.${minor}`;
    return namespace === 'alpine' || namespace === '' ? release(version, 'Alpine') : namespace;
  }
  if (type === 'deb' && namespace === 'ubuntu') {
    const version = minor === undefined ? undefined : `${major}.${minor}`;
    // The April release of every even year is one of long-term support.
    const lts = minor === '04' && Number(major) % 2 === 0 ? ':LTS' : '';
    return release(version === undefined ? undefined : `${version}${lts}`, 'Ubuntu');
  }
  if (type === 'deb')
    return namespace === 'debian' || namespace === '' ? release(major, 'Debian') : namespace;
  if (type !== 'rpm') return undefined;
  const name = RPM[namespace];
  if (name === undefined) return namespace === '' ? undefined : namespace;
  return name === 'AlmaLinux' || name === 'Rocky Linux' ? release(major, name) : name;
}
