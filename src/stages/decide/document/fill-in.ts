import { defaultPolicy } from '../../../domain/configuration.ts';
import {
  type AutonomyRule,
  type Calendar,
  type ControlPolicy,
  defaultControlPolicy,
} from '../../../domain/control-policy.ts';
import type { CalendarInput, ControlPolicyInput } from '../../configure/control-policy-schema.ts';
import { operatorPolicy } from '../../configure/stricter.ts';
import { approvalRule } from '../approval.ts';
import { calendarFromRule } from '../calendars/from-rule.ts';

/** A checked document over the defaults. */
export function fillIn(
  input: ControlPolicyInput,
  icsOf: (calendar: CalendarInput) => string,
): ControlPolicy {
  const base = defaultControlPolicy;
  const { deadlinePolicy: published, ...policy } = operatorPolicy(input, {
    ...defaultPolicy,
    deadlinePolicy: base.deadlinePolicy,
  });
  const { warnHours, escalateTo } = input.deadlines ?? {};
  return {
    ...policy,
    autonomy: (input.autonomy ?? []).map(autonomyRule),
    otherwise: input.otherwise ?? base.otherwise,
    approval: approvalRule(base.approval, present(input.approval ?? {})),
    handOver: input.handOver ?? base.handOver,
    calendars: (input.calendars ?? []).map((calendar) => filled(calendar, icsOf(calendar))),
    deadlinePolicy: {
      standards: published?.standards ?? base.deadlinePolicy.standards,
      fedrampClass: published?.fedrampClass ?? base.deadlinePolicy.fedrampClass,
      warnHours: [...new Set(warnHours ?? base.deadlinePolicy.warnHours)].sort((a, b) => b - a),
      escalateTo: escalateTo ?? base.deadlinePolicy.escalateTo,
    },
    cooldownBypassRoles: (input.cooldownBypassRoles ??
      base.cooldownBypassRoles) as ControlPolicy['cooldownBypassRoles'],
    exceptions: {
      maximumDays: input.exceptions?.maximumDays ?? base.exceptions.maximumDays,
      approval: input.exceptions?.approval ?? base.exceptions.approval,
    },
  };
}

/** The iCalendar object that a calendar's settings say: its own, or made from its rule. */
export function ownIcs(calendar: CalendarInput): string | undefined {
  const { name, ics, rrule, start, end, duration, daysAfter, timeZone } = calendar;
  if (ics !== undefined) return ics;
  if (start === undefined) return undefined;
  return calendarFromRule({
    name,
    start,
    ...present({ rrule, end, duration, daysAfter, timeZone }),
  });
}

function autonomyRule(input: NonNullable<ControlPolicyInput['autonomy']>[number]): AutonomyRule {
  const { approval, ...rest } = input;
  return {
    ...(present(rest) as AutonomyRule),
    ...(approval !== undefined && { approval: present(approval) }),
  };
}

function filled(input: CalendarInput, ics: string): Calendar {
  const { name, kind, environments, when, except, timeZone } = input;
  return { name, kind, ics, ...present({ environments, when, except, timeZone }) };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** zod leaves absent keys out or `undefined`; the domain knows only the former. */
function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Present<T>;
}
