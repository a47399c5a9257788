import { createHmac, timingSafeEqual } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Resolve } from '../../src/platform/outbound-address.ts';
import { notifiers } from '../../src/plugins/notifiers/index.ts';
import type { Notifier } from '../../src/ports/notifier.ts';
import { type HookServer, hookServer } from '../support/hook-server.ts';
import { mailServer } from '../support/mail-server.ts';
import {
  message,
  type NotifierBench,
  notifierContract,
  type Received,
} from './notifier.contract.ts';

const SECRET = 'hunter2hunter2hunter2';
const PATH = `/services/T000/B000/${SECRET}`;

const resolve: Resolve = async (host) => {
  if (host === 'receiver.test') return [{ address: '127.0.0.1', family: 4 }];
  return [{ address: host === 'localhost' ? '127.0.0.1' : host, family: 4 }];
};

function notifier(kind: Notifier['kind'], environment: NodeJS.ProcessEnv): Notifier {
  const all = notifiers({
    environment: { SUTURE_CREDENTIALS: 'env:*', ...environment },
    outbound: { allow: ['receiver.test'], resolve },
  });
  return all.find((one) => one.kind === kind)!;
}

/** The bench of a channel that posts to a hook. */
async function hookBench(
  kind: 'slack' | 'teams' | 'webhook',
  read: (post: HookServer['posts'][number]) => Received,
): Promise<NotifierBench & { server: HookServer }> {
  const server = await hookServer();
  const address = `http://receiver.test:${server.port}${PATH}`;
  const byAddress = kind === 'webhook';
  return {
    server,
    notifier: notifier(kind, { HOOK: byAddress ? SECRET : address }),
    settings: { kind, address, credential: 'env:HOOK' },
    secret: SECRET,
    received: () => server.posts.map(read),
    answer(how) {
      const body = `because I say so: ${PATH} and ${SECRET}`;
      server.answer = {
        accept: { status: kind === 'teams' ? 202 : 200 },
        fail: { status: 503, body },
        refuse: { status: 404, body },
        silence: 'silence' as const,
      }[how];
    },
    busy() {
      server.answer = { status: 429, headers: { 'retry-after': '7' } };
    },
  };
}

type Json = { readonly [name: string]: Json } & {
  readonly [Symbol.iterator]: () => Iterator<Json>;
};

/** All values of a member called `name`, anywhere. */
function all(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : name in value ? [(value as Json)[name]] : [];
  return [...own, ...Object.values(value).flatMap((member) => all(member, name))];
}

const idOf = (post: HookServer['posts'][number]) => String(post.headers['x-suture-delivery']);

function readSlack(post: HookServer['posts'][number]): Received {
  const body = JSON.parse(post.body) as {
    text: string;
    blocks: { type: string; text: { type: string; text: string } }[];
  };
  expect(body.blocks.length).toBeLessThanOrEqual(50);
  const links: string[] = [];
  let text = '';
  for (const { type, text: content } of body.blocks) {
    expect(content.text.length).toBeGreaterThan(0);
    expect(content.text.length).toBeLessThanOrEqual(type === 'header' ? 150 : 3_000);
    if (content.type === 'plain_text') text += `${content.text}\n`;
    else links.push(/^<([^|>]*)\|Open in Suture>$/.exec(content.text)![1]!);
  }
  // Outside of blocks Slack reads formats and mentions.
  expect(body.text).not.toMatch(/<|>/);
  return { id: idOf(post), links, text };
}

notifierContract('slack', async () => await hookBench('slack', readSlack));

function readTeams(post: HookServer['posts'][number]): Received {
  expect(Buffer.byteLength(post.body)).toBeLessThan(28_000);
  const { attachments } = JSON.parse(post.body) as {
    attachments: { contentType: string; content: { version: string; body: unknown } }[];
  };
  expect(attachments[0]).toMatchObject({
    contentType: 'application/vnd.microsoft.card.adaptive',
    content: { type: 'AdaptiveCard', version: '1.4' },
  });
  const { body } = attachments[0]!.content;
  // Markdown is read in TextBlocks, and not in TextRuns.
  expect(all(body, 'type')).not.toContain('TextBlock');
  return {
    id: idOf(post),
    links: all(body, 'url').map(String),
    text: all(body, 'text').map(String).join('\n'),
  };
}

notifierContract('teams', async () => await hookBench('teams', readTeams));

function readWebhook(post: HookServer['posts'][number]): Received {
  const body = JSON.parse(post.body) as {
    id: string;
    title: string;
    items: { title: string; body: string[]; link: string }[];
  };
  expect(body.id).toBe(idOf(post));
  return {
    id: body.id,
    links: body.items.map(({ link }) => link),
    text: [body.title, ...body.items.flatMap(({ title, body }) => [title, ...body])].join('\n'),
  };
}

notifierContract('webhook', async () => await hookBench('webhook', readWebhook));

it('a webhook is signed the way its guide says', async () => {
  const bench = await hookBench('webhook', readWebhook);
  await bench.notifier.deliver(message(), bench.settings, AbortSignal.timeout(5_000));
  const { headers, body } = bench.server.posts[0]!;
  const [, time = '', given = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(
    String(headers['x-suture-signature']),
  )!;
  const expected = createHmac('sha256', SECRET).update(`${time}.${body}`).digest();
  expect(timingSafeEqual(Buffer.from(given, 'hex'), expected)).toBe(true);
  expect(Math.abs(Date.now() / 1000 - Number(time))).toBeLessThan(300);
});

async function mailBench(): Promise<NotifierBench> {
  const server = await mailServer({ password: SECRET });
  return {
    notifier: notifier('email', { SMTP_PASSWORD: SECRET }),
    settings: {
      kind: 'email',
      address: `smtp://suture@receiver.test:${server.port}?starttls=never`,
      credential: 'env:SMTP_PASSWORD',
      from: 'suture@corp.example',
    },
    secret: SECRET,
    received: () =>
      server.mails.map(({ headers, parts, to }) => {
        const html = parts.get('text/html')!;
        expect(to).toEqual(['ann@example.com']);
        expect([...headers.keys()]).not.toContain('bcc');
        expect(headers.get('message-id')).toBe(
          `<${headers.get('x-suture-delivery')}@corp.example>`,
        );
        return {
          id: headers.get('x-suture-delivery')!,
          links: [...html.matchAll(/href="([^"]*)"/g)].map(([, link]) =>
            link!.replaceAll('&amp;', '&'),
          ),
          text: parts.get('text/plain')!,
        };
      }),
    answer(how) {
      const message = `because I say so ${SECRET} ${Buffer.from(SECRET).toString('base64')}`;
      server.answer = {
        accept: 'accept' as const,
        fail: { code: 451, message },
        refuse: { code: 550, message },
        silence: 'silence' as const,
      }[how];
    },
  };
}

notifierContract('email', mailBench);

it('no text becomes a tag of an HTML mail', async () => {
  const server = await mailServer();
  const title = '<script>alert(1)</script> <a href="https://evil.example">x</a> \' onclick="x"';
  const item = {
    kind: 'test',
    title,
    body: [title],
    link: 'https://suture.example/"><script>',
  } as const;
  const settings = {
    kind: 'email',
    address: `smtp://receiver.test:${server.port}?starttls=never`,
    from: 'suture@corp.example',
  } as const;
  await notifier('email', {}).deliver(
    message({ title, items: [item, item] }),
    settings,
    AbortSignal.timeout(5_000),
  );
  const html = server.mails[0]!.parts.get('text/html')!;
  const tags = new Set([...html.matchAll(/<\/?([a-z!0-9]+)/g)].map(([, tag]) => tag));
  expect([...tags].sort((a, b) => a!.localeCompare(b!))).toEqual([
    '!doctype',
    'a',
    'body',
    'h1',
    'h2',
    'head',
    'html',
    'meta',
    'p',
  ]);
  expect(html).not.toMatch(/ on\w+="/);
  expect(html.match(/<a /g)).toHaveLength(2);
});

it.each([
  ['STARTTLS that is not offered', 'smtp://receiver.test:PORT'],
  ['a certificate of nobody known', 'smtps://receiver.test:PORT'],
])('a mail is not sent without %s', async (_, address) => {
  const server = await mailServer({ secure: address.startsWith('smtps') });
  const settings = {
    kind: 'email',
    address: address.replace('PORT', String(server.port)),
    from: 'suture@corp.example',
  } as const;
  const work = notifier('email', {}).deliver(message(), settings, AbortSignal.timeout(5_000));
  await expect(work).rejects.toThrow(/^receiver\.test: .*(TLS|certificate)/i);
  expect(server.mails).toEqual([]);
});

it.each([
  'ann@example.com\r\nBcc: eve@evil.example',
  'ann@example.com, eve@evil.example',
  'Ann <ann@example.com>',
  '',
])('a mail is not sent to %j', async (to) => {
  const { notifier, settings, received } = await mailBench();
  const work = notifier.deliver(message({ to: [to] }), settings, AbortSignal.timeout(5_000));
  await expect(work).rejects.toMatchObject({ code: 'notification-refused' });
  expect(received()).toEqual([]);
});

it('a wrong password is refused for good, and not repeated', async () => {
  const server = await mailServer({ password: 'another' });
  const settings = {
    kind: 'email',
    address: `smtp://suture@receiver.test:${server.port}?starttls=never`,
    credential: 'env:SMTP_PASSWORD',
    from: 'suture@corp.example',
  } as const;
  const mail = notifier('email', { SMTP_PASSWORD: SECRET });
  const work = mail.deliver(message(), settings, AbortSignal.timeout(5_000));
  const error = await work.catch((thrown: unknown) => thrown as Error);
  expect(error).toMatchObject({ code: 'notification-refused' });
  expect((error as Error).message).toMatch(/535/);
  expect((error as Error).message).not.toContain(SECRET);
});

it('the list of notifiers is the folder', () => {
  const folder = join(import.meta.dirname, '..', '..', 'src', 'plugins', 'notifiers');
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'index.ts');
  const kinds = notifiers({ outbound: { allow: [] } }).map(({ kind }) => `${kind}.ts`);
  expect(kinds).toEqual(files.sort((a, b) => a.localeCompare(b)));
});
