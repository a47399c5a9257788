import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { publishedSchemas } from './published-schema.ts';

const root = join(import.meta.dirname, '../../..');

describe.each(Object.entries(publishedSchemas()))('docs/schemas/%s', (name, schema) => {
  it('is what the code checks; `node scripts/schemas.ts` writes it', () => {
    const published = readFileSync(join(root, 'docs/schemas', name), 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it('is a valid schema', () => {
    const ajv = new Ajv2020({ strict: false });
    formats.default(ajv);
    expect(() => ajv.compile(schema)).not.toThrow();
  });
});

describe('the guide', () => {
  const guide = readFileSync(join(root, 'docs/guide/configuration.md'), 'utf8');
  const [example] = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

  it('shows a full example that the schema accepts', () => {
    const ajv = new Ajv2020({ strict: false });
    formats.default(ajv);
    const validate = ajv.compile(publishedSchemas()['suture.schema.json'] ?? {});
    expect(validate(parse(example ?? '')) || validate.errors).toBe(true);
  });

  it('leaves no setting out', () => {
    const schema = publishedSchemas()['suture.schema.json'] as {
      properties: Record<string, Named>;
    };
    const names = Object.entries(schema.properties).flatMap(([section, { properties, items }]) => [
      section,
      ...Object.keys(properties ?? items?.properties ?? {}),
    ]);
    expect(names.filter((name) => !guide.includes(name))).toEqual([]);
  });
});

interface Named {
  readonly properties?: Record<string, unknown>;
  readonly items?: Named;
}
