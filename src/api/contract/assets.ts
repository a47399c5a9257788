import { z } from '@hono/zod-openapi';
import { countSchema, idParam, listOf, pageOf, pageQuery, route } from './route.ts';
import {
  acceptedSchema,
  assetRefSchema,
  bandSchema,
  criticalitySchema,
  dataSensitivitySchema,
  environmentSchema,
  exposureSchema,
  problemNoteSchema,
  timeSchema,
} from './values.ts';

const assetKind = z.enum(['repository', 'sbom', 'host']);
const bandCounts = z.object({
  act: z.number().int(),
  attend: z.number().int(),
  track: z.number().int(),
});

export const assetRowSchema = z
  .object({
    id: z.string(),
    identity: z.string(),
    kind: assetKind,
    name: z.string(),
    location: z.string().nullable(),
    folder: z.string(),
    branch: z.string().nullable(),
    owners: z.array(z.string()),
    labels: z.record(z.string(), z.string()),
    environment: environmentSchema,
    exposure: exposureSchema,
    criticality: criticalitySchema,
    dataSensitivity: dataSensitivitySchema,
    components: z.number().int(),
    findings: bandCounts,
    topScore: z.number(),
    registeredAt: timeSchema,
    scannedAt: timeSchema.nullable(),
    scannedCommit: z.string().nullable(),
    lastScan: z
      .object({
        id: z.string(),
        state: z.enum(['running', 'done', 'failed', 'cancelled']),
        error: z.string().nullable(),
      })
      .nullable(),
    archivedAt: timeSchema.nullable(),
  })
  .openapi('AssetRow');

const contextName = z.enum(['environment', 'exposure', 'criticality', 'dataSensitivity']);
const statementSchema = z
  .object({
    field: contextName,
    source: z.enum(['person', 'file', 'inferred', 'default']),
    value: z.union([z.string(), z.number()]),
    because: z.string(),
    observedAt: timeSchema,
    decides: z.boolean().describe('This one is what counts.'),
  })
  .openapi('ContextStatement');

export const assetSchema = assetRowSchema
  .extend({
    credential: z.string().nullable().describe('A reference, `env:NAME` or `file:PATH`.'),
    schedule: z.string().nullable(),
    nextScanAt: timeSchema.nullable(),
    context: z.array(statementSchema),
    dependsOn: z.array(assetRefSchema.extend({ source: z.enum(['person', 'inferred']) })),
    neededBy: z.array(assetRefSchema.extend({ source: z.enum(['person', 'inferred']) })),
    pushHook: z
      .string()
      .nullable()
      .describe('Path that a forge’s push webhook may call; null for what has no pushes.'),
  })
  .openapi('Asset');

const registrationSchema = z
  .object({
    kind: assetKind.default('repository'),
    name: z.string().trim().min(1).max(200).optional(),
    location: z.string().trim().min(1).max(2000).optional(),
    folder: z.string().max(500).default(''),
    branch: z.string().max(250).optional(),
    credential: z.string().max(500).optional(),
    owners: z.array(z.string().max(200)).max(50).default([]),
    labels: z.record(z.string(), z.string()).default({}),
    schedule: z.string().max(100).optional(),
    context: z
      .object({
        environment: environmentSchema.optional(),
        exposure: exposureSchema.optional(),
        criticality: criticalitySchema.optional(),
        dataSensitivity: dataSensitivitySchema.optional(),
      })
      .default({}),
  })
  .openapi('AssetRegistration');

export const listAssets = route({
  method: 'get',
  path: '/assets',
  tag: 'Assets',
  summary: 'List assets',
  needs: 'read',
  query: pageQuery.extend({
    kind: listOf(assetKind),
    environment: listOf(environmentSchema),
    exposure: listOf(exposureSchema),
    criticality: z.coerce.number().int().min(1).max(4).optional(),
    band: listOf(bandSchema).describe('Has open findings in one of them.'),
    owner: z.string().optional(),
    text: z.string().max(100).optional(),
    archived: z.enum(['true', 'false']).default('false'),
    sort: z.enum(['risk', 'name', 'scanned']).default('risk'),
  }),
  ok: pageOf(assetRowSchema).extend({ total: countSchema }),
});

export const registerAsset = route({
  method: 'post',
  path: '/assets',
  tag: 'Assets',
  summary: 'Register a repository or host, and scan it',
  needs: 'operate',
  body: registrationSchema,
  ok: z.object({ asset: assetSchema, runId: z.string().nullable() }),
  status: 201,
});

export const importAssets = route({
  method: 'post',
  path: '/assets/import',
  tag: 'Assets',
  summary: 'Register many, from CSV or an Ansible inventory',
  needs: 'operate',
  body: z.object({
    format: z.enum(['csv', 'ansible-ini', 'ansible-yaml', 'ansible-json']),
    text: z.string().max(10_000_000),
    dryRun: z.boolean().default(false).describe('Only say what would be registered.'),
  }),
  ok: z.object({
    registered: z.array(
      z.object({ id: z.string().nullable(), name: z.string(), existed: z.boolean() }),
    ),
    problems: z.array(
      z.object({ line: z.number().int().nullable(), message: z.string(), severity: z.string() }),
    ),
  }),
});

export const uploadSbom = route({
  method: 'post',
  path: '/assets/sbom',
  tag: 'Assets',
  summary: 'Upload a CycloneDX or SPDX document; the same name replaces the one before',
  needs: 'operate',
  body: z.object({
    name: z.string().trim().min(1).max(200),
    document: z.record(z.string(), z.unknown()),
    owners: z.array(z.string()).default([]),
    context: registrationSchema.shape.context,
  }),
  ok: z.object({
    asset: assetSchema,
    components: z.number().int(),
    runId: z.string(),
    problems: z.array(problemNoteSchema).describe('What was left out, and why.'),
  }),
  status: 201,
});

export const getAsset = route({
  method: 'get',
  path: '/assets/{id}',
  tag: 'Assets',
  summary: 'One asset with its context and where that came from',
  needs: 'read',
  params: idParam,
  ok: assetSchema,
});

export const updateAsset = route({
  method: 'patch',
  path: '/assets/{id}',
  tag: 'Assets',
  summary: 'Change how an asset is watched, who owns it, what it depends on',
  needs: 'operate',
  params: idParam,
  body: z.object({
    name: z.string().trim().min(1).max(200).optional(),
    branch: z.string().max(250).nullable().optional(),
    credential: z.string().max(500).nullable().optional(),
    owners: z.array(z.string().max(200)).max(50).optional(),
    labels: z.record(z.string(), z.string()).optional(),
    schedule: z.string().max(100).nullable().optional(),
    archived: z.boolean().optional(),
    dependsOn: z.array(z.string()).max(200).optional().describe('Asset ids, as a person says it.'),
  }),
  ok: assetSchema,
});

export const correctContext = route({
  method: 'put',
  path: '/assets/{id}/context/{field}',
  tag: 'Assets',
  summary: 'Say what an asset is; wins over what is inferred, until it is withdrawn',
  needs: 'operate',
  params: idParam.extend({ field: contextName }),
  body: z.object({
    value: z.union([z.string(), z.number()]).nullable().describe('Null withdraws it.'),
    because: z.string().trim().max(1000).default(''),
  }),
  ok: assetSchema,
});

export const scanAsset = route({
  method: 'post',
  path: '/assets/{id}/scan',
  tag: 'Assets',
  summary: 'Scan now',
  needs: 'operate',
  params: idParam,
  ok: acceptedSchema,
  status: 202,
});

export const listComponents = route({
  method: 'get',
  path: '/assets/{id}/components',
  tag: 'Assets',
  summary: 'What is installed on it',
  needs: 'read',
  params: idParam,
  query: pageQuery.extend({ text: z.string().max(100).optional() }),
  ok: pageOf(
    z
      .object({
        purl: z.string(),
        ecosystem: z.string(),
        name: z.string(),
        version: z.string(),
        scope: z.string(),
        direct: z.boolean(),
        findings: z.number().int(),
      })
      .openapi('InventoryComponent'),
  ),
});

export const dependencyMap = route({
  method: 'get',
  path: '/asset-map',
  tag: 'Assets',
  summary: 'Assets and what depends on what; around one asset, or the riskiest',
  needs: 'read',
  query: z.object({
    around: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(500).default(200),
  }),
  ok: z.object({
    nodes: z.array(assetRefSchema.extend({ topScore: z.number(), findings: bandCounts })),
    edges: z.array(
      z.object({ from: z.string(), to: z.string(), source: z.enum(['person', 'inferred']) }),
    ),
  }),
});
