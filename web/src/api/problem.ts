import type { Problem } from './types.ts';

/** An answer that is not the good one, as RFC 9457 has it; or no answer at all. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

const unreachable: Problem = {
  type: 'about:blank',
  title: 'The server does not answer',
  status: 0,
  code: 'unreachable',
  remedy: 'Check that `suture up` runs and that you are connected, then try again.',
};

/** Whatever was thrown, as something that can be shown: what happened and what to do. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  // `fetch` throws a TypeError when there is nobody to talk to.
  if (error instanceof TypeError) return unreachable;
  return {
    type: 'about:blank',
    title: 'This page failed',
    status: 0,
    code: 'page-failed',
    detail: error instanceof Error ? error.message : String(error),
    remedy: 'Load the page again. If it happens again, tell whoever runs Suture here.',
  };
}

export function isStatus(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof ApiError && statuses.includes(error.problem.status);
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'title' in value && 'status' in value;
}

/** The problem in an answer's body, or one made from its status when there is none. */
export function toApiError(body: unknown, response: Response): ApiError {
  if (isProblem(body)) return new ApiError(body);
  return new ApiError({
    type: 'about:blank',
    title: response.status >= 500 ? 'The server failed' : `The server answered ${response.status}`,
    status: response.status,
    code: 'unexpected',
    remedy: 'Try again in a moment.',
  });
}
