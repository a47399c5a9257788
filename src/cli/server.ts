import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { messageOf, SutureError } from '../domain/error.ts';

/**
 * Where `suture up` leaves its address, and a token, for the command line of the same machine and
 * home.
 */
export function ownServerFile(home: string): string {
  return join(home, 'keys', 'command-line.json');
}

const ownServerSchema = z.object({ address: z.url(), token: z.string().min(1) });

export type OwnServer = z.infer<typeof ownServerSchema>;

export const DEFAULT_SERVER = 'http://127.0.0.1:4870';
const TIMEOUT_MS = 60_000;
const RUNNING_TIMEOUT_MS = 5_000;

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
    `control plane to talk to (default: $SUTURE_SERVER, else the one of this home)`,
  );
}

/**
 * The server that is named, else that of the home. The home's token goes to the home's server only;
 * any other takes one in `$SUTURE_TOKEN`.
 *
 * @throws SutureError `server-token-missing`; calls throw `server-unreachable`, or what the server
 *   says is wrong, with its code.
 */
export async function serverOf(home: string, address?: string): Promise<Server> {
  const own = await ownServer(home);
  const named = address ?? (process.env['SUTURE_SERVER'] || undefined);
  const root = (named ?? own?.address ?? DEFAULT_SERVER).replace(/\/+$/, '');
  const token = process.env['SUTURE_TOKEN'] || tokenFor(root, own, home);
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

async function ownServer(home: string): Promise<OwnServer | undefined> {
  const text = await readFile(ownServerFile(home), 'utf8').catch(() => '');
  try {
    return ownServerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The control plane of a home, if it runs and answers; a file may be left of one that was killed. */
export async function runningServer(home: string): Promise<OwnServer | undefined> {
  const own = await ownServer(home);
  if (own === undefined) return undefined;
  const answer = await fetch(`${own.address}/api/v1/session`, {
    headers: { authorization: `Bearer ${own.token}` },
    redirect: 'error',
    signal: AbortSignal.timeout(RUNNING_TIMEOUT_MS),
  }).catch(() => undefined);
  // Somebody else's that has the port by now does not know the token.
  return answer?.ok === true ? own : undefined;
}

function tokenFor(root: string, own: OwnServer | undefined, home: string): string {
  if (own !== undefined && sameServer(root, own.address)) return own.token;
  if (own === undefined) {
    throw new SutureError('server-token-missing', `No control plane runs on ${home}`, {
      remedy:
        'Start "suture up" with the same SUTURE_HOME; for one elsewhere, make a token on its page (Settings, Tokens) and set SUTURE_SERVER and SUTURE_TOKEN.',
    });
  }
  throw new SutureError('server-token-missing', `No token for ${root}`, {
    remedy: 'Make one on its page (Settings, Tokens), and set SUTURE_TOKEN.',
  });
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Whether two addresses are the same server; a machine has several names for itself. */
function sameServer(one: string, other: string): boolean {
  if (!URL.canParse(one)) return false;
  const [a, b] = [new URL(one), new URL(other)];
  if (a.protocol !== b.protocol || a.port !== b.port) return false;
  return a.hostname === b.hostname || (LOOPBACK.test(a.hostname) && LOOPBACK.test(b.hostname));
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
