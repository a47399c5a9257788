import { openapiDocument } from '../src/api/openapi.ts';

/** The OpenAPI 3.1 document of every operation in the contract, without a running server. */
export function apiDocument(): object {
  return openapiDocument('1');
}
