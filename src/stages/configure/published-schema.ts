import { z } from 'zod';
import { controlPolicySchema } from './control-policy-schema.ts';
import { configurationSchema, policySchema } from './schema.ts';

/**
 * JSON Schemas (draft 2020-12) of the files a person writes, by their name below docs/schemas.
 * Editors that follow `# yaml-language-server: $schema=…` complete and check with them.
 */
export function publishedSchemas(): Readonly<Record<string, object>> {
  return {
    'suture.schema.json': titled('suture.yaml', configurationSchema),
    'policy.schema.json': titled('policy.yaml', policySchema),
    'control-policy.schema.json': titled("a control plane's policy", controlPolicySchema),
  };
}

function titled(title: string, schema: z.ZodType): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return { $schema, title, ...rest };
}
