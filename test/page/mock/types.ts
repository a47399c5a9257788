import type { z } from '@hono/zod-openapi';
import type { assetSchema } from '../../../src/api/contract/assets.ts';
import type { changeSchema } from '../../../src/api/contract/changes.ts';
import type { decisionSchema } from '../../../src/api/contract/decisions.ts';
import type { exceptionSchema, findingSchema } from '../../../src/api/contract/findings.ts';
import type { channelSchema, overview, systemStatus } from '../../../src/api/contract/operation.ts';
import type { tokenSchema, userSchema } from '../../../src/api/contract/people.ts';
import type { policyVersionSchema, simulatePolicy } from '../../../src/api/contract/policy.ts';

type Answer<
  Route extends {
    responses: Record<200, { content: { 'application/json': { schema: z.ZodType } } }>;
  },
> = z.infer<Route['responses'][200]['content']['application/json']['schema']>;

export type Asset = z.infer<typeof assetSchema>;
export type Finding = z.infer<typeof findingSchema>;
export type Change = z.infer<typeof changeSchema>;
export type Decision = z.infer<typeof decisionSchema>;
export type Exception = z.infer<typeof exceptionSchema>;
export type Channel = z.infer<typeof channelSchema>;
export type Token = z.infer<typeof tokenSchema>;
export type User = z.infer<typeof userSchema>;
export type PolicyDocument = z.infer<typeof policyVersionSchema> & { document: string };
export type Overview = Answer<typeof overview>;
export type System = Answer<typeof systemStatus>;
export type Simulation = Answer<typeof simulatePolicy>;
