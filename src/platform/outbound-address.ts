import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { messageOf, SutureError } from '../domain/error.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/**
 * Where the operator lets requests go beside the public Internet: host names (`smtp.corp.example`,
 * `*.corp.example` for all below it), addresses and CIDR ranges (`10.2.0.0/16`).
 */
export type OutboundAllowance = readonly string[];

/**
 * The addresses of a host that may be connected to. What users configure must not reach loopback,
 * the private network or a cloud's metadata service (SSRF), unless the operator's `allow` names the
 * host or the address.
 *
 * Connect to what is returned, not to the name: it could say something else a moment later.
 *
 * @throws SutureError `outbound-refused` where none may; `outbound-unresolved` where there is none
 */
export async function allowedAddresses(
  hostname: string,
  allow: OutboundAllowance,
  resolve: Resolve = systemResolve,
): Promise<readonly ResolvedAddress[]> {
  const host = bareHost(hostname);
  const addresses = ipaddr.isValid(host) ? [literal(host)] : await resolved(host, resolve);
  if (allow.some((entry) => namesHost(entry, host))) return addresses;
  const allowed = addresses.filter(({ address }) => mayConnect(address, allow));
  if (allowed.length > 0) return allowed;
  const kinds = [...new Set(addresses.map(({ address }) => kindOf(address)))];
  throw new SutureError(
    'outbound-refused',
    `${host} is not on the public Internet (${kinds.join(', ')})`,
    {
      remedy:
        'If it is meant to be reached, the operator adds its name or range to outbound.allow.',
    },
  );
}

/**
 * Whether a name or address leads to where clouds hand the machine's credentials to whatever runs on
 * it, or to anything else that is on this very link: nothing that people configure is ever there.
 * `false` for a name that is not found.
 *
 * @returns the addresses that the name has, to hold a client to
 */
export async function lookedUp(
  hostname: string,
  resolve: Resolve = systemResolve,
): Promise<{ readonly metadata: boolean; readonly addresses: readonly ResolvedAddress[] }> {
  const host = bareHost(hostname);
  const addresses = ipaddr.isValid(host)
    ? [literal(host)]
    : await resolved(host, resolve).catch(() => []);
  return { metadata: addresses.some(({ address }) => isMetadata(address)), addresses };
}

function isMetadata(address: string): boolean {
  const parsed = ipaddr.process(address);
  return METADATA.has(parsed.toString()) || parsed.range() === 'linkLocal';
}

/** For `net.connect`: any name is at `addresses`, whatever the name service says by now. */
export function pinnedLookup(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_hostname, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family ?? 4);
  };
}

/** Whether an address is public, or in a range that the operator allows. */
export function mayConnect(address: string, allow: OutboundAllowance): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return kindOf(address) === PUBLIC || allow.some((entry) => coversAddress(entry, parsed));
}

const PUBLIC = 'public';
/** Only these are handed out as public IPv6 (IANA IPv6 Global Unicast Address Assignments). */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');
/** Of Azure (in a range that is public otherwise), Alibaba Cloud and AWS, beside 169.254.169.254. */
const METADATA = new Set(['168.63.129.16', '100.100.100.200', 'fd00:ec2::254']);

/** `public`, or the reason why not, as ipaddr.js names the range (RFC 6890 and others). */
function kindOf(address: string): string {
  // An IPv4 address that is wrapped into IPv6 is what it wraps.
  const parsed = ipaddr.process(address);
  if (METADATA.has(parsed.toString())) return 'metadata service';
  const range = parsed.range();
  if (range !== 'unicast') return range;
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(GLOBAL_IPV6)) return 'reserved';
  return PUBLIC;
}

function coversAddress(entry: string, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  const range = rangeOf(entry);
  return range !== undefined && range[0].kind() === address.kind() && address.match(range);
}

function rangeOf(entry: string): [ipaddr.IPv4 | ipaddr.IPv6, number] | undefined {
  const text = bareHost(entry);
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.isValid(text)) return undefined;
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function namesHost(entry: string, host: string): boolean {
  if (rangeOf(entry) !== undefined || ipaddr.isValid(host)) return false;
  const name = entry.toLowerCase();
  return name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name;
}

/** Without the brackets of a URL and the dot of the root, in lower case. */
function bareHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

function literal(host: string): ResolvedAddress {
  const address = ipaddr.parse(host);
  return { address: host, family: address.kind() === 'ipv4' ? 4 : 6 };
}

async function resolved(host: string, resolve: Resolve): Promise<readonly ResolvedAddress[]> {
  let addresses: readonly ResolvedAddress[];
  try {
    addresses = await resolve(host);
  } catch (error) {
    throw unresolved(host, messageOf(error), error);
  }
  if (addresses.length === 0) throw unresolved(host, 'it has no address');
  return addresses;
}

function unresolved(host: string, reason: string, cause?: unknown): SutureError {
  return new SutureError('outbound-unresolved', `${host} was not found: ${reason}`, {
    remedy: 'Check the spelling of the address and the name service of this machine.',
    ...(cause === undefined ? {} : { cause }),
  });
}

async function systemResolve(hostname: string): Promise<readonly ResolvedAddress[]> {
  const answers = await systemLookup(hostname, { all: true, order: 'verbatim' });
  return answers.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}
