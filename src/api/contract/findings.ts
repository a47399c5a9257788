import { z } from '@hono/zod-openapi';
import { countSchema, flag, idParam, listOf, pageOf, pageQuery, route } from './route.ts';
import {
  acceptedSchema,
  assetRefSchema,
  bandSchema,
  environmentSchema,
  findingStateSchema,
  personSchema,
  reachabilityStatusSchema,
  severityLabelSchema,
  timeSchema,
} from './values.ts';

export const findingRowSchema = z
  .object({
    id: z.string(),
    state: findingStateSchema,
    stateSince: timeSchema,
    band: bandSchema,
    score: z.number().min(0).max(100),
    severity: severityLabelSchema,
    ecosystem: z.string().optional(),
    package: z.string(),
    version: z.string(),
    purl: z.string(),
    scope: z.string(),
    direct: z.boolean(),
    advisoryId: z.string(),
    aliases: z.array(z.string()),
    summary: z.string(),
    reachability: reachabilityStatusSchema,
    kev: z.boolean(),
    fixedIn: z.string().nullable().describe('Lowest version that ends it; null: none known.'),
    due: z.iso.date().nullable(),
    firstSeen: timeSchema,
    lastSeen: timeSchema,
    closedAt: timeSchema.nullable(),
    changeId: z.string().nullable(),
    group: z.string().optional().describe('Its remedy group, as `/finding-groups` names it.'),
    asset: assetRefSchema,
  })
  .openapi('FindingRow');

const factorSchema = z
  .object({
    name: z.string(),
    value: z.string(),
    contribution: z.number(),
    source: z.string(),
    part: z.enum(['probability', 'impact']).optional(),
  })
  .openapi('RiskFactor');

const callSiteSchema = z
  .object({
    file: z.string(),
    line: z.number().int(),
    column: z.number().int(),
    symbol: z.string(),
    code: z.string(),
    via: z.array(z.string()),
  })
  .openapi('CallSite');

export const findingSchema = findingRowSchema
  .extend({
    match: z.object({
      how: z.string(),
      range: z.string(),
      record: z.string(),
      grammar: z.string(),
    }),
    paths: z.array(z.array(z.string())),
    seenIn: z.array(z.string()),
    cvss: z.object({ score: z.number().nullable(), vector: z.string() }).nullable(),
    cwes: z.array(z.string()),
    published: z.string(),
    threat: z.object({
      kev: z.object({ dateAdded: z.string(), ransomware: z.boolean() }).nullable(),
      epss: z
        .object({ score: z.number(), percentile: z.number(), modelVersion: z.string() })
        .nullable(),
      ssvc: z
        .object({
          exploitation: z.string(),
          automatable: z.boolean(),
          technicalImpact: z.string(),
        })
        .nullable(),
      publicExploits: z.number().int().nullable(),
    }),
    reachabilityBecause: z.string(),
    callSites: z.array(callSiteSchema),
    vex: z.object({
      status: z.string(),
      justification: z.string().optional(),
      because: z.string(),
    }),
    risk: z.object({
      probability: z.number(),
      impact: z.number(),
      factors: z.array(factorSchema),
    }),
    explanation: z.string().describe('The same in words, plain text.'),
    deadlines: z.array(
      z.object({ rule: z.string(), due: z.iso.date().nullable(), decides: z.boolean() }),
    ),
    exception: z
      .object({
        id: z.string(),
        reason: z.string(),
        expiresAt: timeSchema,
        owner: personSchema,
      })
      .nullable(),
  })
  .openapi('Finding');

const facet = z.record(z.string(), countSchema);

export const findingFilter = z.object({
  state: listOf(findingStateSchema),
  exposed: flag.describe('Only what is still there and not accepted. Default true.'),
  band: listOf(bandSchema),
  severity: listOf(severityLabelSchema),
  environment: listOf(environmentSchema),
  reachability: listOf(reachabilityStatusSchema),
  kev: flag,
  fixable: flag,
  asset: z.string().optional().describe('Asset id.'),
  package: z.string().optional().describe('Exact package name.'),
  advisory: z.string().optional().describe('Advisory id or any alias.'),
  group: z.string().optional().describe('A remedy group of `/finding-groups`.'),
  dueBefore: z.iso.date().optional(),
  firstSeenAfter: z.iso.datetime().optional(),
  text: z
    .string()
    .max(100)
    .optional()
    .describe('Start of a package name or of an advisory id; or a word of the summary.'),
});

export const listFindings = route({
  method: 'get',
  path: '/findings',
  tag: 'Findings',
  summary: 'List findings, riskiest first',
  needs: 'read',
  query: findingFilter.extend(pageQuery.shape).extend({
    sort: z.enum(['score', 'due', 'first-seen', 'package']).default('score'),
  }),
  ok: pageOf(findingRowSchema).extend({ total: countSchema }),
});

export const findingFacets = route({
  method: 'get',
  path: '/finding-facets',
  tag: 'Findings',
  summary: 'Count findings by what they can be filtered by',
  needs: 'read',
  query: findingFilter,
  ok: z.object({
    total: countSchema,
    facets: z.object({
      state: facet,
      band: facet,
      severity: facet,
      environment: facet,
      reachability: facet,
      kev: facet,
      fixable: facet,
    }),
  }),
});

export const listFindingGroups = route({
  method: 'get',
  path: '/finding-groups',
  tag: 'Findings',
  summary: 'Group findings by the remedy that would close them',
  needs: 'read',
  query: findingFilter.extend(pageQuery.shape),
  ok: pageOf(
    z
      .object({
        group: z.string(),
        ecosystem: z.string(),
        package: z.string(),
        target: z.string().nullable().describe('Version to go to; null: none known.'),
        findings: z.number().int(),
        assets: z.number().int(),
        advisories: z.number().int(),
        topScore: z.number(),
        bands: z.record(z.string(), z.number().int()),
        due: z.iso.date().nullable(),
      })
      .openapi('FindingGroup'),
  ),
});

export const getFinding = route({
  method: 'get',
  path: '/findings/{id}',
  tag: 'Findings',
  summary: 'Explain one finding',
  needs: 'read',
  params: idParam,
  ok: findingSchema,
});

export const findingHistory = route({
  method: 'get',
  path: '/findings/{id}/history',
  tag: 'Findings',
  summary: 'Everything that happened to a finding',
  needs: 'read',
  params: idParam,
  query: pageQuery,
  ok: pageOf(
    z
      .object({
        at: timeSchema,
        event: z.string(),
        from: findingStateSchema.nullable(),
        to: findingStateSchema,
        actor: z.string().describe('`scan`, `workflow`, `policy`, or a person’s name.'),
        because: z.string(),
        changeId: z.string().nullable(),
        decisionSeq: z.number().int().nullable(),
      })
      .openapi('FindingEvent'),
  ),
});

export const remediateFindings = route({
  method: 'post',
  path: '/remediations',
  tag: 'Findings',
  summary: 'Start to close findings of one asset now',
  needs: 'operate',
  body: z.object({
    assetId: z.string(),
    findingIds: z.array(z.string()).max(1000).default([]).describe('Empty: all that are open.'),
    avoid: z.array(z.string()).max(100).default([]).describe('Packages to leave alone.'),
    withoutCooldown: z
      .string()
      .trim()
      .min(10)
      .max(1000)
      .optional()
      .describe('Why versions younger than the cooldown may be taken; policy says who may.'),
  }),
  ok: acceptedSchema,
  status: 202,
});

export const exceptionSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['accepted', 'not-affected']),
    findingId: z.string().nullable(),
    advisoryId: z.string().nullable(),
    package: z.string().nullable(),
    asset: assetRefSchema.nullable(),
    reason: z.string(),
    compensatingControl: z.string(),
    owner: personSchema,
    requestedBy: personSchema,
    requestedAt: timeSchema,
    decidedBy: personSchema.nullable(),
    decidedAt: timeSchema.nullable(),
    expiresAt: timeSchema,
    state: z.enum(['requested', 'active', 'rejected', 'withdrawn', 'expired']),
    findings: z.number().int().describe('How many findings it covers now.'),
  })
  .openapi('Exception');

export const listExceptions = route({
  method: 'get',
  path: '/exceptions',
  tag: 'Exceptions',
  summary: 'List exceptions',
  needs: 'read',
  query: pageQuery.extend({
    state: listOf(z.enum(['requested', 'active', 'rejected', 'withdrawn', 'expired'])),
    finding: z.string().optional(),
  }),
  ok: pageOf(exceptionSchema),
});

export const requestException = route({
  method: 'post',
  path: '/exceptions',
  tag: 'Exceptions',
  summary: 'Accept findings for a time, or judge them not affected',
  needs: 'approve',
  body: z.object({
    kind: z.enum(['accepted', 'not-affected']).default('accepted'),
    findingId: z.string().optional(),
    advisoryId: z.string().optional(),
    package: z.string().optional(),
    assetId: z.string().optional(),
    reason: z.string().trim().min(10).max(4000),
    compensatingControl: z.string().trim().max(4000).default(''),
    ownerId: z.string().optional().describe('Default: who asks.'),
    expiresAt: timeSchema,
  }),
  ok: exceptionSchema,
  status: 201,
});

export const decideException = route({
  method: 'post',
  path: '/exceptions/{id}/decision',
  tag: 'Exceptions',
  summary: 'Agree to an exception, refuse it, or withdraw it',
  needs: 'approve',
  params: idParam,
  body: z.object({
    outcome: z.enum(['active', 'rejected', 'withdrawn']),
    reason: z.string().trim().min(1).max(4000),
  }),
  ok: exceptionSchema,
});
