import type { z } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { messageOf, SutureError } from '../domain/error.ts';
import { type Log, withoutSecrets } from '../platform/log.ts';
import type { problemSchema } from './contract/route.ts';
import type { ApiContext } from './requester.ts';

export type Problem = z.infer<typeof problemSchema>;

/** Media type of RFC 9457. */
const PROBLEM_TYPE = 'application/problem+json';

/** What codes mean for whoever asked; every other SutureError is a mistake in the request. */
const CODES_OF: Readonly<Record<number, readonly string[]>> = {
  401: ['not-signed-in', 'sign-in-refused'],
  403: ['forbidden', 'cross-site', 'vote-not-counted', 'exception-own', 'policy-own-review'],
  404: [
    'not-found',
    'asset-missing',
    'change-missing',
    'decision-unknown',
    'exception-unknown',
    'policy-unknown',
  ],
  409: [
    'already-done',
    'asset-registered',
    'channel-exists',
    'exception-decided',
    'exception-exists',
    'exception-over',
    'last-admin',
    'not-decided',
    'not-open',
    'not-waiting',
    'nothing-to-do',
    'policy-moved-on',
    'policy-not-reviewed',
    'run-finished',
    'user-state',
  ],
  413: ['too-large'],
  421: ['wrong-host'],
  422: ['unprocessable'],
  429: ['rate-limited'],
  500: ['policy-invalid', 'key-unreadable'],
  502: ['provider-unreachable'],
  503: ['database-unreachable', 'index-missing', 'not-ready'],
  504: ['timed-out'],
};

const STATUS_OF = new Map(
  Object.entries(CODES_OF).flatMap(([status, codes]) =>
    codes.map((code) => [code, Number(status) as ContentfulStatusCode] as const),
  ),
);

/** The answer to a thrown error; never with a stack or a secret in it. */
export function problemOf(error: unknown): Problem {
  if (error instanceof RequestProblem) return error.problem;
  if (error instanceof SutureError) {
    const status = STATUS_OF.get(error.code) ?? 400;
    return problem(status, error.code, {
      detail: withoutSecrets(error.message),
      remedy: withoutSecrets(error.remedy),
    });
  }
  if (error instanceof HTTPException) return problemOfHttp(error);
  if (isLostDatabase(error)) {
    return problem(503, 'database-unreachable', {
      detail: 'The database does not answer just now.',
      remedy: 'Try again in a moment; /readyz says what is wrong.',
    });
  }
  return problem(500, 'internal', {
    detail: 'Something went wrong that should not.',
    remedy: 'Try again. The server’s log has more, under the request id of this answer.',
  });
}

/** Makes a problem; the title is that of the status, so that it is the same for each code. */
export function problem(
  status: ContentfulStatusCode,
  code: string,
  more: Pick<Problem, 'detail' | 'remedy' | 'errors'> = {},
): Problem {
  return { type: 'about:blank', title: TITLES[status] ?? 'Failed', status, code, ...more };
}

/** Thrown where an error needs more than a SutureError holds: places in the input, a status. */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem';
  readonly problem: Problem;

  constructor(given: Problem) {
    super(given.detail ?? given.title);
    this.problem = given;
  }
}

/** Input that does not fit, with the place of each mistake. */
export function inputProblem(error: z.ZodError, where: string): Problem {
  const errors = error.issues.slice(0, 50).map(({ path, message, ...issue }) => ({
    path: [where, ...path.map(String)].join('.'),
    message:
      issue.code === 'unrecognized_keys' ? `There is no ${issue.keys.join(', ')} here` : message,
  }));
  const [first] = errors;
  return problem(400, 'input-invalid', {
    detail: first === undefined ? 'The request does not fit.' : `${first.path}: ${first.message}`,
    remedy: 'Compare the request with /reference.',
    errors,
  });
}

function problemOfHttp(error: HTTPException): Problem {
  const codes: Readonly<Record<number, string>> = {
    400: 'input-invalid',
    404: 'not-found',
    413: 'too-large',
    415: 'media-type',
  };
  const { status } = error;
  return problem(status, codes[status] ?? 'refused', { detail: messageOf(error) });
}

/** Connection errors of the driver and of the operating system; the request may be repeated. */
function isLostDatabase(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (typeof code !== 'string')
    return /^(Connection terminated|timeout exceeded)/.test(messageOf(error));
  return /^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|08\w{3}|57P0[123]|53300)$/.test(code);
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request does not fit',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'There is no such thing',
  405: 'Not possible here',
  409: 'It does not fit the state things are in',
  413: 'The request is too large',
  415: 'Not a media type that is understood here',
  421: 'Not a name of this server',
  422: 'The request cannot be carried out',
  429: 'Too many requests',
  500: 'The server failed',
  502: 'Another server failed',
  503: 'Not ready',
  504: 'It took too long',
};

/** Answers with a problem, whatever was thrown; what nobody expected goes to the log. */
export function answerProblem(context: ApiContext, thrown: unknown, log: Log): Response {
  const known = isProblem(thrown) ? thrown : problemOf(thrown);
  const { requestId } = context.var;
  if (known.status >= 500) log.error({ err: thrown, requestId }, 'a request failed');
  if (known.status === 401) context.header('WWW-Authenticate', 'Bearer realm="suture"');
  // The rest of the request was not read: the connection is of no more use.
  if (known.status === 413) context.header('Connection', 'close');
  return context.body(
    JSON.stringify({
      ...known,
      ...(requestId === undefined ? {} : { instance: `urn:request:${requestId}` }),
    }),
    known.status as ContentfulStatusCode,
    { 'Content-Type': PROBLEM_TYPE },
  );
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'status' in value &&
    'code' in value &&
    'title' in value
  );
}
