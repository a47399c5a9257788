import { Agent, buildConnector, request } from 'undici';
import { messageOf, SutureError } from '../domain/error.ts';
import {
  allowedAddresses,
  type OutboundAllowance,
  pinnedLookup,
  type Resolve,
  type ResolvedAddress,
} from './outbound-address.ts';

export interface OutboundOptions {
  /** What the operator allows beside the public Internet. */
  readonly allow: OutboundAllowance;
  /** For the whole exchange, redirects included. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  /** 0 for what must not be sent anywhere else. */
  readonly maxRedirects?: number;
  /** Instead of the system's name service. */
  readonly resolve?: Resolve;
}

export interface OutboundInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 15_000;
const MAX_BYTES = 1024 * 1024;
const MAX_REDIRECTS = 3;
/** Not for whom a redirect leads to. */
const CREDENTIAL_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization']);

/**
 * `fetch` for addresses that users configure. Resolves the name itself, refuses what is not public
 * unless `allow` names it, and connects to just the addresses that it checked, so that a second
 * answer of the name service changes nothing. Redirects are checked the same way, at most
 * `maxRedirects`, never to another scheme. The body is read whole, at most `maxBytes`.
 *
 * Proxies of the environment are not used: a proxy would resolve the name again, and what was
 * checked would not be what is reached.
 *
 * @throws SutureError `outbound-refused`, `outbound-unresolved`, `outbound-redirect`,
 *   `outbound-too-large`, `outbound-failed` (also for time-outs); whatever `signal` was aborted with
 */
export async function guardedFetch(
  url: string | URL,
  init: OutboundInit,
  options: OutboundOptions,
): Promise<Response> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  const signal = init.signal === undefined ? timeout : AbortSignal.any([init.signal, timeout]);
  let target = checkedUrl(url);
  let sent: OutboundInit = init;
  const hops = options.maxRedirects ?? MAX_REDIRECTS;
  for (let hop = 0; ; hop += 1) {
    const answer = await exchange(target, sent, options, signal).catch((error: unknown) => {
      init.signal?.throwIfAborted();
      throw failure(target, error, timeout.aborted);
    });
    const location = redirectOf(answer);
    if (location === undefined) return answer;
    if (hop >= hops) throw redirectRefused(target, 'redirects too often');
    const next = checkedUrl(URL.parse(location, target.href) ?? '');
    if (next.protocol !== target.protocol) {
      throw redirectRefused(target, `redirects to ${next.protocol}//${next.host}`);
    }
    sent = redirected(sent, answer.status, next.origin === target.origin);
    target = next;
  }
}

/** One request and its whole answer, over connections to addresses that were checked. */
async function exchange(
  url: URL,
  init: OutboundInit,
  options: OutboundOptions,
  signal: AbortSignal,
): Promise<Response> {
  const addresses = await abortable(
    allowedAddresses(url.hostname, options.allow, options.resolve),
    signal,
  );
  const agent = new Agent({ connect: connectorTo(addresses), pipelining: 0 });
  try {
    const answer = await request(url, {
      dispatcher: agent,
      method: init.method ?? 'GET',
      headers: { 'user-agent': 'suture', 'accept-encoding': 'identity', ...init.headers },
      body: init.body ?? null,
      signal,
    });
    const limit = options.maxBytes ?? MAX_BYTES;
    const body = await readAtMost(answer.body, limit, url);
    const empty = [204, 205, 304].includes(answer.statusCode);
    return new Response(empty ? null : body, {
      status: answer.statusCode,
      headers: headersOf(answer.headers),
    });
  } finally {
    // Not close(): it would wait for what was not read.
    await agent.destroy();
  }
}

/** Connects to one of `addresses`, whatever the name says now. */
function connectorTo(addresses: readonly ResolvedAddress[]): buildConnector.connector {
  const connect = buildConnector({
    lookup: pinnedLookup(addresses),
    autoSelectFamily: true,
    timeout: 10_000,
  });
  const known = new Set(addresses.map(({ address }) => address));
  return (target, callback) => {
    connect(target, (...result) => {
      const [error, socket] = result;
      if (error !== null) {
        callback(error, null);
      } else if (socket.remoteAddress !== undefined && !reached(known, socket.remoteAddress)) {
        socket.destroy();
        callback(new Error('the connection leads to another address'), null);
      } else {
        callback(null, socket);
      }
    });
  };
}

/** A socket may name an IPv4 address in its IPv6 form. */
function reached(known: ReadonlySet<string>, address: string): boolean {
  return known.has(address) || known.has(address.replace(/^::ffff:/, ''));
}

async function readAtMost(
  body: AsyncIterable<Uint8Array>,
  limit: number,
  url: URL,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > limit) {
      throw new SutureError('outbound-too-large', `${url.host} answered more than ${limit} bytes`, {
        remedy: 'Check the address: such an answer is not expected from it.',
      });
    }
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function headersOf(raw: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  return headers;
}

function redirectOf(answer: Response): string | undefined {
  if (![301, 302, 303, 307, 308].includes(answer.status)) return undefined;
  return answer.headers.get('location') ?? undefined;
}

/** What is sent on, as fetch does it (WHATWG Fetch, HTTP-redirect fetch). */
function redirected(init: OutboundInit, status: number, sameOrigin: boolean): OutboundInit {
  const method = init.method ?? 'GET';
  const becomesGet =
    (status === 303 && method !== 'GET' && method !== 'HEAD') ||
    ((status === 301 || status === 302) && method === 'POST');
  const kept = Object.entries(init.headers ?? {}).filter(([name]) => {
    const lower = name.toLowerCase();
    if (becomesGet && lower.startsWith('content-')) return false;
    return sameOrigin || !CREDENTIAL_HEADERS.has(lower);
  });
  return {
    method: becomesGet ? 'GET' : method,
    headers: Object.fromEntries(kept),
    ...(becomesGet || init.body === undefined ? {} : { body: init.body }),
    ...(init.signal === undefined ? {} : { signal: init.signal }),
  };
}

function checkedUrl(url: string | URL): URL {
  const parsed = URL.parse(String(url));
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) {
    throw new SutureError('outbound-refused', 'The address is no http or https address', {
      remedy: 'Give an address that begins with https://.',
    });
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new SutureError('outbound-refused', `The address of ${parsed.host} holds a password`, {
      remedy: 'Give the secret as a credential: env:NAME or file:PATH.',
    });
  }
  return parsed;
}

function redirectRefused(url: URL, what: string): SutureError {
  return new SutureError('outbound-redirect', `${url.host} ${what}`, {
    remedy: 'Give the address that it leads to in the end.',
  });
}

/** Names the host only: paths of hooks are secrets. */
function failure(url: URL, error: unknown, timedOut: boolean): unknown {
  if (error instanceof SutureError) return error;
  const reason = timedOut
    ? 'it did not answer in time'
    : messageOf(error).replaceAll(url.href, url.host);
  return new SutureError('outbound-failed', `${url.host}: ${reason}`, {
    remedy: 'Check that it is reachable from this machine.',
    cause: error,
  });
}

/** A name service that does not answer must not outlast the signal. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
