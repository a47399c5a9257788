import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { ANSWERS } from './answers.ts';
import { Missing } from './asked.ts';
import { knownOperations } from './contract.ts';
import type { World } from './world.ts';

const DIST = join(import.meta.dirname, '../../../web/dist');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const operations = knownOperations();

export interface PretendedServer extends AsyncDisposable {
  readonly url: string;
  world: World;
  /** Tells every open page that something changed. */
  announce(topic: string): void;
  /** Ends every event stream, as a restart of the server does. */
  dropStreams(): void;
  /** Requests so far, as `GET /findings`. */
  readonly asked: string[];
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0
    ? undefined
    : (JSON.parse(Buffer.concat(chunks).toString()) as unknown);
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  type = 'application/json',
): void {
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}

function problem(response: ServerResponse, status: number, title: string, remedy: string): void {
  send(
    response,
    status,
    { type: 'about:blank', title, status, code: 'pretended', remedy },
    'application/problem+json',
  );
}

async function sendFile(response: ServerResponse, folder: string, path: string): Promise<void> {
  const name = extname(path) === '' ? 'index.html' : normalize(path).replace(/^(\.\.[/\\])+/, '');
  try {
    const content = await readFile(join(folder, name));
    response
      .writeHead(200, {
        'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
        // No inline script or style may be needed: the real server forbids them too.
        'content-security-policy':
          "default-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
      })
      .end(content);
  } catch {
    response.writeHead(404).end();
  }
}

/**
 * Serves the built page and answers its requests from a made-up world; every answer is checked
 * against the API contract, so that a page that works here is not lied to.
 */
export async function pretend(
  world: World,
  { folder = DIST, port = 0 }: { readonly folder?: string; readonly port?: number } = {},
): Promise<PretendedServer> {
  const streams = new Set<ServerResponse>();
  const asked: string[] = [];
  const state = { world };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://page');
    if (!url.pathname.startsWith('/api/v1/')) return sendFile(response, folder, url.pathname);
    const path = url.pathname.slice('/api/v1'.length);
    if (path === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n');
      streams.add(response);
      request.on('close', () => streams.delete(response));
      return;
    }
    const operation = operations.find(
      ({ method, path: pattern }) => method === request.method && pattern.test(path),
    );
    if (operation === undefined)
      return problem(response, 404, `No operation ${request.method} ${path}`, '');
    asked.push(operation.name);
    const session = state.world.session;
    if (operation.needs !== 'none' && session === null)
      return problem(response, 401, 'You are not signed in', 'Sign in.');
    if (
      !['none', 'any'].includes(operation.needs) &&
      !session?.permissions.some((may) => may === operation.needs)
    ) {
      return problem(
        response,
        403,
        'You may not do this',
        `It takes the permission ${operation.needs}.`,
      );
    }
    const failing = state.world.failing.get(operation.name);
    if (failing !== undefined)
      return problem(
        response,
        failing,
        'The database does not answer',
        'Wait a moment, then try again; `suture up` says what is wrong.',
      );
    const params = Object.fromEntries(
      Object.entries(operation.path.exec(path)?.groups ?? {}).map(([name, value]) => [
        name,
        decodeURIComponent(value),
      ]),
    );
    try {
      const body = ANSWERS[operation.name]!({
        world: state.world,
        query: url.searchParams,
        params,
        body: await bodyOf(request),
      });
      if (!operation.validate(body)) {
        process.stderr.write(
          `${operation.name} is not as promised: ${JSON.stringify(operation.validate.errors)}\n`,
        );
        return problem(
          response,
          500,
          'The pretended answer does not fit the contract',
          JSON.stringify(operation.validate.errors),
        );
      }
      send(response, operation.status, body);
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      problem(
        response,
        404,
        'There is no such thing',
        'It may have been removed; go back to the list.',
      );
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(port, '127.0.0.1', resolve);
  await promise;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get world() {
      return state.world;
    },
    set world(next) {
      state.world = next;
    },
    asked,
    announce(topic) {
      const data = JSON.stringify({ topic, subject: '', assetId: null });
      for (const stream of streams) stream.write(`event: ${topic}\ndata: ${data}\n\n`);
    },
    dropStreams() {
      for (const stream of streams) stream.end();
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
