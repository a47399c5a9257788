import { z } from '@hono/zod-openapi';
import { countSchema, idParam, pageOf, pageQuery, route } from './route.ts';
import {
  acceptedSchema,
  assetRefSchema,
  bandSchema,
  doneSchema,
  environmentSchema,
  personSchema,
  problemNoteSchema,
  timeSchema,
} from './values.ts';

const pausedSchema = z
  .object({
    paused: z.boolean(),
    reason: z.string(),
    by: personSchema.nullable(),
    since: timeSchema.nullable(),
  })
  .openapi('Pause');

const hours = z.number().nullable().describe('Hours; null when there is nothing to tell from.');

export const overview = route({
  method: 'get',
  path: '/overview',
  tag: 'Overview',
  summary: 'How things stand, and what needs whoever asks',
  needs: 'read',
  query: z.object({
    days: z.coerce.number().int().min(7).max(365).default(90),
    environment: environmentSchema.optional(),
  }),
  ok: z
    .object({
      now: z.object({
        act: z.number().int(),
        attend: z.number().int(),
        track: z.number().int(),
        accepted: z.number().int(),
        closedLast7Days: z.number().int(),
        assets: z.number().int(),
        assetsNeverScanned: z.number().int(),
      }),
      needsYou: z.array(
        z
          .object({
            kind: z.enum(['approval', 'exception', 'policy-review', 'failed-run', 'first-steps']),
            title: z.string(),
            detail: z.string(),
            link: z.string().describe('Path on the page.'),
            since: timeSchema.nullable(),
            urgent: z.boolean(),
          })
          .openapi('NeedsYou'),
      ),
      deadlines: z.object({
        overdue: countSchema,
        within1Day: countSchema,
        within3Days: countSchema,
        within7Days: countSchema,
        next: z.array(
          z.object({
            findingId: z.string(),
            package: z.string(),
            advisoryId: z.string(),
            asset: assetRefSchema,
            band: bandSchema,
            due: z.iso.date(),
          }),
        ),
      }),
      exposure: z.array(
        z.object({
          day: z.iso.date(),
          act: z.number().int(),
          attend: z.number().int(),
          track: z.number().int(),
          opened: z.number().int(),
          closed: z.number().int(),
        }),
      ),
      timeToPatch: z.object({
        act: z.object({ median: hours, p90: hours, closed: z.number().int() }),
        attend: z.object({ median: hours, p90: hours, closed: z.number().int() }),
        track: z.object({ median: hours, p90: hours, closed: z.number().int() }),
        weekly: z.array(z.object({ week: z.iso.date(), median: hours, closed: z.number().int() })),
      }),
      riskiest: z.array(
        z.object({
          asset: assetRefSchema,
          topScore: z.number(),
          act: z.number().int(),
          attend: z.number().int(),
        }),
      ),
      pause: pausedSchema,
    })
    .openapi('Overview'),
});

export const getPause = route({
  method: 'get',
  path: '/pause',
  tag: 'Operation',
  summary: 'Whether everything is paused',
  needs: 'read',
  ok: pausedSchema,
});

export const setPause = route({
  method: 'put',
  path: '/pause',
  tag: 'Operation',
  summary: 'Pause everything, or go on',
  needs: 'operate',
  body: z.object({ paused: z.boolean(), reason: z.string().trim().min(1).max(1000) }),
  ok: pausedSchema,
});

export const systemStatus = route({
  method: 'get',
  path: '/system',
  tag: 'Operation',
  summary: 'Workers, feeds, database, versions',
  needs: 'read',
  ok: z
    .object({
      version: z.string(),
      database: z.object({
        kind: z.enum(['embedded', 'external']),
        version: z.string(),
        bytes: z.number(),
      }),
      workers: z.array(
        z.object({
          id: z.string(),
          host: z.string(),
          pid: z.number().int(),
          version: z.string(),
          state: z.enum(['alive', 'stopped', 'dead']),
          startedAt: timeSchema,
          heartbeatAt: timeSchema,
        }),
      ),
      feeds: z.array(
        z.object({
          name: z.string(),
          asOf: z.string(),
          records: z.number().int(),
          syncedAt: timeSchema,
          source: z.string(),
        }),
      ),
      lastSync: z
        .object({
          state: z.enum(['running', 'done', 'failed']),
          startedAt: timeSchema,
          endedAt: timeSchema.nullable(),
          packagesChanged: z.number().int().nullable(),
          assetsTouched: z.number().int().nullable(),
          error: z.string().nullable(),
          problems: z.array(problemNoteSchema),
        })
        .nullable(),
      signingKeyId: z.string(),
      pushHookConfigured: z.boolean(),
    })
    .openapi('System'),
});

export const syncFeeds = route({
  method: 'post',
  path: '/sync',
  tag: 'Operation',
  summary: 'Sync the feeds now',
  needs: 'operate',
  ok: acceptedSchema,
  status: 202,
});

export const channelSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['email', 'slack', 'teams', 'webhook']),
    address: z.string(),
    credential: z.string().nullable().describe('A reference, `env:NAME` or `file:PATH`.'),
    sender: z.string().nullable(),
    recipients: z
      .array(z.string())
      .optional()
      .describe('E-mail addresses that get what is for nobody in particular.'),
    kinds: z.array(z.string()).describe('Empty: everything.'),
    digestMinutes: z.number().int(),
    enabled: z.boolean(),
    lastError: z.string().nullable(),
    pending: z.number().int(),
  })
  .openapi('Channel');

const channelInput = z.object({
  name: z.string().trim().min(1).max(100),
  kind: z.enum(['email', 'slack', 'teams', 'webhook']),
  address: z
    .string()
    .trim()
    .max(2000)
    .describe('Empty where the credential is the whole hook (Slack, Teams).'),
  credential: z.string().max(500).optional(),
  sender: z.string().max(200).optional(),
  recipients: z.array(z.email()).max(100).optional(),
  kinds: z.array(z.string().max(50)).max(50).default([]),
  digestMinutes: z.number().int().min(1).max(10_080).default(60),
  enabled: z.boolean().default(true),
});

export const listChannels = route({
  method: 'get',
  path: '/channels',
  tag: 'Notifications',
  summary: 'Where people are told',
  needs: 'administer',
  query: pageQuery,
  ok: pageOf(channelSchema),
});

export const createChannel = route({
  method: 'post',
  path: '/channels',
  tag: 'Notifications',
  summary: 'Add a channel',
  needs: 'administer',
  body: channelInput,
  ok: channelSchema,
  status: 201,
});

export const updateChannel = route({
  method: 'put',
  path: '/channels/{id}',
  tag: 'Notifications',
  summary: 'Change a channel',
  needs: 'administer',
  params: idParam,
  body: channelInput,
  ok: channelSchema,
});

export const deleteChannel = route({
  method: 'delete',
  path: '/channels/{id}',
  tag: 'Notifications',
  summary: 'Take a channel away',
  needs: 'administer',
  params: idParam,
  ok: doneSchema,
});

export const testChannel = route({
  method: 'post',
  path: '/channels/{id}/test',
  tag: 'Notifications',
  summary: 'Send a test now, and say what came of it',
  needs: 'administer',
  params: idParam,
  ok: z.object({ delivered: z.boolean(), error: z.string().nullable() }),
});

export const listNotifications = route({
  method: 'get',
  path: '/notifications',
  tag: 'Notifications',
  summary: 'What was told, and whether it arrived',
  needs: 'administer',
  query: pageQuery,
  ok: pageOf(
    z
      .object({
        id: z.string(),
        kind: z.string(),
        title: z.string(),
        link: z.string(),
        createdAt: timeSchema,
        deliveries: z.array(
          z.object({
            channel: z.string(),
            recipient: z.string().optional().describe('For e-mail: whose it is.'),
            state: z.enum(['pending', 'sending', 'sent', 'refused']),
            attempts: z.number().int(),
            sentAt: timeSchema.nullable(),
            error: z.string().nullable(),
          }),
        ),
      })
      .openapi('Notification'),
  ),
});
