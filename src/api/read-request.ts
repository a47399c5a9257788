import type { z } from '@hono/zod-openapi';
import type { ContractOperation } from './bind.ts';
import { inputProblem, problem, RequestProblem } from './problem.ts';
import type { ApiContext } from './requester.ts';

interface RequestSchemas {
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: {
    readonly content: { readonly 'application/json': { readonly schema: z.ZodType } };
  };
}

export interface ReadRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/**
 * What a request says, as far as it fits the contract. Query parameters and members that the
 * contract does not know are refused: a filter with a typing mistake would show everything.
 *
 * @throws RequestProblem `input-invalid`, `media-type`
 */
export async function readRequest(
  context: ApiContext,
  operation: ContractOperation,
): Promise<ReadRequest> {
  const { params, query, body } = operation.request as RequestSchemas;
  if (query === undefined) refuseQuery(context);
  return {
    params: params === undefined ? undefined : fit(params, context.req.param(), 'path'),
    query: query === undefined ? undefined : fit(query, queryOf(context), 'query'),
    body:
      body === undefined
        ? undefined
        : fit(body.content['application/json'].schema, await jsonOf(context), 'body'),
  };
}

/**
 * The query of a request that is no operation of the contract.
 *
 * @throws RequestProblem `input-invalid`
 */
export function readQuery<T extends z.ZodType>(context: ApiContext, schema: T): z.output<T> {
  return fit(schema, queryOf(context), 'query') as z.output<T>;
}

function fit(schema: z.ZodType, value: unknown, where: string): unknown {
  if (hasNul(value, where)) throw refused(where, 'There is a NUL character in it');
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RequestProblem(inputProblem(parsed.error, where));
}

/** A parameter given several times is a list; one that is given empty is not given. */
function queryOf(context: ApiContext): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(context.req.queries()).flatMap(
      ([name, values]): [string, string | string[]][] => {
        const [first] = values;
        if (values.length > 1) return [[name, values]];
        return first === undefined || first === '' ? [] : [[name, first]];
      },
    ),
  );
}

/** Deeper than any document for people or programs; what looks into it goes down by calling itself. */
const DEEPEST = 500;

/** The database keeps no NUL in text; nobody means one. */
function hasNul(value: unknown, where: string, depth = 0): boolean {
  if (typeof value === 'string') return value.includes('\u0000');
  if (typeof value !== 'object' || value === null) return false;
  if (depth > DEEPEST) throw refused(where, 'It is nested too deeply');
  return Object.entries(value).some(
    ([name, member]) => name.includes('\u0000') || hasNul(member, where, depth + 1),
  );
}

function refuseQuery(context: ApiContext): void {
  const [name] = Object.keys(context.req.query());
  if (name !== undefined) throw refused('query', `There is no ${name} here`);
}

function refused(path: string, message: string): RequestProblem {
  return new RequestProblem(
    problem(400, 'input-invalid', {
      detail: `${path}: ${message}`,
      remedy: 'Compare the request with /reference.',
      errors: [{ path, message }],
    }),
  );
}

async function jsonOf(context: ApiContext): Promise<unknown> {
  const type = context.req.header('content-type') ?? '';
  if (!/^application\/json *(;|$)/i.test(type)) {
    throw new RequestProblem(
      problem(415, 'media-type', {
        detail: type === '' ? 'The body has no Content-Type' : `The body is ${type.slice(0, 100)}`,
        remedy: 'Send JSON with Content-Type: application/json.',
      }),
    );
  }
  try {
    return await context.req.json();
  } catch {
    throw new RequestProblem(
      problem(400, 'input-invalid', { detail: 'The body is not JSON', remedy: 'Send valid JSON.' }),
    );
  }
}
