import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { authenticate } from '../../src/api/access.ts';
import { liveEvents } from '../../src/api/events.ts';
import type { ApiEnvironment } from '../../src/api/requester.ts';
import { serveApi } from '../../src/api/serve.ts';
import { announce } from '../../src/store/live-events.ts';
import { type Caller, type TestApi, testApi } from '../support/api.ts';

let api: TestApi;
let viewer: Caller;
beforeAll(async () => {
  api = await testApi();
  viewer = await api.caller(['viewer']);
});
afterAll(() => api[Symbol.asyncDispose]());

interface Heard {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** A client of server-sent events that keeps what it hears. */
async function listen(
  address: string,
  options: { readonly query?: string; readonly headers?: Readonly<Record<string, string>> } = {},
) {
  const aborted = new AbortController();
  const response = await fetch(`${address}/api/v1/events${options.query ?? ''}`, {
    headers: { authorization: `Bearer ${viewer.token}`, ...options.headers },
    signal: aborted.signal,
  });
  const heard: Heard[] = [];
  let ended = false;
  const reading = (async () => {
    let rest = '';
    for await (const chunk of response.body ?? []) {
      rest += new TextDecoder().decode(chunk);
      const parts = rest.split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1] ?? '';
        if (part.includes('event:')) {
          heard.push({ id: field('id'), event: field('event'), data: field('data') });
        }
      }
    }
  })()
    .catch(() => {})
    .finally(() => {
      ended = true;
    });
  return {
    response,
    heard,
    ended: () => ended,
    until: async (count: number) => {
      for (let i = 0; i < 200 && heard.length < count; i += 1) await sleep(20);
      return heard;
    },
    close: async () => {
      aborted.abort();
      await reading;
    },
  };
}

it('tells everybody who listens what changes, and only what they want to hear of', async () => {
  const [all, some] = [
    await listen(api.address),
    await listen(api.address, { query: '?topics=change,approval' }),
  ];
  expect(all.response.headers.get('content-type')).toContain('text/event-stream');
  await announce(api.store, 'finding', 'f1', '7');
  await announce(api.store, 'change', 'c1');
  const heard = await all.until(2);
  expect(heard.map(({ event }) => event)).toEqual(['finding', 'change']);
  expect(JSON.parse(heard[0]?.data ?? '')).toEqual({
    topic: 'finding',
    subject: 'f1',
    assetId: '7',
  });
  expect((await some.until(1)).map(({ event }) => event)).toEqual(['change']);
  await Promise.all([all.close(), some.close()]);
});

it('goes on where a client left, without a gap and nothing twice', async () => {
  const first = await listen(api.address);
  await announce(api.store, 'asset', 'a1');
  const [seen] = await first.until(1);
  await first.close();
  for (const subject of ['a2', 'a3']) await announce(api.store, 'asset', subject);
  const again = await listen(api.address, { headers: { 'last-event-id': seen?.id ?? '' } });
  await announce(api.store, 'asset', 'a4');
  const heard = await again.until(3);
  expect(heard.map(({ data }) => (JSON.parse(data) as { subject: string }).subject)).toEqual([
    'a2',
    'a3',
    'a4',
  ]);
  expect(new Set(heard.map(({ id }) => id)).size).toBe(3);
  await again.close();
});

it('tells who was away for too long to look at everything again', async () => {
  await sql`insert into live_event (topic, subject) select 'finding', 'old' from generate_series(1, 1200)`.execute(
    api.store,
  );
  const late = await listen(api.address, { headers: { 'last-event-id': '1' } });
  const heard = await late.until(1);
  expect(heard[0]?.event).toBe('resync');
  await late.close();
});

it('is for those who may read', async () => {
  const nobody = await api.caller([]);
  expect((await api.ask(undefined, 'GET', '/api/v1/events')).status).toBe(401);
  expect((await api.ask(nobody, 'GET', '/api/v1/events')).status).toBe(403);
});

it('ends with the session, without lengthening it, and shows that it lives', async () => {
  const leaving = await api.caller(['viewer']);
  const { dependencies } = api;
  const app = new Hono<ApiEnvironment>();
  app.use((context, next) => {
    context.set('secure', false);
    return next();
  });
  const live = liveEvents(dependencies, 50);
  app.get('/api/v1/events', authenticate(dependencies), live.handler);
  const server = await serveApi(app, { host: '127.0.0.1', port: 0 });
  try {
    const headers = { authorization: '', cookie: leaving.cookie };
    const response = await fetch(`${server.address}/api/v1/events`, {
      headers: { cookie: headers.cookie },
    });
    const reader = response.body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    expect(first).toContain('retry:');
    const beat = new TextDecoder().decode((await reader?.read())?.value);
    expect(beat).toContain(': ');
    const ends = async () =>
      (
        await sql<{
          end: string;
        }>`select expires_at::text as end from session where user_id = ${leaving.user.id}`.execute(
          api.store,
        )
      ).rows[0]?.end;
    const before = await ends();
    await sleep(150);
    expect(await ends()).toBe(before);
    await sql`delete from session where user_id = ${leaving.user.id}`.execute(api.store);
    let done = false;
    for (let i = 0; i < 100 && !done; i += 1) done = (await reader?.read())?.done ?? true;
    expect(done).toBe(true);
  } finally {
    await live.close();
    await server.close();
  }
});

it('cuts off a client that does not read, and lets the others hear on', async () => {
  const { dependencies } = api;
  const live = liveEvents(dependencies, 60_000);
  const app = new Hono<ApiEnvironment>();
  app.use((context, next) => {
    context.set('secure', false);
    return next();
  });
  app.get('/api/v1/events', authenticate(dependencies), live.handler);
  const unread = await app.request('/api/v1/events', {
    headers: { authorization: `Bearer ${viewer.token}` },
  });
  const good = await listen(api.address);
  await sql`insert into live_event (topic, subject)
    select 'finding', repeat('x', 400) from generate_series(1, 1500)`.execute(api.store);
  await good.until(1500);
  expect(good.heard.length).toBe(1500);
  // Reading now finds what was kept, and then the end.
  let bytes = 0;
  for await (const chunk of unread.body ?? []) bytes += chunk.byteLength;
  expect(bytes).toBeLessThan(512 * 1024);
  await good.close();
  await live.close();
});
