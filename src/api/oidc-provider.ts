import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { Role } from '../domain/access.ts';
import { messageOf, SutureError } from '../domain/error.ts';
import { resolveCredential } from '../platform/credentials.ts';
import type { OidcSignIn } from '../store/oidc-sign-in.ts';
import type { OidcConfiguration } from './configuration.ts';

const TIMEOUT_SECONDS = 10;

/** Whom the provider vouched for. */
export interface VouchedPerson {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly email: string | null;
  readonly groups: readonly string[];
  /** What the groups give; absent where groups give no roles here. */
  readonly roles?: readonly Role[];
}

export interface OidcProvider {
  /** Where to send a browser, and what to remember until it comes back. */
  readonly begin: (redirectUri: string) => Promise<{
    readonly url: URL;
    readonly state: string;
    readonly memory: Omit<OidcSignIn, 'returnTo'>;
  }>;
  /** Who came back, by authorization code. */
  readonly finish: (
    callback: URL,
    state: string,
    memory: Omit<OidcSignIn, 'returnTo'>,
  ) => Promise<VouchedPerson>;
}

/**
 * Sign-in by an OpenID Connect provider: authorization code with PKCE (RFC 7636), state and nonce.
 * What the provider says of itself is asked for when it is needed, and kept once it answered.
 *
 * Its functions throw SutureError `provider-unreachable` or `sign-in-refused`.
 */
export function openOidc(config: OidcConfiguration): OidcProvider {
  let known: Promise<Configuration> | undefined;
  const provider = () => {
    known ??= discover(config).catch((error: unknown) => {
      known = undefined;
      throw unreachable(config, error);
    });
    return known;
  };
  return {
    begin: async (redirectUri) => {
      const server = await provider();
      const [codeVerifier, state, nonce] = [randomPKCECodeVerifier(), randomState(), randomNonce()];
      const url = buildAuthorizationUrl(server, {
        redirect_uri: redirectUri,
        scope: config.scopes.join(' '),
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      return { url, state, memory: { nonce, codeVerifier } };
    },
    finish: async (callback, state, { nonce, codeVerifier }) => {
      const server = await provider();
      try {
        return await personOf(server, config, callback, { state, nonce, codeVerifier });
      } catch (error) {
        throw isAway(error) ? unreachable(config, error) : refused(config, error);
      }
    },
  };
}

async function discover(config: OidcConfiguration): Promise<Configuration> {
  const secret =
    config.clientSecret === undefined
      ? undefined
      : await resolveCredential(config.clientSecret, { byOperator: true });
  const issuer = new URL(config.issuer);
  return await discovery(
    issuer,
    config.clientId,
    secret,
    secret === undefined ? None() : undefined,
    {
      timeout: TIMEOUT_SECONDS,
      ...(issuer.protocol === 'http:' ? { execute: [allowInsecureRequests] } : {}),
    },
  );
}

async function personOf(
  server: Configuration,
  config: OidcConfiguration,
  callback: URL,
  expected: { readonly state: string; readonly nonce: string; readonly codeVerifier: string },
): Promise<VouchedPerson> {
  const tokens = await authorizationCodeGrant(server, callback, {
    expectedState: expected.state,
    expectedNonce: expected.nonce,
    pkceCodeVerifier: expected.codeVerifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new Error('The provider sent no ID token');
  // Many providers tell groups and names only here.
  const more =
    server.serverMetadata().userinfo_endpoint === undefined
      ? {}
      : await fetchUserInfo(server, tokens.access_token, claims.sub);
  const all: Readonly<Record<string, unknown>> = { ...claims, ...more };
  const groups = groupsOf(all[config.groupsClaim]);
  return {
    issuer: claims.iss,
    subject: claims.sub,
    name: text(all['name']) ?? text(all['preferred_username']) ?? text(all['email']) ?? claims.sub,
    // An address that nobody has checked could be anybody's.
    email: all['email_verified'] === false ? null : (text(all['email']) ?? null),
    groups,
    ...(Object.keys(config.roles).length === 0 ? {} : { roles: rolesOf(groups, config.roles) }),
  };
}

const text = (value: unknown) =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 200) : undefined;

function groupsOf(claim: unknown): readonly string[] {
  const groups = typeof claim === 'string' ? [claim] : Array.isArray(claim) ? claim : [];
  return groups.filter((group) => typeof group === 'string').slice(0, 500);
}

function rolesOf(
  groups: readonly string[],
  roles: Readonly<Record<string, Role>>,
): readonly Role[] {
  const given = groups.flatMap((group) => (Object.hasOwn(roles, group) ? [roles[group]] : []));
  return [...new Set(given.filter((role) => role !== undefined))];
}

/** Whether nobody answered, or only to say that they cannot just now. */
function isAway(error: unknown): boolean {
  const { status, code, name, cause } = error as {
    readonly status?: number;
    readonly code?: string;
    readonly name?: string;
    readonly cause?: unknown;
  };
  if (status !== undefined) return status >= 500;
  if (name === 'TimeoutError' || code === 'OAUTH_TIMEOUT') return true;
  if (error instanceof TypeError && messageOf(error) === 'fetch failed') return true;
  return cause instanceof Error && cause !== error && isAway(cause);
}

function unreachable(config: OidcConfiguration, cause: unknown): SutureError {
  return new SutureError('provider-unreachable', `${config.name} does not answer as it should`, {
    remedy: `Try again later. Whoever runs Suture: look at ${config.issuer} and at the log.`,
    cause,
  });
}

function refused(config: OidcConfiguration, cause: unknown): SutureError {
  return new SutureError('sign-in-refused', `${config.name} did not confirm who you are`, {
    remedy: 'Begin again at the sign-in page.',
    cause,
  });
}
