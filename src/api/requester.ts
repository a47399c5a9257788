import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import ipaddr from 'ipaddr.js';
import type { Principal } from '../domain/access.ts';

/** What the middlewares find out about a request, for those after them. */
export interface ApiEnvironment {
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    /** Who asks; absent: nobody, or nobody we know. */
    principal?: Principal;
    /** Of the session that asks; absent with a token. */
    sessionSecret?: string;
    /** When the session or token ends. */
    expiresAt?: string;
    email?: string | null;
    /** Address of whoever asks, as far as it can be known. */
    address: string;
    /** Whether it comes from this very machine, not through a proxy on it. */
    local: boolean;
    /** Whether the last stretch that can be known was TLS. */
    secure: boolean;
  };
}

export type ApiContext = Context<ApiEnvironment>;

export interface Origin {
  readonly address: string;
  readonly local: boolean;
  readonly secure: boolean;
}

/**
 * Where a request comes from. `X-Forwarded-For` and `-Proto` count only as far as trusted proxies
 * wrote them: from the right, the first address that is none of theirs.
 *
 * @param peer address at the other end of the connection; absent: none (in a test)
 */
export function originOf(
  peer: string | undefined,
  headers: { readonly get: (name: string) => string | undefined },
  trustedProxies: readonly string[],
): Origin {
  const direct = plainAddress(peer ?? '127.0.0.1');
  const forwarded = headers.get('x-forwarded-for');
  const viaProxy = forwarded !== undefined || headers.get('forwarded') !== undefined;
  if (!isIn(direct, trustedProxies)) {
    // Somebody's proxy on this machine is not this machine.
    return { address: direct, local: isLoopback(direct) && !viaProxy, secure: false };
  }
  const hops = (forwarded ?? '').split(',').map((hop) => hop.trim());
  const client = hops.findLast(
    (hop) => ipaddr.isValid(hop) && !isIn(plainAddress(hop), trustedProxies),
  );
  const proto = headers.get('x-forwarded-proto')?.split(',').at(-1)?.trim();
  return {
    address: client === undefined ? direct : plainAddress(client),
    local: isLoopback(direct) && !viaProxy,
    secure: proto === 'https',
  };
}

/** `::ffff:127.0.0.1` → `127.0.0.1`; an IPv6 zone is left out. */
function plainAddress(text: string): string {
  const bare = text.replace(/%.*$/, '');
  return ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : text;
}

function isLoopback(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'loopback';
}

function isIn(address: string, networks: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  return networks.some((network) => {
    const [base, bits] = ipaddr.isValidCIDR(network)
      ? ipaddr.parseCIDR(network)
      : wholeAddress(ipaddr.process(network));
    return parsed.kind() === base.kind() && parsed.match([base, bits] as never);
  });
}

const wholeAddress = (address: ipaddr.IPv4 | ipaddr.IPv6) =>
  [address, address.kind() === 'ipv4' ? 32 : 128] as const;

/**
 * Whether this server answers to a `Host`. A name that somebody else's DNS points here would make
 * their page and this server one origin to a browser (DNS rebinding); plain addresses cannot be
 * pointed anywhere.
 */
export function answersTo(
  host: string | undefined,
  known: { readonly publicUrl?: string; readonly allowedHosts: readonly string[] },
): boolean {
  const hostname = URL.parse(`http://${host ?? ''}`)?.hostname.replace(/\.$/, '');
  if (!hostname) return false;
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  if (ipaddr.isValid(literal) || hostname === 'localhost' || hostname.endsWith('.localhost')) {
    return true;
  }
  const own = known.publicUrl === undefined ? undefined : new URL(known.publicUrl).hostname;
  return hostname === own || known.allowedHosts.includes(hostname);
}
