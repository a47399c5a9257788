import { realpath } from 'node:fs/promises';
import { isAbsolute, sep } from 'node:path';
import { SutureError } from '../domain/error.ts';
import { resolveCredential } from './credentials.ts';
import { sutureHome } from './home.ts';
import { lookedUp, type ResolvedAddress } from './outbound-address.ts';

/** How git is to reach a repository: configuration and environment for one call, secrets included. */
export interface Reach {
  readonly url: string;
  /** For `git -c`; holds no secret, for argument vectors are visible to every user of the machine. */
  readonly settings: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A path on this machine: its own configuration is not to be obeyed on a push. */
  readonly local: boolean;
}

/**
 * Strict about hosts, never asks, and takes the key from the environment: git hands this line to a
 * shell, so nothing may be pasted into it.
 */
const SSH = 'ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o ClearAllForwardings=yes';
const SSH_WITH_KEY = `${SSH} -o IdentitiesOnly=yes -i "$SUTURE_SSH_KEY"`;

/**
 * Settings for reaching `location` with a credential given by reference.
 *
 * `env:NAME` or `file:PATH` holds a token, or `user:token`, for https; for ssh `file:PATH` is the
 * private key itself (without one, the agent and ssh's own configuration serve).
 *
 * @throws SutureError `location-unsupported`, `location-refused`, `credential-unsafe`,
 *   `credential-invalid`, or as `resolveCredential` does
 */
export async function reach(location: string, credential?: string): Promise<Reach> {
  if (isAbsolute(location)) {
    await refuseOwnHome(location);
    return { url: location, settings: allowing('file'), env: {}, local: true };
  }
  if (isSsh(location)) {
    const env = { GIT_SSH_COMMAND: credential === undefined ? SSH : SSH_WITH_KEY };
    const key = credential === undefined ? {} : { SUTURE_SSH_KEY: await keyFile(credential) };
    return { url: location, settings: allowing('ssh'), env: { ...env, ...key }, local: false };
  }
  return await reachByWeb(parsed(location), credential);
}

async function reachByWeb(url: URL, credential: string | undefined): Promise<Reach> {
  if (url.username !== '' || url.password !== '') {
    throw new SutureError('credential-unsafe', `The address of ${url.host} carries a credential`, {
      remedy: 'Register the address without it and give --credential env:NAME or file:PATH.',
    });
  }
  const { metadata, addresses } = await lookedUp(url.hostname);
  if (metadata) {
    throw new SutureError('location-refused', `${url.host} is no place for repositories`, {
      remedy: 'Give the address of the repository; metadata services are never asked.',
    });
  }
  const protocol = url.protocol.slice(0, -1);
  const reached = {
    // As it was read here: curl reads some addresses otherwise than they were checked.
    url: url.href,
    settings: [
      ...allowing(protocol),
      // To a host that nobody registered; and it would carry the credential along.
      ...set('http.followRedirects=false', 'credential.helper=', ...heldTo(url, addresses)),
    ],
    env: {},
    local: false,
  };
  if (credential === undefined) return reached;
  if (protocol !== 'https' && !/^(127\.0\.0\.1|\[::1\]|localhost)$/.test(url.hostname)) {
    throw new SutureError('credential-unsafe', `${url.host} is not reached over https`, {
      remedy: 'A credential is only sent over https; change the address of the repository.',
    });
  }
  const secret = await token(credential, url.hostname);
  const basic = secret.includes(':') ? secret : `x-access-token:${secret}`;
  return {
    ...reached,
    env: {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `http.${url.origin}/.extraHeader`,
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${Buffer.from(basic).toString('base64')}`,
    },
  };
}

/** The mirrors of other assets are there, and what nobody is to push to. */
async function refuseOwnHome(location: string): Promise<void> {
  const home = await realpath(sutureHome()).catch(() => sutureHome());
  const actual = await realpath(location).catch(() => location);
  if (actual !== home && !actual.startsWith(home + sep)) return;
  throw new SutureError('location-refused', `${location} is in Suture’s own home`, {
    remedy: 'Register the repository that you work in, or the one that it is pushed to.',
  });
}

/** Whoever may register a repository is not thereby to have any file of this machine sent to it. */
async function token(credential: string, host: string): Promise<string> {
  const secret = (await resolveCredential(credential, { host })).trim();
  if (!/\p{Cc}/u.test(secret)) return secret;
  throw new SutureError('credential-invalid', `What ${credential} holds is no token`, {
    remedy: 'Put the token, or user:token, on one line; a private key is for ssh addresses.',
  });
}

/** The addresses that were looked at, whatever the name service says a moment later. */
function heldTo(url: URL, addresses: readonly ResolvedAddress[]): readonly string[] {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const list = addresses.map(({ address, family }) => (family === 6 ? `[${address}]` : address));
  const isName = /[a-z]/i.test(url.hostname) && !url.hostname.startsWith('[');
  return isName && list.length > 0
    ? [`http.curloptResolve=${url.hostname}:${port}:${list.join(',')}`]
    : [];
}

function isSsh(location: string): boolean {
  return location.startsWith('ssh://') || /^[\w.-]+@[\w.-]+:(?!\/\/)/.test(location);
}

function parsed(location: string): URL {
  const url = URL.canParse(location) ? new URL(location) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  // Git would put its own path behind the mark, where no server sees it.
  if (url !== undefined && isWeb && !/[?#]/.test(url.href)) return url;
  throw new SutureError('location-unsupported', `${location} is no repository Suture can reach`, {
    remedy: 'Give an absolute path, or an https:// or ssh:// address.',
  });
}

/** Nothing but the one transport: an address rewritten by configuration cannot become a program. */
function allowing(protocol: string): readonly string[] {
  return set('protocol.allow=never', `protocol.${protocol}.allow=always`);
}

function set(...settings: readonly string[]): readonly string[] {
  return settings.flatMap((setting) => ['-c', setting]);
}

/** Path of the private key; looked at once, so that what must not be used is refused here. */
async function keyFile(credential: string): Promise<string> {
  if (!credential.startsWith('file:')) {
    throw new SutureError('credential-missing', 'ssh takes its key from a file', {
      remedy: 'Give the credential as file:PATH of the private key.',
    });
  }
  await resolveCredential(credential);
  return credential.slice('file:'.length);
}
