import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { messageOf, SutureError } from '../domain/error.ts';

/** Where `suture up` leaves the token for the command line of the same machine and home. */
export function commandLineTokenFile(home: string): string {
  return join(home, 'keys', 'command-line.token');
}

export const DEFAULT_SERVER = 'http://127.0.0.1:4870';
const TIMEOUT_MS = 60_000;

/** A control plane as the command line talks to it: the same API that the page uses. */
export interface Server {
  readonly address: string;
  get<T>(path: string, query?: Readonly<Record<string, string | undefined>>): Promise<T>;
  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>;
}

/** Adds the options that say which server a command talks to. */
export function withServer(command: Command): Command {
  return command.option(
    '--server <address>',
    `control plane to talk to (default: $SUTURE_SERVER, else ${DEFAULT_SERVER})`,
  );
}

/**
 * @param home where the token of this machine's own server is; `$SUTURE_TOKEN` goes first
 * @throws SutureError `server-token-missing`; calls throw `server-unreachable`, or what the server
 *   says is wrong, with its code.
 */
export async function serverOf(home: string, address?: string): Promise<Server> {
  const root = (address ?? process.env['SUTURE_SERVER'] ?? DEFAULT_SERVER).replace(/\/+$/, '');
  const token = process.env['SUTURE_TOKEN'] ?? (await tokenOf(home));
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    let response: Response;
    try {
      response = await fetch(`${root}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'user-agent': `suture-cli (${hostname()})`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      throw new SutureError('server-unreachable', `${root} does not answer: ${messageOf(cause)}`, {
        remedy: 'Start it with "suture up", or name another with --server.',
        cause: error,
      });
    }
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as T;
    throw problemOf(response.status, text, root);
  };
  return {
    address: root,
    get(path, query = {}) {
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries(query)) {
        if (value !== undefined) search.set(name, value);
      }
      const suffix = search.size === 0 ? '' : `?${search.toString()}`;
      return call('GET', path + suffix);
    },
    send: (method, path, body) => call(method, path, body),
  };
}

async function tokenOf(home: string): Promise<string> {
  const path = commandLineTokenFile(home);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new SutureError('server-token-missing', `No token for the server (looked at ${path})`, {
      remedy:
        'Start "suture up" with the same SUTURE_HOME, or make a token on the page (Settings, Tokens) and set SUTURE_TOKEN.',
      cause: error,
    });
  });
  return text.trim();
}

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly remedy?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

function problemOf(status: number, text: string, root: string): SutureError {
  let problem: Problem = {};
  try {
    problem = JSON.parse(text) as Problem;
  } catch {
    // Something else listens there, or a proxy answered.
  }
  const where = (problem.errors ?? []).map(({ path, message }) => `${path}: ${message}`);
  const said = [problem.detail ?? problem.title, ...where].filter((part) => part !== undefined);
  const message = said.length > 0 ? said.join('\n') : `${root} answered ${status}`;
  return new SutureError(problem.code ?? 'server-refused', message, {
    remedy: problem.remedy ?? 'See what the server’s log says, or check --server.',
  });
}
