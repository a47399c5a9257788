import { z } from '@hono/zod-openapi';
import { pageOf, pageQuery, route } from './route.ts';
import { personSchema, timeSchema } from './values.ts';

const numberParam = z.object({ number: z.coerce.number().int().min(1) });

const complaintSchema = z
  .object({
    severity: z.enum(['error', 'warning']),
    line: z.number().int(),
    column: z.number().int(),
    message: z.string(),
    remedy: z.string().nullable(),
  })
  .openapi('PolicyComplaint');

export const policyVersionSchema = z
  .object({
    number: z.number().int(),
    state: z.enum(['draft', 'active', 'retired']),
    note: z.string(),
    author: personSchema.nullable(),
    createdAt: timeSchema,
    reviewedBy: personSchema.nullable(),
    reviewedAt: timeSchema.nullable(),
    activatedBy: personSchema.nullable(),
    activatedAt: timeSchema.nullable(),
  })
  .openapi('PolicyVersion');

const documentSchema = policyVersionSchema
  .extend({ document: z.string() })
  .openapi('PolicyDocument');

export const activePolicy = route({
  method: 'get',
  path: '/policy',
  tag: 'Policy',
  summary: 'The policy in force',
  needs: 'read',
  ok: documentSchema,
});

export const listPolicyVersions = route({
  method: 'get',
  path: '/policy/versions',
  tag: 'Policy',
  summary: 'All versions, newest first',
  needs: 'read',
  query: pageQuery,
  ok: pageOf(policyVersionSchema),
});

export const getPolicyVersion = route({
  method: 'get',
  path: '/policy/versions/{number}',
  tag: 'Policy',
  summary: 'One version with its document',
  needs: 'read',
  params: numberParam,
  ok: documentSchema,
});

export const validatePolicy = route({
  method: 'post',
  path: '/policy/validate',
  tag: 'Policy',
  summary: 'Check a document, without keeping it',
  needs: 'read',
  body: z.object({ document: z.string().max(500_000) }),
  ok: z.object({ valid: z.boolean(), complaints: z.array(complaintSchema) }),
});

export const savePolicy = route({
  method: 'post',
  path: '/policy/versions',
  tag: 'Policy',
  summary: 'Keep a document as a draft',
  needs: 'administer',
  body: z.object({
    document: z.string().max(500_000),
    note: z.string().trim().max(1000).default(''),
  }),
  ok: documentSchema,
  status: 201,
});

export const reviewPolicy = route({
  method: 'post',
  path: '/policy/versions/{number}/review',
  tag: 'Policy',
  summary: 'Say that you have read a draft and agree; never your own',
  needs: 'approve',
  params: numberParam,
  body: z.object({ reason: z.string().trim().max(1000).default('') }),
  ok: policyVersionSchema,
});

export const activatePolicy = route({
  method: 'post',
  path: '/policy/versions/{number}/activate',
  tag: 'Policy',
  summary: 'Put a reviewed draft (or an earlier version) into force',
  needs: 'administer',
  params: numberParam,
  body: z.object({
    reason: z.string().trim().min(1).max(1000),
    withoutReview: z
      .boolean()
      .default(false)
      .describe('Only where there is nobody else who could review; it is recorded.'),
  }),
  ok: policyVersionSchema,
});

const outcomeCounts = z.record(z.string(), z.number().int());

export const simulatePolicy = route({
  method: 'post',
  path: '/policy/simulate',
  tag: 'Policy',
  summary: 'What a document would have decided about the last days, against the policy in force',
  needs: 'read',
  body: z.object({
    document: z.string().max(500_000),
    days: z.number().int().min(1).max(365).default(30),
  }),
  ok: z
    .object({
      from: timeSchema,
      to: timeSchema,
      changes: z.number().int(),
      sampled: z.boolean(),
      inForce: outcomeCounts,
      proposed: outcomeCounts,
      approvalsInForce: z.number().int(),
      approvalsProposed: z.number().int(),
      differences: z.array(
        z.object({
          changeId: z.string(),
          title: z.string(),
          asset: z.string(),
          inForce: z.object({ outcome: z.string(), rule: z.string(), because: z.string() }),
          proposed: z.object({ outcome: z.string(), rule: z.string(), because: z.string() }),
        }),
      ),
      deadlinesMoved: z.object({ earlier: z.number().int(), later: z.number().int() }),
      assumptions: z.array(z.string()),
    })
    .openapi('PolicySimulation'),
});
