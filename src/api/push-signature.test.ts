import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { isSigned } from './push-signature.ts';

const secret = 'a secret that only the forge knows';
const body = Buffer.from('{"ref":"refs/heads/main"}');
const now = new Date('2026-11-22T04:00:00Z');
const at = (offset: number) => String(now.getTime() / 1000 + offset);
const hex = (key: string, text: Uint8Array = body) =>
  createHmac('sha256', key).update(text).digest('hex');
const standard = (key: string, timestamp = at(0)) => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': timestamp,
  'webhook-signature': `v1,${createHmac('sha256', key).update(`msg_1.${timestamp}.`).update(body).digest('base64')}`,
});

it.each<[string, Record<string, string>, boolean]>([
  ['GitHub', { 'x-hub-signature-256': `sha256=${hex(secret)}` }, true],
  ['GitHub, another secret', { 'x-hub-signature-256': `sha256=${hex('x')}` }, false],
  [
    'GitHub, another body',
    { 'x-hub-signature-256': `sha256=${hex(secret, Buffer.from('{}'))}` },
    false,
  ],
  ['GitHub, cut off', { 'x-hub-signature-256': `sha256=${hex(secret).slice(0, 32)}` }, false],
  ['GitHub, empty', { 'x-hub-signature-256': 'sha256=' }, false],
  ['GitHub, SHA-1 only', { 'x-hub-signature': `sha1=${hex(secret).slice(0, 40)}` }, false],
  ['Gitea', { 'x-gitea-signature': hex(secret) }, true],
  ['Gitea, another secret', { 'x-gitea-signature': hex('x') }, false],
  ['Forgejo', { 'x-forgejo-signature': hex(secret) }, true],
  ['GitLab', { 'x-gitlab-token': secret }, true],
  ['GitLab, another token', { 'x-gitlab-token': `${secret}!` }, false],
  ['GitLab, empty token', { 'x-gitlab-token': '' }, false],
  ['Standard Webhooks', standard(secret), true],
  [
    'Standard Webhooks, rotated',
    {
      ...standard(secret),
      'webhook-signature': `v1,AAAA ${standard(secret)['webhook-signature']}`,
    },
    true,
  ],
  ['Standard Webhooks, another secret', standard('x'), false],
  ['Standard Webhooks, ten minutes ago', standard(secret, at(-600)), false],
  ['Standard Webhooks, ten minutes on', standard(secret, at(600)), false],
  ['Standard Webhooks, no time', standard(secret, ''), false],
  [
    'a wrong signature beside a right token',
    { 'x-hub-signature-256': 'sha256=00', 'x-gitlab-token': secret },
    false,
  ],
  ['nothing', {}, false],
])('%s: %j is signed: %s', (_, headers, signed) => {
  expect(isSigned(body, { get: (name) => headers[name] }, secret, now)).toBe(signed);
});

it('takes a secret that is written as Standard Webhooks writes keys', () => {
  const key = Buffer.from('0123456789abcdef0123456789abcdef');
  const signature = createHmac('sha256', key)
    .update(`msg_1.${at(0)}.`)
    .update(body)
    .digest('base64');
  const headers: Record<string, string> = {
    ...standard('x'),
    'webhook-signature': `v1,${signature}`,
  };
  const given = `whsec_${key.toString('base64')}`;
  expect(isSigned(body, { get: (name) => headers[name] }, given, now)).toBe(true);
});
