import { z } from 'zod';

/**
 * The shape of `suture.yaml` (in a repository) and of the operator's `policy.yaml`. Published as
 * JSON Schema under docs/schemas, which a test keeps fresh. Defaults are not written here: they are
 * the domain's (`defaultPolicy`, `defaultChecks`).
 */
export const contextSchema = z
  .strictObject({
    environment: z
      .enum(['production', 'staging', 'test', 'development'])
      .optional()
      .describe('Where this runs.'),
    exposure: z
      .enum(['internet', 'internal', 'isolated'])
      .optional()
      .describe('Who can send it input: anyone, your own network, nobody.'),
    criticality: z
      .union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
      .optional()
      .describe('1 is mission-critical, 4 is expendable.'),
    dataSensitivity: z
      .enum(['regulated', 'confidential', 'internal', 'public'])
      .optional()
      .describe('The most sensitive data it can get at.'),
  })
  .describe('What Suture cannot know about this asset; wins over what it infers.');

export const days = z.number().int().min(0).max(3650);

export const policySchema = z
  .strictObject({
    minimumConfidence: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Below this probability that a change is good, Suture abstains.'),
    cooldownDays: days.optional().describe('Age below which a published version is not taken.'),
    cooldownBypass: z
      .boolean()
      .optional()
      .describe('Whether known-exploited and reachable findings may take younger versions.'),
    remedies: z
      .array(z.enum(['lockfile-bump', 'upgrade', 'parent-upgrade', 'override', 'remove']))
      .optional()
      .describe('Kinds of remedies that may be planned.'),
    deadlines: z
      .strictObject({
        act: days.optional(),
        attend: days.optional(),
        track: days.optional(),
      })
      .optional()
      .describe(
        'Days to close a finding, by band; BOD 26-04 applies beside it, the earliest wins.',
      ),
    allowUnsandboxed: z
      .boolean()
      .optional()
      .describe("Whether verification may run without a sandbox. Only in the operator's policy."),
  })
  .describe('What may happen by itself. A repository can only make it stricter.');

const argv = z.array(z.string().min(1)).min(1);
const path = z.string().regex(/^\//);

export const checksSchema = z
  .strictObject({
    build: argv.optional().describe('Argument vector, never a shell line: [npm, run, build].'),
    test: argv.optional().describe('Argument vector; detected when absent.'),
    exploits: z
      .array(
        z.strictObject({
          name: z.string().min(1),
          run: argv,
          against: z
            .array(z.string().min(1))
            .min(1)
            .optional()
            .describe('Advisory ids, aliases or package names of what it attacks.'),
        }),
      )
      .optional()
      .describe(
        'Commands that succeed on the vulnerable version and must fail on the patched one.',
      ),
    start: argv.optional().describe('Starts the service for `http` and `load`.'),
    http: z
      .array(z.strictObject({ path, status: z.number().int().min(100).max(599) }))
      .optional()
      .describe('Requests that must answer with this status.'),
    load: z
      .strictObject({
        path,
        seconds: z.number().int().min(1).max(600),
        connections: z.number().int().min(1).max(1000),
      })
      .optional()
      .describe('Load whose errors and latency are compared before and after.'),
    port: z.number().int().min(1).max(65_535).optional().describe('Port the service listens on.'),
    timeoutSeconds: z
      .number()
      .int()
      .min(1)
      .max(86_400)
      .optional()
      .describe('Wall clock per command.'),
  })
  .describe('What verification runs; what is absent is detected.');

export const ignoreRuleSchema = z.strictObject({
  id: z.string().min(1).describe('Advisory id or any alias: GHSA-…, CVE-….'),
  package: z.string().min(1).optional().describe('Only in this package.'),
  path: z.string().min(1).optional().describe('Only where seen in files that match this glob.'),
  reason: z.string().trim().min(1).describe('Why this is acceptable; shown with the finding.'),
  expires: z.iso.date().describe('Last day it applies, at most a year ahead.'),
});

export const configurationSchema = z
  .strictObject({
    context: contextSchema.optional(),
    policy: policySchema.optional(),
    checks: checksSchema.optional(),
    ignore: z
      .array(ignoreRuleSchema)
      .optional()
      .describe('Findings a person accepted; they stay visible, marked, until they expire.'),
  })
  .describe('suture.yaml: how Suture is to see and treat this repository.');

export type PolicyInput = z.infer<typeof policySchema>;
