import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import * as contract from '../src/api/contract/index.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
}

/**
 * `X.nullable()` of a named schema is written as "X and also an object or null", which no null
 * fits; what is meant is "X or null".
 */
function meantNullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(meantNullable);
  if (typeof value !== 'object' || value === null) return value;
  const { allOf, ...rest } = value as { allOf?: readonly Schema[] };
  const named = allOf?.find(({ $ref }) => $ref !== undefined);
  const nullable = allOf?.some(({ type }) => Array.isArray(type) && type.includes('null'));
  if (allOf?.length === 2 && named !== undefined && nullable === true) {
    return { ...rest, anyOf: [named, { type: 'null' }] };
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, meantNullable(part)]));
}

/** The OpenAPI 3.1 document of every operation in the contract, without a running server. */
export function apiDocument(): object {
  const app = new OpenAPIHono();
  for (const resource of Object.values(contract)) {
    for (const value of Object.values(resource)) {
      if (typeof value === 'object' && 'method' in value && 'responses' in value) {
        app.openAPIRegistry.registerPath(value as unknown as RouteConfig);
      }
    }
  }
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Suture', version: '1' },
    servers: [{ url: '/api/v1' }],
  });
  return meantNullable(document) as object;
}
