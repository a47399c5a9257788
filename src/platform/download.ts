import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import * as http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, SutureError } from '../domain/error.ts';

const MAX_REDIRECTS = 5;
const DEFAULT_MAX_BYTES = 2 * 1024 ** 3;
const DEFAULT_ATTEMPTS = 4;
const DEFAULT_BACKOFF_MS = 500;
const MAX_WAIT_MS = 30_000;
/** Longest silence that is waited through, before the first byte and between two. */
const STALL_MS = 60_000;

export interface DownloadOptions {
  /** Where the body goes; not touched unless the result is `fetched`. */
  readonly to: string;
  /** Validators of the copy at hand, as an earlier download returned them. */
  readonly etag?: string;
  readonly lastModified?: string;
  readonly maxBytes?: number;
  readonly attempts?: number;
  /** First wait between attempts; doubles each time, with jitter. */
  readonly backoffMs?: number;
  readonly progress?: (bytes: number, total: number | undefined) => void;
}

export type Download =
  | { readonly status: 'unchanged' }
  /** 404 or 410. */
  | { readonly status: 'missing' }
  | {
      readonly status: 'fetched';
      /** SHA-256 of the body, hexadecimal. */
      readonly sha256: string;
      readonly bytes: number;
      readonly etag?: string;
      readonly lastModified?: string;
    };

/** Worth another attempt: the connection, or a server that says "later". */
class Transient extends Error {
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}

/**
 * Fetches a URL into a file: conditional when validators are given, checked against the length and
 * the MD5 the server states, retried with back-off, through the proxy the environment names.
 * Redirects may only lead to https (a server asked by http may lead anywhere on itself).
 *
 * @throws SutureError `download-failed`, `download-too-large`, `download-redirect`; anything the
 *   file system throws while writing, as it is.
 */
export async function download(url: string, options: DownloadOptions): Promise<Download> {
  useProxyOfEnvironment();
  const attempts = options.attempts ?? DEFAULT_ATTEMPTS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptDownload(url, options);
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
      if (attempt >= attempts) throw failed(url, error.message, error);
      const backoff = (options.backoffMs ?? DEFAULT_BACKOFF_MS) * 2 ** (attempt - 1);
      const wait = error.retryAfterMs ?? backoff * (0.5 + Math.random());
      await sleep(Math.min(wait, MAX_WAIT_MS));
    }
  }
}

async function attemptDownload(url: string, options: DownloadOptions): Promise<Download> {
  const controller = new AbortController();
  const stalled = setTimeout(() => {
    controller.abort(new Transient(`nothing came for ${STALL_MS / 1000} seconds`));
  }, STALL_MS);
  try {
    const response = await follow(url, headersOf(options), controller.signal);
    if (response.status === 304) return { status: 'unchanged' };
    if (response.status === 404 || response.status === 410) return { status: 'missing' };
    if (!response.ok || response.body === null) throw refusal(url, response);
    const body = response.body as unknown as AsyncIterable<Uint8Array>;
    const { sha256, bytes } = await write(url, body, response.headers, options, () =>
      stalled.refresh(),
    );
    const etag = response.headers.get('etag');
    const lastModified = response.headers.get('last-modified');
    return {
      status: 'fetched',
      sha256,
      bytes,
      ...(etag === null ? {} : { etag }),
      ...(lastModified === null ? {} : { lastModified }),
    };
  } catch (error) {
    if (controller.signal.aborted) throw controller.signal.reason;
    throw error;
  } finally {
    clearTimeout(stalled);
    // Ends what is still under way when the body was not wanted.
    controller.abort();
  }
}

/** Follows redirects by hand, because each target has to be looked at. */
async function follow(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  let target = new URL(withoutCredentials(url));
  const authorised = { origin: target.origin, header: authorization(new URL(url)) };
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    let response: Response;
    try {
      response = await fetch(target, {
        // A password is for the server it was given for, not for where that one points to.
        headers:
          target.origin === authorised.origin ? { ...headers, ...authorised.header } : headers,
        signal,
        redirect: 'manual',
      });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw new Transient(reasonOf(error), { cause: error });
    }
    const location = response.headers.get('location');
    if (response.status < 300 || response.status === 304 || location === null) return response;
    if (response.status >= 400) return response;
    await response.body?.cancel();
    const next = new URL(location, target);
    const sameHttpServer = target.protocol === 'http:' && next.origin === target.origin;
    if (next.protocol !== 'https:' && !sameHttpServer) {
      throw new SutureError(
        'download-redirect',
        `${target.host} redirects to ${next.protocol}//${next.host}, which is not https`,
        { remedy: 'Check the address; a mirror must be reached over https.' },
      );
    }
    target = next;
  }
  throw new SutureError('download-redirect', `${withoutCredentials(url)} redirects in circles`, {
    remedy: 'Check the address.',
  });
}

async function write(
  url: string,
  body: AsyncIterable<Uint8Array>,
  headers: Headers,
  options: DownloadOptions,
  onChunk: () => void,
): Promise<{ sha256: string; bytes: number }> {
  const limit = options.maxBytes ?? DEFAULT_MAX_BYTES;
  const encoded = headers.get('content-encoding') !== null;
  const stated = headers.get('content-length');
  const total = encoded || stated === null ? undefined : Number(stated);
  if (total !== undefined && total > limit) throw tooLarge(url, limit);
  const temporary = `${options.to}.part`;
  const sha256 = createHash('sha256');
  const md5 = createHash('md5');
  let bytes = 0;
  const handle = await open(temporary, 'w');
  try {
    for await (const chunk of transientOnFailure(body)) {
      onChunk();
      bytes += chunk.length;
      if (bytes > limit) throw tooLarge(url, limit);
      sha256.update(chunk);
      md5.update(chunk);
      await handle.write(chunk);
      options.progress?.(bytes, total);
    }
    if (total !== undefined && bytes !== total) {
      throw new Transient(`${bytes} of ${total} bytes came`);
    }
    // Google's storage, which serves OSV's exports, states an MD5 of what it stores.
    const expected = /md5=([A-Za-z0-9+/=]+)/.exec(headers.get('x-goog-hash') ?? '')?.[1];
    if (expected !== undefined && !encoded && md5.digest('base64') !== expected) {
      throw new Transient('what came does not match the checksum the server states');
    }
    await handle.close();
    await rename(temporary, options.to);
    return { sha256: sha256.digest('hex'), bytes };
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}

async function* transientOnFailure(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw error instanceof Transient ? error : new Transient(reasonOf(error), { cause: error });
  }
}

function headersOf(options: DownloadOptions): Record<string, string> {
  return {
    'user-agent': 'suture',
    // A stored file is wanted as it is; a transfer encoding would hide its length.
    'accept-encoding': 'identity',
    ...(options.etag === undefined ? {} : { 'if-none-match': options.etag }),
    ...(options.lastModified === undefined ? {} : { 'if-modified-since': options.lastModified }),
  };
}

function refusal(url: string, response: Response): Error {
  const message = `the server answered ${response.status} ${response.statusText}`.trim();
  if (response.status !== 408 && response.status !== 429 && response.status < 500) {
    return failed(url, message);
  }
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new Transient(message, Number.isNaN(seconds) ? {} : { retryAfterMs: seconds * 1000 });
}

function failed(url: string, reason: string, cause?: unknown): SutureError {
  return new SutureError('download-failed', `${withoutCredentials(url)}: ${reason}`, {
    remedy:
      'Check the network and, behind a proxy, HTTPS_PROXY; without a network use `suture sync --from DIR`.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function tooLarge(url: string, limit: number): SutureError {
  return new SutureError(
    'download-too-large',
    `${withoutCredentials(url)} has more than ${limit} bytes`,
    { remedy: 'Check the address: no published feed is that large.' },
  );
}

/** fetch says only "fetch failed"; what it means is in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return (
    messageOf(cause ?? error) || (cause as NodeJS.ErrnoException | undefined)?.code || 'failed'
  );
}

/** fetch refuses addresses with a user and password; they belong into a header. */
function authorization(url: URL): Record<string, string> {
  if (url.username === '' && url.password === '') return {};
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** The address for messages and records. */
export function withoutCredentials(url: string): string {
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}

let proxied = false;

/**
 * Node's fetch ignores HTTPS_PROXY unless told otherwise, and can be told at run time since 24.14.
 * On older versions `NODE_USE_ENV_PROXY=1` does the same from outside (24.0 and later).
 */
function useProxyOfEnvironment(): void {
  if (proxied) return;
  proxied = true;
  const named = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];
  if (!named.some((name) => process.env[name])) return;
  const { setGlobalProxyFromEnv } = http as { setGlobalProxyFromEnv?: () => unknown };
  setGlobalProxyFromEnv?.();
}
