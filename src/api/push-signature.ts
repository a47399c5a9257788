import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far the clock of whoever signs may be off, seconds (Standard Webhooks advises five minutes). */
const TOLERANCE_SECONDS = 300;

/** What a forge sends beside the body. */
export interface PushHeaders {
  readonly get: (name: string) => string | undefined;
}

/**
 * Whether a push hook was sent by somebody who knows the secret. Understands GitHub, Gitea and
 * Forgejo (HMAC-SHA256 of the body), GitLab's token, and Standard Webhooks (HMAC-SHA256 of id, time
 * and body), which GitLab can sign with as well. Compared in constant time.
 */
export function isSigned(
  body: Uint8Array,
  headers: PushHeaders,
  secret: string,
  now: Date,
): boolean {
  const hmac = createHmac('sha256', secret).update(body).digest();
  const github = headers.get('x-hub-signature-256');
  if (github !== undefined) return github.startsWith('sha256=') && isHex(github.slice(7), hmac);
  const gitea = headers.get('x-forgejo-signature') ?? headers.get('x-gitea-signature');
  if (gitea !== undefined) return isHex(gitea, hmac);
  if (headers.get('webhook-signature') !== undefined) {
    return isStandard(body, headers, secret, now);
  }
  const token = headers.get('x-gitlab-token');
  return token !== undefined && isSame(digest(token, secret), digest(secret, secret));
}

/** Both hashed, so that their lengths are alike and say nothing. */
const digest = (text: string, key: string) => createHmac('sha256', key).update(text).digest();

function isHex(given: string, expected: Buffer): boolean {
  return /^[0-9a-f]{64}$/i.test(given) && isSame(Buffer.from(given, 'hex'), expected);
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Standard Webhooks 1.0: `v1,<base64>` over `id.timestamp.body`; several where keys are rotated. */
function isStandard(body: Uint8Array, headers: PushHeaders, secret: string, now: Date): boolean {
  const id = headers.get('webhook-id') ?? '';
  const timestamp = headers.get('webhook-timestamp') ?? '';
  const seconds = Number(timestamp);
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now.getTime() / 1000 - seconds) > TOLERANCE_SECONDS) return false;
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  return (headers.get('webhook-signature') ?? '')
    .split(' ')
    .some(
      (part) => part.startsWith('v1,') && isSame(Buffer.from(part.slice(3), 'base64'), expected),
    );
}
