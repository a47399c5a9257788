import { createHmac } from 'node:crypto';
import type { Message } from '../../domain/notification.ts';
import { resolveCredential } from '../../platform/credentials.ts';
import type { Notifier } from '../../ports/notifier.ts';
import { refused } from './shared/failure.ts';
import { type NotifierOptions, postHook } from './shared/hook.ts';
import { line, paragraphs, safeLink } from './shared/text.ts';

/**
 * Any receiver of JSON, signed: `X-Suture-Signature: t=SECONDS,v1=HEX` with the HMAC-SHA256 of
 * `SECONDS.BODY` under the channel's secret. How to check it: docs/guide/notifications.md.
 */
export function webhookNotifier(options: NotifierOptions): Notifier {
  return {
    kind: 'webhook',
    async deliver(message, settings, signal) {
      if (settings.credential === undefined) {
        throw refused('The channel has no secret to sign with', 'Give it a credential.');
      }
      const secret = await resolveCredential(settings.credential, options);
      const body = JSON.stringify(webhookMessage(message));
      const headers = {
        'x-suture-delivery': message.id,
        'x-suture-signature': signature(secret, body, new Date()),
      };
      await postHook(settings.address, { body, headers, signal, secrets: [secret] }, options);
    },
  };
}

function webhookMessage({ id, title, items }: Message) {
  return {
    version: 1,
    id,
    title: line(title, 500),
    items: items.map((item) => ({
      kind: item.kind,
      title: line(item.title, 500),
      body: item.body.map((text) => paragraphs([text], 10_000)),
      link: safeLink(item.link),
    })),
  };
}

function signature(secret: string, body: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${mac}`;
}
