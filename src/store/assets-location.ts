import { SutureError } from '../domain/error.ts';
import type { AssetRegistration } from '../domain/managed-asset.ts';

/** How git fetches without running a helper of the URL's choice (`ext::` runs anything). */
const GIT_PROTOCOLS = ['https:', 'http:', 'ssh:', 'git:', 'file:'];

/** `git@host:owner/repository.git` */
const SCP_LIKE = /^([\w.-]+@)?[\w.-]+:(?![/\\]{2})[^\s]+$/;

const MAX_LENGTH = 2_000;

/**
 * Where an asset is: an absolute path, a git URL, or `ssh://[user@]host[:port]` for a host. Never
 * with a secret in it; what was given is not repeated in that error.
 *
 * @throws SutureError `asset-invalid`
 */
export function checkLocation(given: string, { kind }: Pick<AssetRegistration, 'kind'>): string {
  const location = given.trim();
  if (location === '' || location.length > MAX_LENGTH || /\p{Cc}/u.test(location)) {
    throw invalid('the location cannot be read', 'Give a path or URL on one line.');
  }
  if (kind === 'sbom') {
    throw invalid('an SBOM has no location', 'Upload the document itself.');
  }
  if (kind === 'host') return checkHost(location);
  if (location.startsWith('/')) return location.replace(/(?<=.)\/+$/, '');
  if (!location.includes('://') && SCP_LIKE.test(location) && !location.startsWith('-')) {
    return location;
  }
  const url = URL.canParse(location) ? new URL(location) : undefined;
  if (url === undefined || !GIT_PROTOCOLS.includes(url.protocol)) {
    throw invalid(
      `"${shown(location)}" is neither an absolute path nor a git URL`,
      `Give /path/to/repository, or a URL that begins with ${GIT_PROTOCOLS.slice(0, 3).join('//, ')}//.`,
    );
  }
  refuseSecret(url);
  return location;
}

function checkHost(location: string): string {
  const url = URL.canParse(location) ? new URL(location) : undefined;
  if (url?.protocol !== 'ssh:' || url.hostname === '' || url.hostname.startsWith('-')) {
    throw invalid(
      `"${shown(location)}" is no place of a host`,
      'Give ssh://host, ssh://user@host or ssh://user@host:2222.',
    );
  }
  refuseSecret(url);
  return location.replace(/\/+$/, '');
}

function refuseSecret(url: URL): void {
  // Over ssh the name of the user is part of the address; over http it is as good as a password.
  const web = url.protocol === 'https:' || url.protocol === 'http:';
  if (url.password === '' && !(web && (url.username !== '' || url.search !== ''))) return;
  throw invalid(
    `the URL of ${url.host} carries a password or token`,
    'Give the URL without it, and the credential by reference: env:NAME or file:/absolute/path. Change it if others may have seen it.',
  );
}

/** What an asset is called for want of a name: the host, or the last part of its folder or location. */
export function nameFromLocation(
  location: string | undefined,
  { kind, folder }: { readonly kind: AssetRegistration['kind']; readonly folder: string },
): string | undefined {
  if (location === undefined) return undefined;
  if (kind === 'host') return new URL(location).hostname;
  const place = folder === '' ? location.replace(/\.git$/, '') : folder;
  return place.split(/[/:]/).at(-1) || undefined;
}

/** Without what may be a secret, for a message. */
function shown(location: string): string {
  return location.replace(/[^/@]*@/, '…@').slice(0, 200);
}

export function invalid(message: string, remedy: string): SutureError {
  return new SutureError('asset-invalid', message, { remedy });
}
