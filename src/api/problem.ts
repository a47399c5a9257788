import type { z } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { messageOf, SutureError } from '../domain/error.ts';
import { withoutSecrets } from '../platform/log.ts';
import type { problemSchema } from './contract/route.ts';

export type Problem = z.infer<typeof problemSchema>;

/** Media type of RFC 9457. */
export const PROBLEM_TYPE = 'application/problem+json';

/** Codes that are somebody's mistake, with the status that says whose and of what kind. */
const STATUS_OF: Readonly<Record<string, ContentfulStatusCode>> = {
  'not-signed-in': 401,
  'sign-in-refused': 401,
  forbidden: 403,
  'cross-site': 403,
  'not-found': 404,
  'too-large': 413,
  'wrong-host': 421,
  unprocessable: 422,
  'rate-limited': 429,
  'provider-unreachable': 502,
  'database-unreachable': 503,
  'index-missing': 503,
  'not-ready': 503,
  'timed-out': 504,
};

/** Beginnings and ends of codes of which there are many. */
const STATUS_BY_FORM: readonly (readonly [RegExp, ContentfulStatusCode])[] = [
  [/(^|-)(unknown|not-found|missing)$/, 404],
  [/-(forbidden|not-allowed|own|excluded)$/, 403],
  [
    /^(already|last|idempotency|key)-|-(conflict|exists|taken|closed|decided|in-progress|state|changed|superseded|archived|finished|stale)$/,
    409,
  ],
];

/** The answer to a thrown error; never with a stack or a secret in it. */
export function problemOf(error: unknown): Problem {
  if (error instanceof RequestProblem) return error.problem;
  if (error instanceof SutureError) {
    const status = statusOf(error.code);
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

function statusOf(code: string): ContentfulStatusCode {
  const known = STATUS_OF[code] ?? STATUS_BY_FORM.find(([form]) => form.test(code))?.[1];
  return known ?? 400;
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
