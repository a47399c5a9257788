import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { aPatchReport, aScanReport } from '../../../test/support/report.ts';
import { contractSchemas } from './contract-schema.ts';
import { writeJson } from './json.ts';
import { writePatchJson } from './patch-json.ts';

const published = (name: string): object =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../docs/schemas', name), 'utf8'),
  ) as object;

describe('the published schemas', () => {
  it.each(Object.entries(contractSchemas()))(
    '%s is fresh (node scripts/schemas.ts)',
    (name, schema) => {
      expect(published(name)).toEqual(JSON.parse(JSON.stringify(schema)));
    },
  );

  it.each([
    ['scan-1.schema.json', writeJson(aScanReport())],
    ['patch-1.schema.json', writePatchJson(aPatchReport())],
  ])('%s holds for what is written', (name, text) => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    // A CommonJS default export, seen through Node's interop.
    (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
    const validate = ajv.compile(published(name));
    validate(JSON.parse(text));
    expect(validate.errors ?? []).toEqual([]);
  });
});
