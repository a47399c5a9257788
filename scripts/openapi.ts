/**
 * Writes the API's OpenAPI document, and from it the types that the page sees. A test fails when
 * one of them is stale.
 *
 *   node scripts/openapi.ts
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openapiDocument } from '../src/api/openapi.ts';

const file = 'docs/schemas/openapi.json';
await writeFile(
  join(import.meta.dirname, '..', file),
  `${JSON.stringify(openapiDocument('1'), null, 2)}\n`,
);
console.log(file);
await import('./page-client.ts');
