import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { createChannel } from '../../src/store/channels.ts';
import type { Store } from '../../src/store/database.ts';
import { notify } from '../../src/store/notifications.ts';
import { testStore } from '../support/database.ts';
import { type MailServer, mailServer } from '../support/mail-server.ts';

const COUNT = 60;

async function deliverer(url: string): Promise<ChildProcess> {
  const script = join(import.meta.dirname, '..', 'support', 'deliverer.ts');
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, DATABASE_URL: url, PUBLIC_URL: 'https://suture.example' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function prepare(store: Store, server: MailServer): Promise<void> {
  await createChannel(store, {
    name: 'mail',
    kind: 'email',
    address: `smtp://receiver.test:${server.port}?starttls=never`,
    sender: 'suture@corp.example',
    recipients: ['team@corp.example'],
  });
  for (let n = 0; n < COUNT; n += 1) {
    const draft = {
      kind: 'test',
      key: `n${n}`,
      recipients: [],
      title: `Number ${n}`,
      body: [],
      link: '/',
      urgency: 'now',
    } as const;
    await notify(store, draft, { now: new Date() });
  }
}

async function left(store: Store): Promise<number> {
  const { n } = await store
    .selectFrom('delivery')
    .select((row) => row.fn.countAll<string>().as('n'))
    .where('state', '<>', 'sent')
    .executeTakeFirstOrThrow();
  return Number(n);
}

it('none is lost over kills; one that went out twice has the same id', async () => {
  await using database = await testStore();
  const { store, url } = database;
  const server = await mailServer();
  await prepare(store, server);
  for (const after of [6, 20, 34]) {
    const child = await deliverer(url);
    while (server.mails.length < after) await sleep(2);
    await kill(child);
    // In place of waiting for the leases of the dead to run out.
    await store
      .updateTable('delivery')
      .set({ next_attempt_at: new Date().toISOString() })
      .where('state', '=', 'sending')
      .execute();
  }
  const last = await Promise.all([deliverer(url), deliverer(url)]);
  while ((await left(store)) > 0) await sleep(50);
  await Promise.all(last.map(kill));

  const ids = new Map<string, Set<string>>();
  for (const { headers } of server.mails) {
    const subject = headers.get('subject') ?? '';
    ids.set(subject, (ids.get(subject) ?? new Set()).add(headers.get('message-id') ?? ''));
  }
  expect(ids.size).toBe(COUNT);
  for (const [subject, own] of ids) expect([subject, own.size]).toEqual([subject, 1]);
  // At most what four deliverers of each killed process had under way.
  expect(server.mails.length).toBeLessThanOrEqual(COUNT + 3 * 4);
});

it('two processes at once deliver each once', async () => {
  await using database = await testStore();
  const { store, url } = database;
  const server = await mailServer();
  await prepare(store, server);
  const children = await Promise.all([deliverer(url), deliverer(url), deliverer(url)]);
  while ((await left(store)) > 0) await sleep(50);
  await Promise.all(children.map(kill));
  const subjects = server.mails.map(({ headers }) => headers.get('subject'));
  expect(subjects).toHaveLength(COUNT);
  expect(new Set(subjects).size).toBe(COUNT);
});
