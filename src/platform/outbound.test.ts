import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { guardedFetch, type OutboundOptions } from './outbound.ts';
import { allowedAddresses, mayConnect, type Resolve } from './outbound-address.ts';

describe('addresses', () => {
  it.each([
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fc00::1',
    'fd00:ec2::254',
    'fec0::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::a00:1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    '2001:db8::1',
    '100::1',
    '4000::1',
    'nonsense',
  ])('%s is not reached', (address) => {
    expect(mayConnect(address, [])).toBe(false);
  });

  it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is', (address) => {
    expect(mayConnect(address, [])).toBe(true);
  });

  it.each([
    ['10.1.2.3', ['10.0.0.0/8'], true],
    ['::ffff:10.1.2.3', ['10.0.0.0/8'], true],
    ['10.1.2.3', ['10.1.2.3'], true],
    ['10.1.2.4', ['10.1.2.3'], false],
    ['fd00::5', ['fd00::/8'], true],
    ['10.1.2.3', ['fd00::/8'], false],
    ['10.1.2.3', ['smtp.corp.example'], false],
  ])('%s with %j allowed: %s', (address, allow, expected) => {
    expect(mayConnect(address, allow)).toBe(expected);
  });
});

const answering =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('names', () => {
  it.each<[string, string[], string[], string[] | RegExp]>([
    ['hooks.example', ['8.8.8.8'], [], ['8.8.8.8']],
    ['hooks.example', ['10.0.0.1'], [], /not on the public Internet \(private\)/],
    ['hooks.example', ['8.8.8.8', '127.0.0.1'], [], ['8.8.8.8']],
    ['smtp.corp.example', ['10.0.0.1'], ['smtp.corp.example'], ['10.0.0.1']],
    ['SMTP.corp.example.', ['10.0.0.1'], ['smtp.corp.example'], ['10.0.0.1']],
    ['a.corp.example', ['10.0.0.1'], ['*.corp.example'], ['10.0.0.1']],
    ['corp.example', ['10.0.0.1'], ['*.corp.example'], /private/],
    ['evilcorp.example', ['10.0.0.1'], ['*.corp.example'], /private/],
    ['a.example', ['10.0.0.1'], ['10.0.0.0/24'], ['10.0.0.1']],
    ['127.0.0.1', [], [], /loopback/],
    ['[::1]', [], [], /loopback/],
    ['[::ffff:7f00:1]', [], [], /loopback/],
    ['127.0.0.1', [], ['*.0.0.1'], /loopback/],
    ['nowhere.example', [], [], /was not found/],
  ])('%s at %j with %j allowed', async (host, answers, allow, expected) => {
    const outcome = allowedAddresses(host, allow, answering(...answers));
    if (expected instanceof RegExp) await expect(outcome).rejects.toThrow(expected);
    else expect((await outcome).map(({ address }) => address)).toEqual(expected);
  });
});

interface LocalServer {
  readonly port: number;
  readonly seen: {
    method: string;
    url: string;
    headers: IncomingMessage['headers'];
    body: string;
  }[];
}

async function serve(listener: RequestListener): Promise<LocalServer> {
  const seen: LocalServer['seen'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body });
      listener(request, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

const local: OutboundOptions = { allow: ['*.test'], resolve: answering('127.0.0.1') };

describe('requests', () => {
  it('go to the address that was checked, under the name that was given', async () => {
    const { port, seen } = await serve((_, response) => response.end('hello'));
    const init = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
    const answer = await guardedFetch(`http://hook.test:${port}/a?b`, init, local);
    expect(await answer.text()).toBe('hello');
    expect(seen).toMatchObject([
      { method: 'POST', url: '/a?b', body: '{}', headers: { host: `hook.test:${port}` } },
    ]);
  });

  it('do not follow a name that says something else the second time', async () => {
    const { port, seen } = await serve((_, response) => response.end());
    const answers = ['127.0.0.1', '127.0.0.2'];
    const resolve: Resolve = async () => await answering(answers.shift() ?? '127.0.0.3')('');
    const options = { allow: ['127.0.0.1'], resolve };
    await guardedFetch(`http://rebind.test:${port}/`, {}, options);
    expect(seen).toHaveLength(1);
    expect(answers).toEqual(['127.0.0.2']);
    await expect(guardedFetch(`http://rebind.test:${port}/`, {}, options)).rejects.toMatchObject({
      code: 'outbound-refused',
    });
  });

  it.each([
    'http://127.0.0.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://017700000001:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://localhost:PORT/',
    'http://localhost.:PORT/',
    'http://0:PORT/',
  ])('refuse this machine as %s', async (url) => {
    const { port, seen } = await serve((_, response) => response.end());
    const outcome = guardedFetch(url.replace('PORT', String(port)), {}, { allow: [] });
    await expect(outcome).rejects.toMatchObject({ code: 'outbound-refused' });
    expect(seen).toEqual([]);
  });

  it.each([
    'file:///etc/passwd',
    'ftp://a.test/',
    'gopher://a.test/',
    'nonsense',
    'https://u:p@a.test/',
  ])('refuse %s', async (url) => {
    await expect(guardedFetch(url, {}, local)).rejects.toMatchObject({ code: 'outbound-refused' });
  });

  it('check where a redirect leads', async () => {
    const { port } = await serve((_, response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end(),
    );
    await expect(guardedFetch(`http://a.test:${port}/`, {}, local)).rejects.toThrow(
      /169\.254\.169\.254 is not on the public Internet \(linkLocal\)/,
    );
  });

  it.each([
    ['another scheme', 'https://a.test/', /redirects to https:/],
    ['a file', 'file:///etc/passwd', /no http or https/],
    ['nowhere', 'http://[', /no http or https/],
  ])('do not follow a redirect to %s', async (_, location, message) => {
    const { port } = await serve((__, response) => response.writeHead(301, { location }).end());
    await expect(guardedFetch(`http://a.test:${port}/`, {}, local)).rejects.toThrow(message);
  });

  it('follow three redirects and no more', async () => {
    const { port, seen } = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end('there');
      else response.writeHead(307, { location: `/${left - 1}` }).end();
    });
    expect(await (await guardedFetch(`http://a.test:${port}/3`, {}, local)).text()).toBe('there');
    await expect(guardedFetch(`http://a.test:${port}/4`, {}, local)).rejects.toMatchObject({
      code: 'outbound-redirect',
    });
    expect(seen).toHaveLength(8);
  });

  it('do not hand credentials or a body on', async () => {
    const other = await serve((_, response) => response.end());
    const { port } = await serve((_, response) =>
      response.writeHead(302, { location: `http://b.test:${other.port}/` }).end(),
    );
    await guardedFetch(
      `http://a.test:${port}/`,
      {
        method: 'POST',
        body: 'x',
        headers: { Authorization: 'Bearer t', 'content-type': 'a/b', other: '1' },
      },
      local,
    );
    const [{ method, headers, body } = { headers: {} }] = other.seen as Partial<
      LocalServer['seen'][0]
    >[];
    expect({ method, body }).toEqual({ method: 'GET', body: '' });
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('content-type');
    expect(headers).toMatchObject({ other: '1' });
  });

  it('end when the answer is too long', async () => {
    const { port } = await serve((_, response) => {
      response.write('x'.repeat(5_000));
      response.end('x'.repeat(5_000));
    });
    await expect(
      guardedFetch(`http://a.test:${port}/`, {}, { ...local, maxBytes: 9_999 }),
    ).rejects.toMatchObject({ code: 'outbound-too-large' });
  });

  it.each([
    ['never answers', () => {}],
    ['never ends', (_: unknown, response: { write(text: string): void }) => response.write('x')],
  ])('end in time when the server %s', async (_, listener) => {
    const { port } = await serve(listener);
    await expect(
      guardedFetch(`http://a.test:${port}/secret-path`, {}, { ...local, timeoutMs: 200 }),
    ).rejects.toThrow(/^a\.test:\d+: it did not answer in time$/);
  });

  it('end when the caller gives up, also while the name is looked up', async () => {
    const never: Resolve = async () => await new Promise(() => {});
    const given = new AbortController();
    const outcome = guardedFetch(
      'http://a.test/',
      { signal: given.signal },
      { allow: [], resolve: never },
    );
    given.abort(new Error('enough'));
    await expect(outcome).rejects.toThrow('enough');
  });

  it('do not go through a proxy that the environment names', async () => {
    const proxy = await serve((_, response) => response.end('proxy'));
    const { port } = await serve((_, response) => response.end('direct'));
    const before = process.env['HTTP_PROXY'];
    process.env['HTTP_PROXY'] = `http://127.0.0.1:${proxy.port}`;
    onTestFinished(() => {
      if (before === undefined) delete process.env['HTTP_PROXY'];
      else process.env['HTTP_PROXY'] = before;
    });
    const answer = await guardedFetch(`http://a.test:${port}/`, {}, local);
    expect(await answer.text()).toBe('direct');
    expect(proxy.seen).toEqual([]);
  });
});
