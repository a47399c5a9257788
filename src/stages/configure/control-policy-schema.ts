import { z } from 'zod';
import { PERMISSIONS_OF, ROLES } from '../../domain/access.ts';
import { contextSchema, days, policySchema } from './schema.ts';

/**
 * The shape of a control plane's policy: the operator's `policy.yaml` with people, time and
 * autonomy. Published as JSON Schema under docs/schemas. Defaults are the domain's
 * (`defaultControlPolicy`). What a shape cannot say is checked by `parseControlPolicy`.
 */
const voters = ROLES.filter((role) => PERMISSIONS_OF[role].includes('approve'));
const approverForm = new RegExp(`^(?:owners|role:(?:${voters.join('|')})|group:\\S.*|user:\\d+)$`);

const approver = z
  .string()
  .regex(approverForm, {
    message: `must be owners, ${voters.map((role) => `role:${role}`).join(', ')}, group:NAME or user:ID`,
  })
  .describe('owners (of the asset), role:approver, role:admin, group:NAME or user:ID.');
const approvers = z.array(approver).min(1);

const autonomy = z
  .enum(['observe', 'suggest', 'approve', 'auto'])
  .describe(
    'observe: prove it, tell nobody; suggest: tell the owners; approve: ask people; auto: hand it over.',
  );
const handOver = z
  .enum(['branch', 'merge'])
  .describe('branch: a branch that people merge; merge: fast-forwards the watched branch itself.');
const condition = z.string().trim().min(1);
const confidence = z.number().min(0).max(1);
const name = z.string().trim().min(1).max(120);
const hours = z.number().min(0).max(8760);
const environments = z
  .array(contextSchema.shape.environment.unwrap())
  .min(1)
  .optional()
  .describe('Where it applies; absent: everywhere.');
const criticalities = z
  .array(contextSchema.shape.criticality.unwrap())
  .min(1)
  .optional()
  .describe('For assets of these tiers (1 is mission-critical); absent: all.');

const approvalSchema = z
  .strictObject({
    quorum: z.number().int().min(1).max(20).optional().describe('How many people must agree.'),
    approvers: approvers.optional().describe('Whose agreement counts.'),
    fourEyes: z.boolean().optional().describe('Nobody agrees to what they asked for themselves.'),
    escalation: z
      .array(z.strictObject({ afterHours: hours, to: approvers }))
      .optional()
      .describe('Who is asked as well when nobody answered for so many hours.'),
    expiresAfterHours: z
      .number()
      .min(1)
      .max(8760)
      .optional()
      .describe('Then nobody is asked any more.'),
  })
  .describe('Who is asked, and how many must agree.');

const autonomyRuleSchema = z.strictObject({
  name: name.describe('Shown with every decision it makes.'),
  environments,
  criticalities,
  when: condition.optional().describe('CEL over asset, change, findings and now; absent: always.'),
  autonomy,
  minimumConfidence: confidence
    .optional()
    .describe("Instead of the policy's; below it an automatic change is asked about."),
  approval: approvalSchema.optional(),
  handOver: handOver.optional(),
});

const moment = z.string().regex(/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?)?$/, {
  message: 'must be a day (2026-12-18) or a time (2026-12-18T22:00)',
});

const calendarSchema = z.strictObject({
  name,
  kind: z
    .enum(['freeze', 'window'])
    .describe('freeze: closed while it lasts; window: closed while none lasts.'),
  environments,
  when: condition.optional().describe('CEL over asset; absent: every asset.'),
  except: condition
    .optional()
    .describe('CEL over asset, change, findings and now: what does not have to wait.'),
  ics: z.string().min(1).optional().describe('An iCalendar object (RFC 5545), inline.'),
  file: z.string().min(1).optional().describe('An .ics file beside this document.'),
  rrule: z.string().trim().min(1).optional().describe('RRULE: FREQ=MONTHLY;BYDAY=2TU.'),
  daysAfter: z
    .number()
    .int()
    .min(0)
    .max(60)
    .optional()
    .describe('Days after what rrule says: 3 days after Patch Tuesday.'),
  start: moment.optional().describe('First beginning, by the clock of timeZone; a day: all day.'),
  end: moment.optional().describe('End of the first; a day: through its end.'),
  duration: z.string().trim().min(1).optional().describe('ISO 8601: PT6H, P14D.'),
  timeZone: z.string().min(1).optional().describe('IANA name; absent: UTC.'),
});

const houseDeadlineSchema = z.strictObject({
  name: name.optional(),
  band: z.enum(['act', 'attend', 'track']),
  days,
  environments,
  criticalities,
});

const deadlinesSchema = policySchema.shape.deadlines
  .unwrap()
  .extend({
    standards: z
      .array(z.enum(['bod-26-04', 'pci-dss', 'fedramp']))
      .optional()
      .describe('Published deadlines that apply; the earliest of all wins. Absent: bod-26-04.'),
    fedrampClass: z.enum(['A', 'B', 'C', 'D']).optional().describe('FedRAMP certification class.'),
    house: z
      .array(houseDeadlineSchema)
      .optional()
      .describe('Your own, by band and, where given, environment and criticality.'),
    warnHours: z
      .array(hours)
      .max(10)
      .optional()
      .describe('Hours before a deadline at which people are told.'),
    escalateTo: approvers.optional().describe('Who is told as well.'),
  })
  .describe('When findings are to be closed; act, attend and track are days by band.');

export const controlPolicySchema = policySchema
  .extend({
    deadlines: deadlinesSchema.optional(),
    cooldownBypassRoles: z
      .array(z.enum(ROLES as [string, ...string[]]))
      .optional()
      .describe('Roles that may let a change take a version younger than the cooldown.'),
    autonomy: z
      .array(autonomyRuleSchema)
      .max(200)
      .optional()
      .describe('The first rule that fits decides.'),
    otherwise: autonomy.optional().describe('Where no rule fits.'),
    approval: approvalSchema.optional(),
    handOver: handOver.optional(),
    calendars: z.array(calendarSchema).max(50).optional().describe('When nothing is handed over.'),
    exceptions: z
      .strictObject({
        maximumDays: z.number().int().min(1).max(3650).optional(),
        approval: z.boolean().optional().describe('Whether a second person must agree.'),
      })
      .optional()
      .describe('How people may accept findings for a while.'),
  })
  .describe('The policy of a control plane. Everything is optional.');

export type ControlPolicyInput = z.infer<typeof controlPolicySchema>;
export type CalendarInput = z.infer<typeof calendarSchema>;
