import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { activeSpan, startTracing, traceIdOf, withCaller, withSpan } from './tracing.ts';

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly status: { readonly code?: number; readonly message?: string };
  readonly links: readonly { readonly traceId: string }[];
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { key: string; value: unknown }[] };
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
}

/** What an OTLP collector would get. */
const received: Sent[] = [];
const collector = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.url === '/v1/traces') {
      received.push(JSON.parse(Buffer.concat(chunks).toString()) as Sent);
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
});
let endpoint = '';

beforeEach(async () => {
  received.length = 0;
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const address = collector.address();
  endpoint = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}/` : '';
});
afterEach(() => new Promise((resolve) => collector.close(resolve)));

const start = () =>
  startTracing({
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
    service: 'suture-test',
    version: '1.2.3',
  });

const spans = () =>
  received.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  );
const named = (name: string) => spans().find((span) => span.name === name);

it('joins what different places do for one change, and nests what happens inside', async () => {
  const { shutdown } = await start();
  await withSpan('POST /changes/{id}/votes', {}, () =>
    withSpan('change.vote', { 'suture.change.id': 'c1' }, () => undefined),
  );
  await withSpan('remediate', { 'suture.remediation.id': 'r1' }, async () => {
    await withSpan('verify', { packages: 3 }, () => undefined);
    await withSpan('hand-over', { 'suture.change.id': 'c1', 'suture.remediation.id': 'r1' }, () =>
      withSpan('git.push', {}, () => undefined),
    );
  });
  await shutdown();
  expect(named('change.vote')?.traceId).toBe(traceIdOf('c1'));
  expect(named('hand-over')?.traceId).toBe(traceIdOf('c1'));
  expect(named('git.push')?.traceId).toBe(traceIdOf('c1'));
  expect(named('git.push')?.parentSpanId).toBe(named('hand-over')?.spanId);
  expect(named('verify')?.traceId).toBe(traceIdOf('r1'));
  expect(named('verify')?.parentSpanId).toBe(named('remediate')?.spanId);
  expect(named('hand-over')?.links.map(({ traceId }) => traceId)).toEqual([traceIdOf('r1')]);
  const request = named('POST /changes/{id}/votes');
  expect(named('change.vote')?.links.map(({ traceId }) => traceId)).toEqual([request?.traceId]);
  expect(JSON.stringify(received[0]?.resourceSpans[0]?.resource)).toContain('suture-test');
});

it('keeps concurrent spans apart', async () => {
  const { shutdown } = await start();
  await Promise.all(
    ['a', 'b', 'c'].map((id) =>
      withSpan(`outer ${id}`, { 'suture.change.id': id }, async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        await withSpan(`inner ${id}`, {}, () => undefined);
      }),
    ),
  );
  await shutdown();
  for (const id of ['a', 'b', 'c']) expect(named(`inner ${id}`)?.traceId).toBe(traceIdOf(id));
});

it('goes on with a caller’s trace, unless its header is broken', async () => {
  const { shutdown } = await start();
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await withCaller(`00-${traceId}-b7ad6b7169203331-01`, () => withSpan('good', {}, () => 1));
  await withCaller('00-nonsense-01', () => withSpan('bad', {}, () => 1));
  await shutdown();
  expect(named('good')).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331' });
  expect(named('bad')?.traceId).not.toBe(traceId);
});

it('says what failed, without credentials', async () => {
  const { shutdown } = await start();
  const failing = withSpan('clone', {}, () => {
    throw new Error('https://bob:hunter2@example.org: refused');
  });
  await expect(failing).rejects.toThrow('refused');
  await shutdown();
  expect(named('clone')?.status).toMatchObject({ code: 2 });
  expect(JSON.stringify(received)).not.toContain('hunter2');
});

it.each([
  ['no endpoint', {}],
  [
    'switched off',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' },
  ],
])('runs the work and sends nothing with %s', async (_, environment) => {
  const { shutdown } = await startTracing({ environment, service: 's', version: '0' });
  const seen = await withSpan('work', { 'suture.change.id': 'c' }, () => [activeSpan(), 7]);
  expect(seen).toEqual([undefined, 7]);
  await shutdown();
  expect(received).toEqual([]);
});
