import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface HookServer {
  readonly port: number;
  readonly posts: {
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }[];
  /** What posts are answered with; silence hangs. Only what is answered 2xx counts as posted. */
  answer:
    | 'silence'
    | {
        readonly status: number;
        readonly headers?: Record<string, string>;
        readonly body?: string;
      };
}

/** Takes posts on 127.0.0.1, until the test ends. */
export async function hookServer(): Promise<HookServer> {
  const state: HookServer & { port: number } = { port: 0, posts: [], answer: { status: 200 } };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (state.answer === 'silence') return;
      const { status, headers, body = 'ok' } = state.answer;
      if (status < 300) {
        const sent = Buffer.concat(chunks).toString('utf8');
        state.posts.push({ path: request.url ?? '', headers: request.headers, body: sent });
      }
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  state.port = (server.address() as AddressInfo).port;
  return state;
}
