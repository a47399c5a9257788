/**
 * Writes the published JSON Schemas under docs/schemas from the code that checks the same files, so
 * that the two cannot differ. Tests beside both sources fail when they are stale.
 *
 *   node scripts/schemas.ts
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publishedSchemas } from '../src/stages/configure/published-schema.ts';
import { contractSchemas } from '../src/stages/report/contract-schema.ts';

/** File below docs/schemas to its content; add other formats here. */
const schemas: Readonly<Record<string, object>> = { ...publishedSchemas(), ...contractSchemas() };

const folder = join(import.meta.dirname, '../docs/schemas');
for (const [name, schema] of Object.entries(schemas)) {
  await writeFile(join(folder, name), `${JSON.stringify(schema, null, 2)}\n`);
  console.log(`docs/schemas/${name}`);
}
