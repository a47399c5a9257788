import { createServer } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { messageOf, SutureError } from '../domain/error.ts';
import type { ApiEnvironment } from './requester.ts';

export interface ServedApi {
  /** `http://127.0.0.1:4870`, with the port that was taken. */
  readonly address: string;
  /** Lets requests under way end, for a short time. */
  readonly close: () => Promise<void>;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

const CLOSE_WITHIN_MS = 5_000;

/**
 * Listens. Call `close` of the app before that of the server: open streams would keep it.
 *
 * @throws SutureError `port-taken`, `listen-failed`
 */
export async function serveApi(
  app: Hono<ApiEnvironment>,
  { host, port }: Address,
): Promise<ServedApi> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      // Whoever sends slowly must not hold connections.
      headersTimeout: 15_000,
      requestTimeout: 120_000,
      keepAliveTimeout: 65_000,
      maxHeaderSize: 32 * 1024,
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)));
    server.listen(port, host, resolve);
  });
  const bound = server.address();
  const taken = typeof bound === 'object' && bound !== null ? bound.port : port;
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: async () => {
      const { promise: closed, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      if ('closeIdleConnections' in server) server.closeIdleConnections();
      const late = setTimeout(() => {
        if ('closeAllConnections' in server) server.closeAllConnections();
      }, CLOSE_WITHIN_MS);
      await closed;
      clearTimeout(late);
    },
  };
}

/**
 * Finds out that an address is taken before anything is begun that would have to be ended again.
 *
 * @throws SutureError `port-taken`, `listen-failed`
 */
export async function ensureCanListen({ host, port }: Address): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)));
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): SutureError {
  if (error.code === 'EADDRINUSE') {
    return new SutureError('port-taken', `Something listens on ${host}:${port} already`, {
      remedy: 'Stop it (it may be another suture up), or give another --port.',
      cause: error,
    });
  }
  return new SutureError('listen-failed', `Cannot listen on ${host}:${port}: ${messageOf(error)}`, {
    remedy: 'Give an address of this machine with --host, and a free port above 1023.',
    cause: error,
  });
}
