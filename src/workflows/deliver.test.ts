import { describe, expect, it } from 'vitest';
import { testStore } from '../../test/support/database.ts';
import { SutureError } from '../domain/error.ts';
import type { Message, NotificationDraft } from '../domain/notification.ts';
import type { Notifier } from '../ports/notifier.ts';
import {
  type ChannelInput,
  createChannel,
  listChannels,
  updateChannel,
} from '../store/channels.ts';
import type { Store } from '../store/database.ts';
import { nextDeliveryAt, trimNotifications } from '../store/deliveries.ts';
import { listNotifications, notify } from '../store/notifications.ts';
import { type DeliverOptions, deliverDue } from './deliver.ts';

const start = Date.parse('2026-11-02T08:20:00.000Z');
const at = (minutes: number) => new Date(start + minutes * 60_000);

function draft(key: string, more: Partial<NotificationDraft> = {}): NotificationDraft {
  return {
    kind: 'approval-needed',
    key,
    recipients: [],
    title: `title ${key}`,
    body: [`body ${key}`],
    link: `/changes/${key}`,
    urgency: 'now',
    ...more,
  };
}

const hook: ChannelInput = {
  name: 'hook',
  kind: 'webhook',
  address: 'https://hook.example/x',
  credential: 'env:HOOK',
};
const mail: ChannelInput = {
  name: 'mail',
  kind: 'email',
  address: 'smtp://mail.example',
  sender: 'suture@corp.example',
  recipients: ['team@corp.example'],
};

/** A channel that keeps what it was given, and fails as it is told to. */
function receiver(fail: (message: Message) => unknown = () => undefined) {
  const got: Message[] = [];
  const deliver = async (message: Message) => {
    const error = fail(message);
    if (error !== undefined) throw error;
    got.push(message);
  };
  const notifiers: Notifier[] = [
    { kind: 'webhook', deliver },
    { kind: 'email', deliver },
  ];
  const options = (minutes: number): DeliverOptions => ({
    notifiers,
    now: () => at(minutes),
    publicUrl: 'https://suture.example',
    random: () => 0.5,
  });
  return { got, options };
}

async function tell(store: Store, minutes: number, ...drafts: NotificationDraft[]): Promise<void> {
  for (const one of drafts) await notify(store, one, { now: at(minutes) });
}

async function people(store: Store): Promise<Record<'ann' | 'bob' | 'cid' | 'dee', string>> {
  const rows = await store
    .insertInto('user_account')
    .values([
      { issuer: 'local', subject: 'ann', name: 'Ann', email: 'ann@corp.example' },
      { issuer: 'local', subject: 'bob', name: 'Bob', email: 'bob@corp.example' },
      { issuer: 'local', subject: 'cid', name: 'Cid' },
      {
        issuer: 'local',
        subject: 'dee',
        name: 'Dee',
        email: 'dee@corp.example',
        disabled_at: at(0),
      },
    ])
    .returning(['id', 'subject'])
    .execute();
  return Object.fromEntries(rows.map(({ id, subject }) => [subject, id])) as never;
}

describe('telling', () => {
  it('is once for a key, and not at all when the caller gives up', async () => {
    await using database = await testStore();
    const { store } = database;
    const { got, options } = receiver();
    await createChannel(store, hook);
    const given = store.transaction().execute(async (transaction) => {
      await notify(transaction, draft('lost'), { now: at(0) });
      throw new Error('rolled back');
    });
    await expect(given).rejects.toThrow('rolled back');
    const raced = await Promise.all([1, 2, 3].map(() => notify(store, draft('a'), { now: at(0) })));
    expect(raced.filter(Boolean)).toHaveLength(1);
    expect(await deliverDue(store, options(0))).toEqual({ sent: 1, delayed: 0, refused: 0 });
    expect(await notify(store, draft('a'), { now: at(1) })).toBe(false);
    expect(await deliverDue(store, options(1))).toEqual({ sent: 0, delayed: 0, refused: 0 });
    expect(got).toMatchObject([
      {
        title: 'title a',
        items: [{ body: ['body a'], link: 'https://suture.example/changes/a' }],
        to: [],
      },
    ]);
  });

  it('reaches enabled channels that serve the kind', async () => {
    await using database = await testStore();
    const { store } = database;
    const { got, options } = receiver();
    await createChannel(store, { ...hook, name: 'all' });
    await createChannel(store, { ...hook, name: 'scans', kinds: ['scan-failed'] });
    await createChannel(store, { ...hook, name: 'off', enabled: false });
    await tell(store, 0, draft('a'), draft('b', { kind: 'scan-failed' }));
    await deliverDue(store, options(0));
    expect(got).toHaveLength(3);
    const listed = await listNotifications(store, { limit: 5 });
    expect(
      listed.map(({ deliveries }) => deliveries.map(({ channel, state }) => [channel, state])),
    ).toEqual([
      [
        ['all', 'sent'],
        ['scans', 'sent'],
      ],
      [['all', 'sent']],
    ]);
  });

  it('writes to people who have an address; to the channel’s own where it is for nobody', async () => {
    await using database = await testStore();
    const { store } = database;
    const { got, options } = receiver();
    await createChannel(store, mail);
    const { ann, bob, cid, dee } = await people(store);
    await tell(store, 0, draft('a', { recipients: [ann, bob, cid, dee] }), draft('b'));
    await deliverDue(store, options(0));
    expect(
      got.map(({ title, to }) => `${title}: ${to.join()}`).sort((a, b) => a.localeCompare(b)),
    ).toEqual([
      'title a: ann@corp.example',
      'title a: bob@corp.example',
      'title b: team@corp.example',
    ]);
  });

  it.each([
    ['//evil.example/x', 'https://suture.example/evil.example/x'],
    ['https://evil.example/x', 'https://suture.example/https://evil.example/x'],
    ['/\\evil.example', 'https://suture.example/evil.example'],
    ['changes/1?a=b#c', 'https://suture.example/changes/1?a=b#c'],
  ])('never links to elsewhere: %s', async (link, absolute) => {
    await using database = await testStore();
    const { got, options } = receiver();
    await createChannel(database.store, hook);
    await tell(database.store, 0, draft('a', { link }));
    await deliverDue(database.store, options(0));
    expect(got[0]!.items[0]!.link).toBe(absolute);
  });
});

describe('digests', () => {
  const later = (key: string) => draft(key, { urgency: 'digest' });

  it('hold what is not urgent together, at most one in a stretch', async () => {
    await using database = await testStore();
    const { store } = database;
    const { got, options } = receiver();
    await createChannel(store, { ...hook, digestMinutes: 60 });
    await tell(store, 0, later('a'), draft('urgent'));
    await tell(store, 30, later('b'));
    await deliverDue(store, options(30));
    expect(got.map(({ title }) => title)).toEqual(['title urgent']);
    expect(await nextDeliveryAt(store)).toBe('2026-11-02T09:00:00.000Z');
    await tell(store, 41, later('c'));
    // Nobody delivered on time: late, and only what was due.
    await deliverDue(store, options(70));
    expect(got.at(-1)).toMatchObject({ items: [{ title: 'title a' }, { title: 'title b' }] });
    await deliverDue(store, options(100));
    await deliverDue(store, options(129));
    expect(got).toHaveLength(2);
    await deliverDue(store, options(130));
    expect(got.at(-1)).toMatchObject({ title: 'title c', items: [{ title: 'title c' }] });
  });

  it('are each person’s own', async () => {
    await using database = await testStore();
    const { store } = database;
    const { got, options } = receiver();
    await createChannel(store, mail);
    const { ann, bob } = await people(store);
    await tell(
      store,
      0,
      draft('a', { urgency: 'digest', recipients: [ann, bob] }),
      draft('b', { urgency: 'digest', recipients: [bob] }),
    );
    await deliverDue(store, options(60));
    const counts = got.map(({ to, items }) => `${to.join()} ${items.length}`);
    expect(counts.sort((a, b) => a.localeCompare(b))).toEqual([
      'ann@corp.example 1',
      'bob@corp.example 2',
    ]);
  });

  it('keep their id and what is in them over retries, and hold the next one back', async () => {
    await using database = await testStore();
    const { store } = database;
    const tried: Message[] = [];
    let down = true;
    const { got, options } = receiver((message) => {
      tried.push(message);
      return down ? new Error('down') : undefined;
    });
    await createChannel(store, { ...hook, digestMinutes: 10 });
    await tell(store, 0, later('a'), later('b'));
    await deliverDue(store, options(10));
    await tell(store, 11, later('c'));
    await deliverDue(store, options(12));
    await deliverDue(store, options(30));
    expect(tried).toHaveLength(3);
    expect(new Set(tried.map(({ id }) => id)).size).toBe(1);
    expect(tried.map(({ items }) => items.length)).toEqual([2, 2, 2]);
    down = false;
    await deliverDue(store, options(60));
    await deliverDue(store, options(71));
    expect(got.map(({ items }) => items.length)).toEqual([2, 1]);
  });
});

describe('failures', () => {
  it('back off, ever longer, and are shown', async () => {
    await using database = await testStore();
    const { store } = database;
    const { got, options } = receiver(() => new Error('connect refused\u001B[31m'));
    await createChannel(store, hook);
    await tell(store, 0, draft('a'));
    const waits: number[] = [];
    let minutes = 0;
    for (let attempt = 1; attempt <= 22; attempt += 1) {
      const counts = await deliverDue(store, options(minutes));
      expect(counts).toEqual(
        attempt < 22 ? { sent: 0, delayed: 1, refused: 0 } : { sent: 0, delayed: 0, refused: 1 },
      );
      const next = await nextDeliveryAt(store);
      if (next === undefined) break;
      waits.push((Date.parse(next) - at(minutes).getTime()) / 60_000);
      minutes += waits.at(-1)!;
    }
    expect(waits.slice(0, 11)).toEqual([0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 360]);
    expect(minutes / 60 / 24).toBeGreaterThan(3);
    const [notification] = await listNotifications(store, { limit: 1 });
    expect(notification!.deliveries).toEqual([
      {
        channel: 'hook',
        recipient: '',
        state: 'refused',
        attempts: 22,
        sentAt: null,
        error: 'Given up after 22 attempts. connect refused',
      },
    ]);
    expect(got).toEqual([]);
  });

  it('wait as long as the receiver asks', async () => {
    await using database = await testStore();
    const { store } = database;
    const { options } = receiver(() =>
      Object.assign(new Error('busy'), { retryAfterSeconds: 600 }),
    );
    await createChannel(store, hook);
    await tell(store, 0, draft('a'));
    await deliverDue(store, options(0));
    expect(await nextDeliveryAt(store)).toBe(at(10).toISOString());
  });

  it('for good are not tried again; the others go on', async () => {
    await using database = await testStore();
    const { store } = database;
    const { got, options } = receiver(({ title }) =>
      title === 'title bad'
        ? new SutureError('notification-refused', 'no such channel', { remedy: 'Check it.' })
        : undefined,
    );
    const channel = await createChannel(store, hook);
    await tell(store, 0, draft('bad'), draft('good'));
    expect(await deliverDue(store, options(0))).toEqual({ sent: 1, delayed: 0, refused: 1 });
    expect(await deliverDue(store, options(9_999))).toEqual({ sent: 0, delayed: 0, refused: 0 });
    expect(got.map(({ title }) => title)).toEqual(['title good']);
    expect(await listChannels(store, { limit: 5 })).toMatchObject([
      { id: channel.id, pending: 0, lastError: 'no such channel. Check it.' },
    ]);
  });

  it('of a channel that is switched off wait until it is on again', async () => {
    await using database = await testStore();
    const { store } = database;
    const { got, options } = receiver();
    const { id } = await createChannel(store, hook);
    await tell(store, 0, draft('a'));
    await updateChannel(store, id, { ...hook, enabled: false });
    await deliverDue(store, options(1));
    expect(got).toEqual([]);
    await updateChannel(store, id, hook);
    await deliverDue(store, options(2));
    expect(got).toHaveLength(1);
  });

  it('when the process is told to end leave the message to the next, under the same id', async () => {
    await using database = await testStore();
    const { store } = database;
    const given = new AbortController();
    const ids: string[] = [];
    const { got, options } = receiver((message) => {
      ids.push(message.id);
      if (ids.length > 1) return undefined;
      given.abort();
      return new Error('ended');
    });
    await createChannel(store, hook);
    await tell(store, 0, draft('a'));
    await deliverDue(store, { ...options(0), signal: given.signal });
    await deliverDue(store, options(1));
    expect(got).toEqual([]);
    await deliverDue(store, options(2));
    expect(got).toHaveLength(1);
    expect(new Set(ids).size).toBe(1);
  });
});

it('two deliverers at once deliver each message once', async () => {
  await using database = await testStore();
  const { store } = database;
  const { got, options } = receiver();
  await createChannel(store, hook);
  await createChannel(store, { ...hook, name: 'second' });
  for (let n = 0; n < 30; n += 1) {
    await tell(store, 0, draft(`u${n}`), draft(`d${n}`, { urgency: 'digest' }));
  }
  await Promise.all([1, 2, 3].map(() => deliverDue(store, options(60))));
  const urgent = got.filter(({ items }) => items.length === 1).map(({ title }) => title);
  expect(urgent).toHaveLength(60);
  expect(new Set(urgent).size).toBe(30);
  expect(got.filter(({ items }) => items.length === 30)).toHaveLength(2);
});

it('what was told is forgotten in time, but not what still waits', async () => {
  await using database = await testStore();
  const { store } = database;
  const { options } = receiver(({ title }) => (title === 'title b' ? new Error('x') : undefined));
  await createChannel(store, hook);
  await tell(store, 0, draft('a'), draft('b'));
  await deliverDue(store, options(0));
  expect(await trimNotifications(store, at(0))).toBe(0);
  expect(await trimNotifications(store, at(1))).toBe(1);
  expect(await listNotifications(store, { limit: 5 })).toMatchObject([{ title: 'title b' }]);
});

describe('channels', () => {
  it.each<[string, ChannelInput, RegExp]>([
    ['a password in the address', { ...mail, address: 'smtp://u:p@mail.example' }, /password/],
    ['a user in a hook', { ...hook, address: 'https://u@hook.example/' }, /password/],
    ['another scheme', { ...hook, address: 'file:///etc/passwd' }, /does not fit/],
    [
      'http to Slack',
      { ...hook, kind: 'slack', address: 'http://hooks.slack.com/x' },
      /does not fit/,
    ],
    [
      'a webhook without a secret',
      { name: 'x', kind: 'webhook', address: 'https://a.example' },
      /secret/,
    ],
    ['a secret in the place of a reference', { ...hook, credential: 'hunter2' }, /by reference/],
    ['e-mail from nobody', { name: 'x', kind: 'email', address: 'smtp://a' }, /sender/],
    [
      'two in one address',
      { ...mail, recipients: ['a@b.example, c@d.example'] },
      /no e-mail address/,
    ],
    [
      'a header in an address',
      { ...mail, sender: 'a@b.example\r\nBcc: c@d.example' },
      /no e-mail address/,
    ],
  ])('are not made with %s', async (_, input, message) => {
    await using database = await testStore();
    await expect(createChannel(database.store, input)).rejects.toThrow(message);
  });

  it('have names of their own; Slack’s may be all secret', async () => {
    await using database = await testStore();
    const slack = { name: 'hook', kind: 'slack', address: '', credential: 'env:HOOK' } as const;
    await createChannel(database.store, slack);
    await expect(createChannel(database.store, hook)).rejects.toMatchObject({
      code: 'channel-exists',
    });
  });
});
