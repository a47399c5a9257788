import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import type { ContractOperation } from './bind.ts';
import * as contract from './contract/index.ts';

/** Every operation of the contract, in its order. */
export function contractOperations(): readonly ContractOperation[] {
  return Object.values(contract).flatMap((resource) =>
    Object.values(resource).filter((value): value is ContractOperation => isOperation(value)),
  );
}

function isOperation(value: unknown): value is ContractOperation {
  return typeof value === 'object' && value !== null && 'x-suture-needs' in value;
}

const ABOUT = `Everything that the page does, and more. Errors are problem details (RFC 9457) with a
stable \`code\` and what to do next. Lists are paged by \`cursor\`. A request that changes something
may carry an \`Idempotency-Key\`: sent again with the same key it is answered, not done, again.
\`x-suture-needs\` of an operation says which permission it takes.`;

/** The OpenAPI 3.1 document, made from the contract alone. */
export function openapiDocument(version: string): object {
  const { openAPIRegistry: registry, getOpenAPI31Document } = new OpenAPIHono();
  registry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'A token made on the page (Settings, Tokens): `stt_…`.',
  });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'suture',
    description: 'The page’s own; `__Host-suture` where it is served by TLS.',
  });
  for (const operation of contractOperations()) {
    const description = needsText(operation['x-suture-needs']);
    registry.registerPath({ ...operation, description } as unknown as RouteConfig);
  }
  registry.registerPath(EVENTS);
  registry.registerPath(EXPORT);
  const document = getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Suture',
      version,
      description: ABOUT,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/api/v1' }],
    security: [{ token: [] }, { session: [] }],
    tags: TAGS,
  });
  return meantNullable(document) as object;
}

function needsText(needs: ContractOperation['x-suture-needs']): string {
  if (needs === 'none') return 'Open to everybody.';
  if (needs === 'any') return 'For whoever is signed in.';
  return `Takes the permission \`${needs}\`.`;
}

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

const TAGS = [
  { name: 'Overview', description: 'How things stand.' },
  { name: 'Findings', description: 'What is vulnerable, where, and how bad that is here.' },
  { name: 'Exceptions', description: 'What people accepted, for how long and why.' },
  { name: 'Changes', description: 'What closes findings, with its proof.' },
  { name: 'Runs', description: 'What is being done, and was.' },
  { name: 'Assets', description: 'What is watched.' },
  { name: 'Policy', description: 'Who decides what, and when.' },
  { name: 'Decisions', description: 'What was decided and why; append-only.' },
  { name: 'Notifications', description: 'How people are told.' },
  { name: 'People', description: 'Who may do what.' },
  { name: 'Operation', description: 'The machinery.' },
];

/** Not JSON, so that it is served on its own; see `events.ts`. */
const EVENTS = {
  method: 'get',
  path: '/events',
  tags: ['Operation'],
  summary: 'What changes, as it happens (server-sent events)',
  description: `Each event has a topic as its name and \`{topic, subject, assetId}\` as its data: it
says that something changed, not what. With \`Last-Event-ID\` it goes on where it was left; \`resync\`
says that some were missed.`,
  operationId: 'getEvents',
  'x-suture-needs': 'read',
  parameters: [
    {
      name: 'topics',
      in: 'query',
      required: false,
      description: 'Only these, with commas between them.',
      schema: { type: 'string' },
    },
  ],
  responses: {
    200: {
      description: 'The stream.',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    },
  },
} as unknown as RouteConfig;

/** A file of any length, sent as it is read; see `audit-export.ts`. */
const EXPORT = {
  method: 'get',
  path: '/decisions/export',
  tags: ['Decisions'],
  summary: 'The log as a file, for verifying it elsewhere or for a SIEM',
  description: `A line of JSON each, oldest first. \`jsonl\` holds what \`suture audit verify\` needs;
\`ocsf\` is an OCSF event a line. Takes the permission \`audit\`.`,
  operationId: 'getDecisionsExport',
  'x-suture-needs': 'audit',
  parameters: [
    {
      name: 'format',
      in: 'query',
      required: false,
      schema: { type: 'string', enum: ['jsonl', 'ocsf'], default: 'jsonl' },
    },
    ...[
      ['since', 'Decisions from then on.'],
      ['until', 'Decisions before then.'],
    ].map(([name, description]) => ({
      name,
      in: 'query',
      required: false,
      description,
      schema: { type: 'string', format: 'date-time' },
    })),
  ],
  responses: {
    200: {
      description: 'The file.',
      content: { 'application/x-ndjson': { schema: { type: 'string' } } },
    },
  },
} as unknown as RouteConfig;
