import { z } from '@hono/zod-openapi';

/** Values that several resources speak of. */
export const bandSchema = z.enum(['act', 'attend', 'track']).openapi('Band');
export const environmentSchema = z
  .enum(['production', 'staging', 'test', 'development'])
  .openapi('Environment');
export const exposureSchema = z.enum(['internet', 'internal', 'isolated']).openapi('Exposure');
export const criticalitySchema = z
  .union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])
  .openapi('Criticality', { description: '1 is mission-critical, 4 is expendable.' });
export const dataSensitivitySchema = z
  .enum(['regulated', 'confidential', 'internal', 'public'])
  .openapi('DataSensitivity');
export const severityLabelSchema = z
  .enum(['critical', 'high', 'medium', 'low', 'none', 'unknown'])
  .openapi('SeverityLabel');
export const reachabilityStatusSchema = z
  .enum(['reachable', 'not-reachable', 'unknown'])
  .openapi('ReachabilityStatus');
export const findingStateSchema = z
  .enum([
    'open',
    'in-progress',
    'awaiting-approval',
    'patched',
    'verified-closed',
    'accepted',
    'not-affected',
    'reopened',
  ])
  .openapi('FindingState');
export const changeStateSchema = z
  .enum([
    'withheld',
    'observed',
    'suggested',
    'awaiting-approval',
    'scheduled',
    'handed-over',
    'closed',
    'not-effective',
    'rejected',
    'superseded',
    'cancelled',
  ])
  .openapi('ChangeState');
export const roleSchema = z
  .enum(['viewer', 'operator', 'approver', 'auditor', 'admin'])
  .openapi('Role');
export const permissionSchema = z
  .enum(['read', 'operate', 'approve', 'audit', 'administer'])
  .openapi('Permission');
export const timeSchema = z.iso.datetime().openapi({ description: 'ISO 8601, UTC.' });
/** A person, as others see them. */
export const personSchema = z.object({ id: z.string(), name: z.string() }).openapi('Person');
/** An asset, as other things refer to it. */
export const assetRefSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['repository', 'sbom', 'host']),
    environment: environmentSchema,
  })
  .openapi('AssetRef');
export const problemNoteSchema = z
  .object({ severity: z.enum(['error', 'warning']), file: z.string(), message: z.string() })
  .openapi('ProblemNote');
/** What a long action answers with at once. */
export const acceptedSchema = z
  .object({ runId: z.string().describe('See `/runs/{id}`.') })
  .openapi('Accepted');
export const doneSchema = z.object({ done: z.literal(true) }).openapi('Done');
