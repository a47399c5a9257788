import { z } from '@hono/zod-openapi';
import { listOf, pageOf, pageQuery, route } from './route.ts';
import { personSchema, timeSchema } from './values.ts';

const seqParam = z.object({ seq: z.coerce.number().int().min(1) });
const feedbackVerdict = z.enum(['wrong-priority', 'wrong-context', 'bad-patch', 'right']);

export const decisionRowSchema = z
  .object({
    seq: z.number().int(),
    at: timeSchema,
    kind: z.string(),
    subjectType: z.string(),
    subjectId: z.string(),
    assetId: z.string().nullable(),
    outcome: z.string(),
    actorType: z.enum(['policy', 'model', 'person']),
    actor: z.string(),
    rule: z.string().nullable(),
    because: z.string(),
    hash: z.string(),
    feedback: z.number().int().describe('How many people said something of it.'),
  })
  .openapi('DecisionRow');

export const decisionSchema = decisionRowSchema
  .extend({
    inputs: z.record(z.string(), z.unknown()),
    factors: z.array(
      z.object({ name: z.string(), value: z.string(), contribution: z.number().optional() }),
    ),
    alternatives: z.array(z.object({ outcome: z.string(), why: z.string() })),
    versions: z.record(z.string(), z.string()),
    previousHash: z.string(),
    feedbackGiven: z.array(
      z.object({ by: personSchema, verdict: feedbackVerdict, reason: z.string(), at: timeSchema }),
    ),
  })
  .openapi('Decision');

export const listDecisions = route({
  method: 'get',
  path: '/decisions',
  tag: 'Decisions',
  summary: 'The log, newest first',
  needs: 'read',
  query: pageQuery.extend({
    kind: listOf(z.string()),
    subjectType: z.string().optional(),
    subjectId: z.string().optional(),
    asset: z.string().optional(),
    actorType: z.enum(['policy', 'model', 'person']).optional(),
    outcome: z.string().optional(),
    from: timeSchema.optional(),
    to: timeSchema.optional(),
  }),
  ok: pageOf(decisionRowSchema),
});

export const getDecision = route({
  method: 'get',
  path: '/decisions/{seq}',
  tag: 'Decisions',
  summary: 'One decision with its reasons',
  needs: 'read',
  params: seqParam,
  ok: decisionSchema,
});

export const giveFeedback = route({
  method: 'post',
  path: '/decisions/{seq}/feedback',
  tag: 'Decisions',
  summary: 'Say that a decision was wrong, or right',
  needs: 'approve',
  params: seqParam,
  body: z.object({ verdict: feedbackVerdict, reason: z.string().trim().min(1).max(4000) }),
  ok: decisionSchema,
});

export const verifyDecisions = route({
  method: 'post',
  path: '/decisions/verify',
  tag: 'Decisions',
  summary: 'Recompute the chain, and name the first broken link',
  needs: 'audit',
  ok: z
    .object({
      intact: z.boolean(),
      decisions: z.number().int(),
      checkpoints: z.number().int(),
      checkedAt: timeSchema,
      broken: z.object({ seq: z.number().int(), what: z.string() }).nullable(),
      lastCheckpoint: z
        .object({ seq: z.number().int(), at: timeSchema, keyId: z.string() })
        .nullable(),
    })
    .openapi('ChainVerification'),
});
