import { z } from '@hono/zod-openapi';
import { idParam, listOf, pageOf, pageQuery, route } from './route.ts';
import {
  assetRefSchema,
  changeStateSchema,
  personSchema,
  problemNoteSchema,
  timeSchema,
} from './values.ts';

const confidenceSchema = z
  .object({
    value: z.number(),
    interval: z.tuple([z.number(), z.number()]).describe('90 % credible.'),
    model: z.string(),
    factors: z.array(z.object({ name: z.string(), value: z.string(), contribution: z.number() })),
  })
  .openapi('Confidence');

const remedySchema = z
  .object({
    kind: z.string(),
    package: z.string(),
    from: z.string(),
    to: z.string().nullable(),
    because: z.string(),
    closes: z.array(z.string()),
  })
  .openapi('Remedy');

const commandSchema = z
  .object({
    step: z.string(),
    argv: z.array(z.string()),
    exitCode: z.number().int().nullable(),
    timedOut: z.boolean(),
    durationMs: z.number(),
    outputTail: z.string(),
  })
  .openapi('CommandResult');

const runSchema = z
  .object({
    runner: z.string(),
    commands: z.array(commandSchema),
    tests: z.object({
      passed: z.number().int(),
      failed: z.number().int(),
      skipped: z.number().int(),
      list: z
        .array(z.object({ name: z.string(), outcome: z.enum(['passed', 'failed', 'skipped']) }))
        .describe('At most 2,000; those that differ between before and after come first.'),
    }),
  })
  .openapi('ProjectRun');

const approvalSchema = z
  .object({
    state: z.enum(['waiting', 'approved', 'rejected', 'changes-requested', 'expired', 'withdrawn']),
    quorum: z.number().int(),
    approvals: z.number().int().describe('Votes for it that count.'),
    approvers: z.array(z.string()),
    requestedAt: timeSchema,
    expiresAt: timeSchema,
    nextEscalationAt: timeSchema.nullable(),
    mayVote: z.boolean().describe('Whether the vote of whoever asks would count.'),
    whyNot: z.string().nullable(),
    votes: z.array(
      z.object({
        by: personSchema,
        verdict: z.enum(['approve', 'reject', 'request-changes']),
        reason: z.string(),
        avoid: z.array(z.string()),
        at: timeSchema,
      }),
    ),
  })
  .openapi('Approval');

export const changeRowSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    state: changeStateSchema,
    stateSince: timeSchema,
    asset: assetRefSchema,
    verdict: z.enum(['proven', 'failed', 'inconclusive']),
    confidence: z.number(),
    riskRemoved: z.number(),
    closes: z.number().int(),
    remedies: z.array(remedySchema),
    notBefore: timeSchema.nullable(),
    due: z.iso.date().nullable().describe('Earliest deadline among the findings it closes.'),
    createdAt: timeSchema,
    handedOverAt: timeSchema.nullable(),
    closedAt: timeSchema.nullable(),
    needsMe: z.boolean().describe('It waits for whoever asks.'),
  })
  .openapi('ChangeRow');

export const changeSchema = changeRowSchema
  .extend({
    remediationId: z.string(),
    position: z.number().int(),
    because: z.string(),
    lockfile: z.string(),
    files: z.array(z.string()),
    baseCommit: z.string().nullable(),
    branch: z.string().nullable(),
    commit: z.string().nullable(),
    confidenceDetail: confidenceSchema,
    decision: z
      .object({
        seq: z.number().int(),
        outcome: z.string(),
        rule: z.string().nullable(),
        because: z.string(),
      })
      .nullable()
      .describe('What policy said of it.'),
    approval: z.union([approvalSchema, z.null()]),
    findings: z.array(
      z.object({
        id: z.string(),
        package: z.string(),
        version: z.string(),
        advisoryId: z.string(),
        band: z.string(),
        score: z.number(),
        summary: z.string(),
        state: z.string(),
      }),
    ),
    verification: z.object({
      gaps: z.array(z.string()),
      flaky: z.array(z.string()),
      failingBefore: z.array(z.string()),
      regressions: z.array(z.object({ kind: z.string(), name: z.string(), message: z.string() })),
      rescan: z.object({
        closed: z.array(z.string()),
        remaining: z.array(z.string()),
        introduced: z.array(z.string()),
      }),
      exploits: z.array(
        z.object({
          name: z.string(),
          before: z.enum(['succeeds', 'fails']),
          after: z.enum(['succeeds', 'fails']),
        }),
      ),
      testsReachChange: z.number().nullable().describe('Share of changed packages tests loaded.'),
      before: z.union([runSchema, z.null()]),
      after: runSchema,
    }),
    signs: z.array(z.object({ kind: z.string(), package: z.string(), message: z.string() })),
    evidenceSha256: z.string().nullable(),
    outcomes: z.array(
      z.object({
        result: z.enum(['held', 'broke']),
        note: z.string(),
        by: personSchema.nullable(),
        at: timeSchema,
      }),
    ),
    wayBack: z.string().describe('How it is undone, for a person.'),
  })
  .openapi('Change');

export const listChanges = route({
  method: 'get',
  path: '/changes',
  tag: 'Changes',
  summary: 'List changes, newest first',
  needs: 'read',
  query: pageQuery.extend({
    state: listOf(changeStateSchema),
    asset: z.string().optional(),
    finding: z.string().optional(),
    needsMe: z.enum(['true', 'false']).optional(),
  }),
  ok: pageOf(changeRowSchema),
});

export const getChange = route({
  method: 'get',
  path: '/changes/{id}',
  tag: 'Changes',
  summary: 'One change with its proof',
  needs: 'read',
  params: idParam,
  ok: changeSchema,
});

export const getChangeDiff = route({
  method: 'get',
  path: '/changes/{id}/diff',
  tag: 'Changes',
  summary: 'What a change changes, as a unified diff',
  needs: 'read',
  params: idParam,
  ok: z.object({ diff: z.string(), truncated: z.boolean() }),
});

export const getChangeEvidence = route({
  method: 'get',
  path: '/changes/{id}/evidence',
  tag: 'Changes',
  summary: 'The signed evidence: a DSSE envelope with an in-toto statement',
  needs: 'read',
  params: idParam,
  ok: z.object({
    envelope: z.object({
      payloadType: z.string(),
      payload: z.string(),
      signatures: z.array(z.object({ keyid: z.string(), sig: z.string() })),
    }),
    signatureValid: z.boolean(),
    keyId: z.string(),
    statement: z.record(z.string(), z.unknown()),
  }),
});

export const voteOnChange = route({
  method: 'post',
  path: '/changes/{id}/votes',
  tag: 'Changes',
  summary: 'Approve, reject, or ask for something else',
  needs: 'approve',
  params: idParam,
  body: z.object({
    verdict: z.enum(['approve', 'reject', 'request-changes']),
    reason: z.string().trim().max(4000).default('').describe('Needed unless it is approved.'),
    avoid: z.array(z.string()).max(50).default([]),
  }),
  ok: changeSchema,
});

export const overrideChange = route({
  method: 'post',
  path: '/changes/{id}/override',
  tag: 'Changes',
  summary: 'Take a change that policy observes, suggests or holds back; or drop it',
  needs: 'approve',
  params: idParam,
  body: z.object({
    outcome: z
      .enum(['hand-over', 'reject', 'now'])
      .describe(
        '`hand-over` takes an observed or suggested change; `now` does not wait for the window.',
      ),
    reason: z.string().trim().min(10).max(4000),
  }),
  ok: changeSchema,
});

export const reportOutcome = route({
  method: 'post',
  path: '/changes/{id}/outcomes',
  tag: 'Changes',
  summary: 'Say what really happened to a change',
  needs: 'approve',
  params: idParam,
  body: z.object({
    result: z.enum(['held', 'broke']),
    note: z.string().trim().max(4000).default(''),
  }),
  ok: changeSchema,
});

const runKind = z.enum(['scan', 'remediation', 'sync']);
export const runSchemaRow = z
  .object({
    id: z.string(),
    kind: runKind,
    asset: assetRefSchema.nullable(),
    trigger: z.string(),
    stage: z.string().nullable(),
    state: z.enum(['queued', 'running', 'waiting', 'done', 'failed', 'cancelled', 'superseded']),
    startedAt: timeSchema,
    endedAt: timeSchema.nullable(),
    summary: z.string(),
    problems: z.array(problemNoteSchema),
    error: z.string().nullable(),
    unfixed: z.array(z.object({ finding: z.string(), why: z.string(), needed: z.string() })),
    changeIds: z.array(z.string()),
  })
  .openapi('Run');

export const listRuns = route({
  method: 'get',
  path: '/runs',
  tag: 'Runs',
  summary: 'What is being done, and was',
  needs: 'read',
  query: pageQuery.extend({
    kind: listOf(runKind),
    asset: z.string().optional(),
    state: listOf(
      z.enum(['queued', 'running', 'waiting', 'done', 'failed', 'cancelled', 'superseded']),
    ),
  }),
  ok: pageOf(runSchemaRow),
});

export const getRun = route({
  method: 'get',
  path: '/runs/{id}',
  tag: 'Runs',
  summary: 'One run',
  needs: 'read',
  params: idParam,
  ok: runSchemaRow,
});

export const cancelRun = route({
  method: 'post',
  path: '/runs/{id}/cancel',
  tag: 'Runs',
  summary: 'Stop a run where it is',
  needs: 'operate',
  params: idParam,
  body: z.object({ reason: z.string().trim().max(1000).default('') }),
  ok: runSchemaRow,
});
