import { messageOf, SutureError } from '../../domain/error.ts';
import { neutralise } from '../../domain/neutralise.ts';
import { redact } from '../../platform/redact.ts';

/** What npm's client throws, as far as it tells kinds apart. */
interface ClientError {
  readonly code?: unknown;
  readonly statusCode?: unknown;
}

/** The registry says that there is no such package (or shows it to nobody without a login). */
export function isUnknown(thrown: unknown): boolean {
  const { code, statusCode } = thrown as ClientError;
  return statusCode === 404 || code === 'E404';
}

/** An error of npm's registry client as one that a person can act on; secrets are taken out. */
export function registryFailure(what: string, registry: string, thrown: unknown): SutureError {
  if (thrown instanceof SutureError) return thrown;
  const { code, statusCode } = thrown as ClientError;
  const host = hostOf(registry);
  const said = neutralise(redact(messageOf(thrown))).slice(0, 300);
  const error = (kind: string, message: string, remedy: string) =>
    new SutureError(kind, message, { remedy, cause: thrown });
  if (statusCode === 401 || statusCode === 403 || code === 'E401' || code === 'E403') {
    return error(
      'registry-denied',
      `${host} refuses access to ${what} (${String(statusCode ?? code)})`,
      `Log in to it (npm login --registry=…), or put its token into your own ~/.npmrc as //${host}/:_authToken=…; variables in a project’s file are only expanded for hosts that your own configuration names.`,
    );
  }
  if (code === 'ETARGET' || isUnknown(thrown)) {
    return error('version-unavailable', `${host} does not have ${what}`, 'Choose another version.');
  }
  if (code === 'EINTEGRITY') {
    return error(
      'integrity-mismatch',
      `${what} from ${host} is not what the registry promises: ${said}`,
      'Do not use it. Clear the cache and try again; if it stays, tell the registry’s operator.',
    );
  }
  return error(
    'registry-unreachable',
    `${host} could not be asked about ${what}: ${said}`,
    'Check the network and proxy settings, then run it again.',
  );
}

function hostOf(registry: string): string {
  return URL.canParse(registry) ? new URL(registry).host : 'the registry';
}
