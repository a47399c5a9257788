import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { openapiDocument } from '../../../src/api/openapi.ts';

interface Operation {
  readonly operationId: string;
  readonly 'x-suture-needs': string;
  readonly responses: Readonly<
    Record<string, { content: Readonly<Record<string, { schema: object }>> }>
  >;
}

interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}

/** One operation of the contract, ready to be matched with a request. */
export interface KnownOperation {
  /** `GET /findings/{id}` */
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  readonly needs: string;
  readonly status: number;
  readonly validate: ValidateFunction;
}

/**
 * Every operation of the API contract with a check of its good answer, so that what a pretended
 * server says cannot drift from what the real one promises.
 */
export function knownOperations(): readonly KnownOperation[] {
  const document = openapiDocument('1') as ApiDocument;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'api', components: document.components });
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const status = Object.keys(operation.responses).find((code) => code.startsWith('2')) ?? '200';
      const schema = operation.responses[status]?.content['application/json']?.schema ?? {};
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path: new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
        needs: operation['x-suture-needs'],
        status: Number(status),
        validate: ajv.compile(
          JSON.parse(
            JSON.stringify(schema).replaceAll('"#/components', '"api#/components'),
          ) as object,
        ),
      };
    }),
  );
}
