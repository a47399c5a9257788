import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/domain/notification.ts';
import type { ChannelSettings, Notifier } from '../../src/ports/notifier.ts';

/** What a receiver got, whatever the channel. */
export interface Received {
  /** How the receiver can tell a repetition. */
  readonly id: string;
  /** Addresses that can be pressed. */
  readonly links: readonly string[];
  /** All text that is shown. */
  readonly text: string;
}

/** A notifier with a receiver of its own, on this machine. */
export interface NotifierBench {
  readonly notifier: Notifier;
  readonly settings: ChannelSettings;
  /** What must not be in any error. */
  readonly secret: string;
  readonly received: () => readonly Received[];
  /** How the receiver answers from now on; `refuse` repeats the secret in what it says. */
  readonly answer: (how: 'accept' | 'fail' | 'refuse' | 'silence') => void;
  /** The receiver says to come again in seven seconds; absent where it has no such words. */
  readonly busy?: () => void;
}

const LINK = 'https://suture.example/changes/c1?tab=evidence&x=1';

export function message(more: Partial<Message> = {}): Message {
  return {
    id: '0198c0de-0000-7000-8000-000000000001',
    title: 'A change waits for you',
    items: [
      {
        kind: 'approval-needed',
        title: 'A change waits for you',
        body: ['express 4.17.1 → 4.19.2 in shop.', 'Confidence 0.93; closes 3 findings.'],
        link: LINK,
      },
    ],
    to: ['ann@example.com'],
    ...more,
  };
}

/** What advisories, packages and commit messages may bring along. */
const HOSTILE = [
  '<script>alert(1)</script><img src=x onerror=alert(2)>',
  '<!channel> <@U123> @everyone <https://evil.example|press here>',
  '[press here](https://evil.example) ![x](https://evil.example/p.png) **bold** `code`',
  '&lt;b&gt; "quoted" \'quoted\' {{DATE(2020-01-01)}} <at>Ann</at>',
  'a\r\nBcc: eve@evil.example\r\n\r\nX\n.\nMAIL FROM:<eve@evil.example>',
  'red \u001B[31malarm\u001B[0m \u0000 \u0007 \u202Egnp.exe \uD800 \u0085',
];

/** Control characters, those that turn text around, and halves of pairs. */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- these must not be there
  /[\u0000-\u0009\u000B\u000C\u000E-\u001F\u007F-\u009F\u202A-\u202E]|\p{Surrogate}/u;

/** What every notifier must do; `received` of the bench fails for what a receiver would obey. */
export function notifierContract(kind: string, bench: () => Promise<NotifierBench>): void {
  const signal = () => AbortSignal.timeout(20_000);
  const caught = async (work: Promise<void>) =>
    await work.then(() => undefined).catch((error: unknown) => error as Error);

  describe(`notifier: ${kind}`, () => {
    it('delivers once, with its id and its absolute link', async () => {
      const { notifier, settings, received } = await bench();
      expect(notifier.kind).toBe(settings.kind);
      await notifier.deliver(message(), settings, signal());
      const [got, ...more] = received();
      expect(more).toEqual([]);
      expect(got!.id).toContain(message().id);
      expect(got!.links).toEqual([LINK]);
      for (const text of ['A change waits for you', 'express 4.17.1 → 4.19.2', 'Confidence 0.93']) {
        expect(got!.text).toContain(text);
      }
    });

    it('delivers a digest with a link for each item', async () => {
      const { notifier, settings, received } = await bench();
      const [item] = message().items;
      const items = [1, 2, 3].map((n) => ({
        ...item!,
        title: `Item ${n}`,
        link: `https://suture.example/${n}`,
      }));
      await notifier.deliver(message({ title: 'Three things', items }), settings, signal());
      const [got] = received();
      expect(got!.links).toEqual(items.map(({ link }) => link));
      for (const text of ['Three things', 'Item 1', 'Item 2', 'Item 3']) {
        expect(got!.text).toContain(text);
      }
    });

    it('delivers a digest of hundreds; what it leaves out it counts', async () => {
      const { notifier, settings, received } = await bench();
      const [item] = message().items;
      const items = Array.from({ length: 200 }, (_, n) => ({
        ...item!,
        title: `Item ${n} ${'ü'.repeat(500)}`,
        body: ['x'.repeat(5_000)],
      }));
      await notifier.deliver(message({ items }), settings, signal());
      const [got] = received();
      const shown = got!.links.length;
      expect(shown).toBeGreaterThan(0);
      if (shown < 200) expect(got!.text).toContain(`and ${200 - shown} more`);
    });

    it.each(HOSTILE)('makes hostile text harmless: %j', async (text) => {
      const { notifier, settings, received } = await bench();
      const item = { kind: 'scan-failed', title: text, body: [text, text], link: LINK } as const;
      for (const items of [[item], [item, item]]) {
        await notifier.deliver(message({ title: text, items }), settings, signal());
        const got = received().at(-1)!;
        expect(new Set(got.links)).toEqual(new Set([LINK]));
        expect(got.text).not.toMatch(UNSAFE);
      }
    });

    it('says that trying again is of use when the receiver fails', async () => {
      const { notifier, settings, received, answer } = await bench();
      answer('fail');
      const error = await caught(notifier.deliver(message(), settings, signal()));
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toMatchObject({ code: 'notification-refused' });
      answer('accept');
      await notifier.deliver(message(), settings, signal());
      expect(received()).toHaveLength(1);
    });

    it('says when to try again, where the receiver does', async ({ skip }) => {
      const { notifier, settings, busy } = await bench();
      if (busy === undefined) skip('SMTP has no words for when to come again');
      busy!();
      const error = await caught(notifier.deliver(message(), settings, signal()));
      expect(error).toMatchObject({ retryAfterSeconds: 7 });
    });

    it('says that trying again is of no use when the receiver refuses; without the secret', async () => {
      const { notifier, settings, received, answer, secret } = await bench();
      answer('refuse');
      const error = await caught(notifier.deliver(message(), settings, signal()));
      expect(error).toMatchObject({ code: 'notification-refused' });
      const told = `${error!.message} ${(error as { remedy?: string }).remedy}`;
      expect(told).toMatch(/because I say so/);
      expect(told).not.toContain(secret);
      expect(received()).toEqual([]);
    });

    it('ends at once when it is told to', async () => {
      const { notifier, settings, received, answer } = await bench();
      answer('silence');
      const given = new AbortController();
      const work = caught(notifier.deliver(message(), settings, given.signal));
      setTimeout(() => given.abort(new Error('enough')), 150);
      expect(await work).toMatchObject({ message: 'enough' });
      expect(received()).toEqual([]);
      const before = caught(
        notifier.deliver(message(), settings, AbortSignal.abort(new Error('never'))),
      );
      expect(await before).toMatchObject({ message: 'never' });
    });

    it('reaches nothing that the operator did not allow', async () => {
      const { notifier, settings, received, secret } = await bench();
      for (const host of ['127.0.0.1', 'localhost', '169.254.169.254', '[::1]']) {
        const address = settings.address.replace('receiver.test', host);
        const { credential: _, ...bare } = settings;
        const elsewhere =
          kind === 'slack' || kind === 'teams' ? { ...bare, address } : { ...settings, address };
        const error = await caught(notifier.deliver(message(), elsewhere, signal()));
        expect(error).toMatchObject({ code: 'outbound-refused' });
        expect(error!.message).not.toContain(secret);
      }
      expect(received()).toEqual([]);
    });

    it('says so when its credential is missing', async () => {
      const { notifier, settings } = await bench();
      const error = await caught(
        notifier.deliver(message(), { ...settings, credential: 'env:NOT_SET_ANYWHERE' }, signal()),
      );
      expect(error).toMatchObject({ code: 'credential-missing' });
    });
  });
}
