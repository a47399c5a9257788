import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { download, withoutCredentials } from './download.ts';

const BODY = 'advisories '.repeat(1000);

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves on a port of its own; each request goes to the next handler, the last one stays. */
async function serve(...handlers: readonly Handler[]) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handlers[Math.min(requests.length, handlers.length) - 1]?.(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const folder = mkdtempSync(join(tmpdir(), 'suture-download-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/all.zip`,
    requests,
    folder,
    options: { to: join(folder, 'all.zip'), backoffMs: 1, attempts: 3 },
  };
}

const answer =
  (status: number, headers: Record<string, string> = {}, body: string = ''): Handler =>
  (_, response) => {
    response.writeHead(status, headers).end(body);
  };
const good = answer(200, { etag: '"1"', 'last-modified': 'yesterday' }, BODY);
/** States more than it sends, and hangs up. */
const cutShort: Handler = (_, response) => {
  response.writeHead(200, { 'content-length': String(BODY.length) });
  response.write(BODY.slice(0, 100), () => response.destroy());
};

describe('download', () => {
  it('writes the body and returns its digest and validators', async () => {
    const { url, options } = await serve(good);
    const sha256 = createHash('sha256').update(BODY).digest('hex');
    expect(await download(url, options)).toEqual({
      status: 'fetched',
      sha256,
      bytes: BODY.length,
      etag: '"1"',
      lastModified: 'yesterday',
    });
    expect(readFileSync(options.to, 'utf8')).toBe(BODY);
  });

  it('asks only for what changed', async () => {
    const { url, options, requests, folder } = await serve(answer(304));
    const result = await download(url, { ...options, etag: '"1"', lastModified: 'yesterday' });
    expect(result).toEqual({ status: 'unchanged' });
    expect(requests[0]?.headers).toMatchObject({
      'if-none-match': '"1"',
      'if-modified-since': 'yesterday',
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([404, 410])('takes %i as missing', async (status) => {
    const { url, options, requests } = await serve(answer(status));
    expect(await download(url, options)).toEqual({ status: 'missing' });
    expect(requests).toHaveLength(1);
  });

  it.each<[string, Handler]>([
    ['the server is overloaded', answer(503)],
    ['it is asked to wait', answer(429, { 'retry-after': '0' })],
    ['the body is cut short', cutShort],
    ['the connection breaks', (request) => request.socket.destroy()],
    ['the checksum differs', answer(200, { 'x-goog-hash': 'crc32c=AAAA,md5=AAAA' }, BODY)],
  ])('tries again when %s', async (_, handler) => {
    const { url, options, requests } = await serve(handler, handler, good);
    expect(await download(url, options)).toMatchObject({ status: 'fetched' });
    expect(requests).toHaveLength(3);
  });

  it('gives up with what happened and what to do, leaving nothing behind', async () => {
    const { url, options, folder } = await serve(cutShort);
    await expect(download(url, options)).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining(url),
      remedy: expect.stringContaining('--from'),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('does not repeat what will not get better', async () => {
    const { url, options, requests } = await serve(answer(403));
    await expect(download(url, options)).rejects.toMatchObject({
      message: expect.stringContaining('403'),
    });
    expect(requests).toHaveLength(1);
  });

  it('accepts the checksum that Google states', async () => {
    const md5 = createHash('md5').update(BODY).digest('base64');
    const { url, options } = await serve(answer(200, { 'x-goog-hash': `md5=${md5}` }, BODY));
    expect(await download(url, options)).toMatchObject({ status: 'fetched' });
  });

  it('follows a redirect on the same server', async () => {
    const { url, options } = await serve(answer(302, { location: '/moved.zip' }), good);
    expect(await download(url, options)).toMatchObject({ status: 'fetched' });
  });

  it('sends a password to the server it was given for, and to no other', async () => {
    const { url, options, requests, folder } = await serve(good);
    const withPassword = url.replace('//', '//me:s%20ecret@');
    await download(withPassword, options);
    const header = `Basic ${Buffer.from('me:s ecret').toString('base64')}`;
    expect(requests[0]?.headers.authorization).toBe(header);
    expect(readdirSync(folder)).toEqual(['all.zip']);
    const refusing = await serve(answer(403));
    await expect(
      download(refusing.url.replace('//', '//me:secret@'), refusing.options),
    ).rejects.toMatchObject({ message: expect.not.stringContaining('secret') });
  });

  it.each(['http://127.0.0.1:1/all.zip', 'ftp://mirror.example/all.zip', 'file:///etc/passwd'])(
    'does not follow a redirect to %s',
    async (location) => {
      const { url, options } = await serve(answer(302, { location }));
      await expect(download(url, options)).rejects.toMatchObject({ code: 'download-redirect' });
    },
  );

  it('does not run in circles', async () => {
    const { url, options } = await serve(answer(302, { location: '/all.zip' }));
    await expect(download(url, options)).rejects.toMatchObject({ code: 'download-redirect' });
  });

  it.each<[string, Handler]>([
    ['by its stated length', answer(200, { 'content-length': String(BODY.length) }, BODY)],
    ['as it comes', answer(200, { 'transfer-encoding': 'chunked' }, BODY)],
  ])('stops at the size limit, %s', async (_, handler) => {
    const { url, options, folder } = await serve(handler);
    const limited = download(url, { ...options, maxBytes: 5000 });
    await expect(limited).rejects.toMatchObject({ code: 'download-too-large' });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('withoutCredentials', () => {
  it('hides user and password', () => {
    expect(withoutCredentials('https://me:secret@mirror.example/x')).toBe(
      'https://mirror.example/x',
    );
  });
});
