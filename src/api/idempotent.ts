import { createHash } from 'node:crypto';
import { claimKey, releaseKey, storeAnswer } from '../store/idempotency.ts';
import type { ServingOptions } from './bind.ts';
import type { ApiDependencies } from './dependencies.ts';
import { problem, problemOf, RequestProblem } from './problem.ts';
import type { ApiContext } from './requester.ts';

/** Longer than anything is waited for. */
const HOLD_SECONDS = 180;
const KEY = /^[\x21-\x7e]{1,200}$/;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Does a change once per `Idempotency-Key`: the same request with the same key gets the answer of
 * the first. A mistake is not kept, and may be corrected under the same key.
 *
 * @throws RequestProblem `idempotency-key-reused` (422), `idempotency-in-progress` (409),
 *   `idempotency-interrupted` (409), `idempotency-secret` (409)
 */
export async function once(
  context: ApiContext,
  { store, log }: Pick<ApiDependencies, 'store' | 'log'>,
  options: ServingOptions,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const key = context.req.header('idempotency-key');
  const userId = context.var.principal?.userId;
  if (key === undefined || userId === undefined || context.req.method === 'GET')
    return await work();
  if (!KEY.test(key)) {
    throw refusal(
      400,
      'input-invalid',
      'Idempotency-Key is 1 to 200 visible characters',
      'Send a UUID.',
    );
  }
  const requestHash = await hashOf(context);
  const claim = await claimKey(store, { userId, key, requestHash, holdSeconds: HOLD_SECONDS });
  switch (claim.kind) {
    case 'first':
      break;
    case 'interrupted':
      if (options.repeatable === true) break;
      throw refusal(
        409,
        'idempotency-interrupted',
        'The first request with this key was interrupted; how far it came is not known',
        'Look whether it was done. If it was not, send it with a new key.',
      );
    case 'in-progress':
      context.header('Retry-After', '1');
      throw refusal(
        409,
        'idempotency-in-progress',
        'The first request with this key is still being worked on',
        'Send it again in a moment.',
      );
    case 'different':
      throw refusal(
        422,
        'idempotency-key-reused',
        'This key was used for another request',
        'Use a new key for each request; only a repetition has the same.',
      );
    case 'answered':
      if (!('body' in claim.answer)) {
        throw refusal(
          409,
          'idempotency-secret',
          'It was done. The answer had a secret in it, which is shown once',
          'Make a new one if you did not get it, and take the other away.',
        );
      }
      context.header('Idempotency-Replayed', 'true');
      return { status: claim.answer.status, body: claim.answer.body };
  }
  let answer: Answer;
  try {
    answer = await work();
  } catch (error) {
    // What was refused changed nothing. What failed may have: the key stays taken.
    if (problemOf(error).status < 500 || options.repeatable === true) {
      await releaseKey(store, userId, key).catch((failed: unknown) => {
        log.warn({ err: failed }, 'an idempotency key was not given back');
      });
    }
    throw error;
  }
  const { status, body } = answer;
  await storeAnswer(
    store,
    userId,
    key,
    options.answersSecret === true ? { status } : { status, body },
  );
  return answer;
}

async function hashOf(context: ApiContext): Promise<Buffer> {
  const { method, url } = context.req;
  const { pathname, search } = new URL(url);
  return createHash('sha256')
    .update(JSON.stringify([method, pathname, search]))
    .update(new Uint8Array(await context.req.arrayBuffer()))
    .digest();
}

function refusal(
  status: 400 | 409 | 422,
  code: string,
  detail: string,
  remedy: string,
): RequestProblem {
  return new RequestProblem(problem(status, code, { detail, remedy }));
}
