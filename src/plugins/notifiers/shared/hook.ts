import { SutureError } from '../../../domain/error.ts';
import { type CredentialOptions, resolveCredential } from '../../../platform/credentials.ts';
import { guardedFetch, type OutboundOptions } from '../../../platform/outbound.ts';
import type { ChannelSettings } from '../../../ports/notifier.ts';
import { DeliveryDelayed, refused } from './failure.ts';
import { line } from './text.ts';

export interface NotifierOptions extends CredentialOptions {
  /** What may be reached beside the public Internet, and how; see `platform/outbound.ts`. */
  readonly outbound: OutboundOptions;
}

/** The hook's address: the credential where it is one, else what is set. Always a secret. */
export async function hookAddress(
  settings: ChannelSettings,
  options: NotifierOptions,
): Promise<string> {
  if (settings.credential === undefined) return settings.address;
  const address = await resolveCredential(settings.credential, options);
  if (URL.parse(address)?.protocol === 'https:' || URL.parse(address)?.protocol === 'http:') {
    return address;
  }
  throw refused(
    `What ${settings.credential} refers to is no address`,
    'For Slack and Teams the credential is the whole address of the hook.',
  );
}

/**
 * Posts once. Nothing that comes back with another address is followed: hooks do not move, and
 * what is posted is meant for one place.
 *
 * @param secrets what must not be in any error
 * @throws SutureError `notification-refused` for 3xx and 4xx; {@link DeliveryDelayed} for 408, 425,
 *   429 and 5xx, and for what went wrong on the way
 */
export async function postHook(
  address: string,
  request: {
    readonly body: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
    readonly secrets: readonly string[];
  },
  { outbound }: NotifierOptions,
): Promise<void> {
  const answer = await post(address, request, outbound);
  if (answer.ok) return;
  const host = URL.parse(address)?.host ?? '';
  const said = line(withoutSecrets(await answer.text(), [address, ...request.secrets]), 200);
  const message = `${host} answered ${answer.status}${said === '' ? '' : `: ${said}`}`;
  if (![408, 425, 429].includes(answer.status) && answer.status < 500) {
    throw refused(message, 'Check the address of the hook, and whether it was taken away.');
  }
  const retryAfterSeconds = retryAfter(answer.headers.get('retry-after'));
  throw new DeliveryDelayed(message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
}

async function post(
  address: string,
  request: { body: string; headers?: Readonly<Record<string, string>>; signal: AbortSignal },
  outbound: OutboundOptions,
): Promise<Response> {
  try {
    return await guardedFetch(
      address,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...request.headers },
        body: request.body,
        signal: request.signal,
      },
      { maxBytes: 64 * 1024, ...outbound, maxRedirects: 0 },
    );
  } catch (error) {
    if (!(error instanceof SutureError)) throw error;
    if (error.code === 'outbound-redirect') throw refused(error.message, error.remedy);
    // It was delivered, whatever else it said.
    if (error.code === 'outbound-too-large') return new Response(null);
    throw error;
  }
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets.flatMap(spellings)) clean = clean.replaceAll(secret, '***');
  return clean;
}

/** A hook's secret is its path; a server may repeat just that, or the words of it. */
function spellings(secret: string): readonly string[] {
  const url = URL.parse(secret);
  if (url === null) return [secret];
  const words = url.pathname.split('/').filter((word) => word.length >= 8);
  const query = [...url.searchParams.values()].filter((word) => word.length >= 8);
  return [secret, url.pathname, ...words, ...query].filter((word) => word.length > 1);
}

/** Seconds, or the moment of an HTTP date (RFC 9110 section 10.2.3). */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header)
    ? Number(header)
    : Math.ceil((Date.parse(header) - Date.now()) / 1000);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
