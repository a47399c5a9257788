import { z } from 'zod';

/**
 * Schemas of what `--format json` and evidence promise. They describe output and check nothing at
 * run time; tests hold real output against them. Objects stay open: fields may be added.
 */
const text = z.string();
const texts = z.array(text);
const timestamp = z.iso.datetime();
const nullable = <T extends z.ZodType>(schema: T) => z.union([schema, z.null()]);
const probability = z.number().min(0).max(1);

const tool = z.looseObject({ name: z.literal('suture'), version: text });
const problem = z.looseObject({
  severity: z.enum(['error', 'warning']),
  file: text.describe('Relative to the target; empty for the target as a whole.'),
  line: z.int().min(1).optional(),
  message: text,
});
const contextField = z.looseObject({
  value: z.union([text, z.number()]),
  source: z.enum(['declared', 'inferred', 'default']),
  because: text,
});
const context = z.looseObject({
  environment: contextField,
  exposure: contextField,
  criticality: contextField,
  dataSensitivity: contextField,
});
const callSite = z.looseObject({
  file: text,
  line: z.int().min(1),
  column: z.int().min(0),
  symbol: text,
  code: text,
  via: texts,
});
const component = z.looseObject({
  purl: z.string().regex(/^pkg:/),
  ecosystem: text,
  name: text,
  version: text,
  scope: z.enum(['runtime', 'optional', 'peer', 'development']),
  direct: z.boolean(),
  paths: z.array(texts).describe('name@version chains from a direct dependency, shortest first.'),
  seenIn: texts,
});
const finding = z.looseObject({
  id: text.describe('Stable across runs.'),
  component,
  advisory: z.looseObject({
    id: text,
    aliases: texts,
    summary: text,
    severity: z.enum(['critical', 'high', 'medium', 'low', 'none', 'unknown']),
    cvss: nullable(z.looseObject({ score: nullable(z.number().min(0).max(10)), vector: text })),
    cwes: texts,
    published: text,
  }),
  match: z.looseObject({
    how: z.enum(['range', 'enumerated']),
    range: text,
    record: text,
    grammar: text,
  }),
  fixedIn: texts,
  threat: z.looseObject({
    kev: nullable(z.looseObject({ dateAdded: text, ransomware: z.boolean() })),
    epss: nullable(
      z.looseObject({ score: probability, percentile: probability, modelVersion: text }),
    ),
    ssvc: nullable(
      z.looseObject({
        exploitation: z.enum(['none', 'poc', 'active']),
        automatable: z.boolean(),
        technicalImpact: z.enum(['partial', 'total']),
      }),
    ),
    publicExploits: nullable(z.int().min(0)),
  }),
  reachability: z.looseObject({
    status: z.enum(['reachable', 'not-reachable', 'unknown']),
    because: text,
    evidence: z.array(callSite),
  }),
  vex: z.looseObject({
    status: z.enum(['affected', 'not_affected', 'under_investigation', 'fixed']),
    justification: text.optional(),
    because: text,
  }),
  risk: z.looseObject({
    score: z.number().min(0).max(100),
    probability,
    impact: probability,
    band: z.enum(['act', 'attend', 'track']),
    deadline: nullable(z.iso.date()),
    deadlineRule: text,
    factors: z.array(
      z.looseObject({ name: text, value: text, contribution: z.number(), source: text }),
    ),
  }),
  suppression: nullable(z.looseObject({ reason: text, expires: z.iso.date(), declaredIn: text })),
});

const scanSchema = z.looseObject({
  schemaVersion: z.literal(1),
  tool,
  generatedAt: timestamp,
  feeds: z.array(
    z.looseObject({
      name: text,
      asOf: text.describe('Date of the newest record; empty when its records have no dates.'),
      records: z.int().min(0),
      syncedAt: timestamp,
      source: text,
    }),
  ),
  assets: z.array(
    z.looseObject({
      id: text,
      kind: z.enum(['repository', 'host']),
      name: text,
      context,
      components: z.int().min(0),
      findings: z.array(finding).describe('By risk, highest first; ignored ones last.'),
    }),
  ),
  problems: z.array(problem),
});

const outcome = z.enum(['passed', 'failed', 'skipped']);
const run = z.looseObject({
  commands: z.array(
    z.looseObject({
      step: text,
      argv: texts,
      exitCode: nullable(z.int()),
      timedOut: z.boolean(),
      durationMs: z.number().min(0),
      outputTail: text,
    }),
  ),
  runner: text,
  tests: z.record(text, outcome),
});
const verification = z.looseObject({
  verdict: z.enum(['proven', 'failed', 'inconclusive']),
  because: text,
  baseline: z.array(run),
  patched: run,
  flaky: texts,
  failingBefore: texts,
  regressions: z.array(z.looseObject({ kind: text, name: text, message: text })),
  rescan: z.looseObject({ closed: texts, remaining: texts, introduced: texts }),
  exploits: z.array(
    z.looseObject({
      name: text,
      before: z.enum(['succeeds', 'fails']),
      after: z.enum(['succeeds', 'fails']),
    }),
  ),
  testsReachChange: z.looseObject({
    packages: z.array(
      z.looseObject({
        name: text,
        version: text,
        loaded: z.boolean(),
        functionsRun: z.int().min(0),
        functionsSeen: z.int().min(0),
      }),
    ),
    share: probability.optional(),
  }),
  gaps: texts,
});
const confidence = z.looseObject({
  value: probability,
  interval: z.tuple([probability, probability]),
  factors: z.array(z.looseObject({ name: text, value: text, contribution: z.number() })),
  model: text,
});
const remedyKind = z.enum(['lockfile-bump', 'upgrade', 'parent-upgrade', 'override', 'remove']);
const option = z.looseObject({ kind: remedyKind, package: text, to: text.optional(), why: text });

const patchSchema = z.looseObject({
  schemaVersion: z.literal(1),
  tool,
  generatedAt: timestamp,
  asset: z.looseObject({ id: text, kind: text, name: text, context }),
  branch: nullable(text),
  changes: z.array(
    z.looseObject({
      id: text,
      branch: nullable(text),
      commit: nullable(text),
      lockfile: text,
      accepted: z.boolean(),
      abstained: nullable(text),
      remedies: z.array(
        z.looseObject({
          kind: remedyKind,
          component: text,
          from: text,
          to: nullable(text).describe('null: removed.'),
          files: texts,
          selector: nullable(text),
          because: text,
          closes: texts,
          retires: z.boolean(),
        }),
      ),
      closes: texts,
      partly: texts.optional().describe('Closed in this lockfile, still open in another one.'),
      introduces: texts,
      riskRemoved: z.number(),
      signs: z.array(
        z.looseObject({ kind: text, package: text, message: text, weight: z.number() }),
      ),
      verification,
      confidence,
      evidence: nullable(text).describe('Path of the DSSE-signed in-toto statement.'),
    }),
  ),
  unfixed: z.array(
    z.looseObject({ finding: text, why: text, needed: text, options: z.array(option) }),
  ),
  fell: z.array(option).describe('Tried, fell in verification, and planned around.'),
  problems: z.array(problem),
});

const digest = z.union([
  z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  z.strictObject({ gitCommit: z.string().regex(/^[0-9a-f]{40,64}$/) }),
]);

/** The in-toto statement inside the DSSE envelope. */
const evidenceSchema = z.looseObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(z.looseObject({ name: text, digest })),
  predicateType: z.literal('urn:suture:verification:v1'),
  predicate: z.looseObject({
    tool,
    asset: z.looseObject({ id: text, name: text }),
    base: z.looseObject({ commit: text.optional(), lockfile: text, lockfileSha256: text }),
    change: z.looseObject({ id: text, remedies: z.array(z.looseObject({})), closes: texts }),
    environment: z.looseObject({
      platform: text,
      architecture: text,
      node: text,
      sandbox: text,
      packageManager: text,
      sha256: text,
    }),
    commands: z.array(texts),
    verification,
    confidence,
    createdAt: timestamp,
  }),
});

/** By file name below docs/schemas. */
export function contractSchemas(): Readonly<Record<string, object>> {
  return {
    'scan-1.schema.json': z.toJSONSchema(scanSchema),
    'patch-1.schema.json': z.toJSONSchema(patchSchema),
    'evidence-1.schema.json': z.toJSONSchema(evidenceSchema),
  };
}
