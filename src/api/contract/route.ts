import { createRoute, z } from '@hono/zod-openapi';
import type { Permission } from '../../domain/access.ts';

/** RFC 9457; what every error looks like. */
export const problemSchema = z
  .object({
    type: z.string().describe('`about:blank` or a link to what the code means.'),
    title: z.string(),
    status: z.number().int(),
    code: z.string().describe('Stable and machine-readable: `forbidden`, `not-found`, …'),
    detail: z.string().optional(),
    remedy: z.string().optional().describe('What to do next.'),
    instance: z.string().optional().describe('The request, for asking about it.'),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('For input that does not fit: where, and why.'),
  })
  .openapi('Problem');

/** Opaque; from `nextCursor` of the page before. */
const cursor = z.string().max(512).optional();

/** Query of every list. */
export const pageQuery = z.object({
  cursor,
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** A page of a list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('Null on the last page.'),
  });
}

export const idParam = z.object({ id: z.string().min(1).max(200) });

/** A number of items, exact up to a bound. */
export const countSchema = z
  .object({
    value: z.number().int(),
    atLeast: z.boolean().describe('There are more; counting stopped here.'),
  })
  .openapi('Count');

/** A query parameter that may be given several times or with commas. */
export function listOf<T extends z.ZodType<string, string>>(item: T) {
  return z
    .preprocess(
      (value) => (typeof value === 'string' ? value.split(',') : value),
      z.array(item).max(50),
    )
    .optional();
}

export const flag = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .optional();

interface RouteDefinition<
  Method extends string,
  Path extends string,
  Params extends z.ZodObject | undefined,
  Query extends z.ZodObject | undefined,
  Body extends z.ZodType | undefined,
  Ok extends z.ZodType,
  Status extends number,
> {
  readonly method: Method;
  readonly path: Path;
  readonly tag: string;
  readonly summary: string;
  /** What it takes; `none` for what is open to everybody, `any` for whoever is signed in. */
  readonly needs: Permission | 'none' | 'any';
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly ok: Ok;
  readonly status?: Status;
}

const failed = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});

type Operation<
  Method extends string,
  Path extends string,
  Params,
  Query,
  Body,
  Ok extends z.ZodType,
  Status extends 200 | 201 | 202,
> = {
  readonly method: Method;
  readonly path: Path;
  readonly request: (Params extends z.ZodObject ? { params: Params } : unknown) &
    (Query extends z.ZodObject ? { query: Query } : unknown) &
    (Body extends z.ZodType
      ? { body: { required: true; content: { 'application/json': { schema: Body } } } }
      : unknown);
  readonly responses: Readonly<
    Record<Status, { description: string; content: { 'application/json': { schema: Ok } } }>
  >;
  readonly 'x-suture-needs': Permission | 'none' | 'any';
  getRoutingPath(): RoutingPath<Path>;
};

type RoutingPath<Path extends string> = Path extends `${infer Head}/{${infer Name}}${infer Rest}`
  ? `${Head}/:${Name}${RoutingPath<Rest>}`
  : Path;

/**
 * One operation: path, validation, who may, and what comes back; for server, page and reference
 * alike. Errors are thrown and answered in one place, so a handler only knows the good answer.
 */
export function route<
  const Method extends 'get' | 'post' | 'put' | 'patch' | 'delete',
  const Path extends string,
  Ok extends z.ZodType,
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
  const Status extends 200 | 201 | 202 = 200,
>(
  definition: RouteDefinition<Method, Path, Params, Query, Body, Ok, Status>,
): Operation<Method, Path, Params, Query, Body, Ok, Status> {
  const { method, path, tag, summary, needs, params, ok } = definition;
  // What is not known here is a typing mistake, and must not be overlooked.
  const query = definition.query?.strict();
  const body = definition.body instanceof z.ZodObject ? definition.body.strict() : definition.body;
  const created = createRoute({
    method,
    path,
    tags: [tag],
    summary,
    operationId: operationId(method, path),
    ...(needs === 'none' ? { security: [] } : {}),
    'x-suture-needs': needs,
    request: {
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { query }),
      ...(body === undefined
        ? {}
        : { body: { required: true, content: { 'application/json': { schema: body } } } }),
    },
    responses: {
      [definition.status ?? 200]: {
        description: 'Done.',
        content: { 'application/json': { schema: ok } },
      },
      400: failed('The request does not fit.'),
      401: failed('Not signed in, or the token has expired.'),
      403: failed('Signed in, but not allowed to.'),
      404: failed('There is no such thing.'),
      409: failed('It does not fit the state things are in.'),
      429: failed('Too many requests.'),
    },
  });
  // What is optional here is absent or there by type; that is more than inference can follow.
  return created as unknown as Operation<Method, Path, Params, Query, Body, Ok, Status>;
}

/** `get /findings/{id}/history` → `getFindingsIdHistory` */
function operationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return method + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('');
}
