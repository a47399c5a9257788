import type { Role } from './access.ts';
import { defaultPolicy, type Policy } from './configuration.ts';
import type { Criticality, Environment } from './context.ts';
import { defaultPublishedDeadlines, type PublishedDeadlines } from './deadline-policy.ts';
import type { Problem } from './problem.ts';

/**
 * How much happens without a person, least first.
 *
 * - `observe`: prove it, tell nobody; the change can be looked at
 * - `suggest`: prove it and tell its owners; a person may take it
 * - `approve`: ask people, hand it over when they agree
 * - `auto`: hand it over
 */
export type Autonomy = 'observe' | 'suggest' | 'approve' | 'auto';

/** Who may agree: `role:approver`, `group:platform`, `user:17`, `owners` (the asset's). */
export type Approver = string;

export interface ApprovalRule {
  /** How many different people must agree. */
  readonly quorum: number;
  readonly approvers: readonly Approver[];
  /** Nobody approves what they asked for or changed themselves. */
  readonly fourEyes: boolean;
  /** Who is asked as well when nobody answered for so long; hours from the request on. */
  readonly escalation: readonly { readonly afterHours: number; readonly to: readonly Approver[] }[];
  readonly expiresAfterHours: number;
}

/** One row of the autonomy table; the first that fits decides. */
export interface AutonomyRule {
  readonly name: string;
  readonly environments?: readonly Environment[];
  readonly criticalities?: readonly Criticality[];
  /** CEL over `asset`, `change`, `findings` and `now`; absent: always. */
  readonly when?: string;
  readonly autonomy: Autonomy;
  /** Instead of the policy's. */
  readonly minimumConfidence?: number;
  readonly approval?: Partial<ApprovalRule>;
  readonly handOver?: HandOverMode;
}

/** `branch`: a branch that people merge; `merge`: fast-forwards the watched branch itself. */
export type HandOverMode = 'branch' | 'merge';

/**
 * When changes may be handed over. In the words of AWS Change Calendar a freeze is default-open
 * (open but for its events), a window default-closed (closed but for its events).
 */
export interface Calendar {
  readonly name: string;
  /** `freeze`: not while it lasts. `window`: only while one lasts, where any window applies. */
  readonly kind: 'freeze' | 'window';
  /** Which environments and assets it is for; absent: all. */
  readonly environments?: readonly Environment[];
  /** CEL over `asset`; absent: all. */
  readonly when?: string;
  /** IANA zone of events that name none (all-day ones, floating times); absent: UTC. */
  readonly timeZone?: string;
  /** An iCalendar object (RFC 5545) with VEVENTs: a file's content, or made from `rrule`. */
  readonly ics: string;
  /** What may pass a freeze, or need not wait for a window: CEL over the same as autonomy rules. */
  readonly except?: string;
}

interface DeadlinePolicy extends PublishedDeadlines {
  /** Hours before a deadline at which people are told, longest first. */
  readonly warnHours: readonly number[];
  readonly escalateTo: readonly Approver[];
}

/** The policy of a control plane: the operator's, plus people, time and autonomy. */
export interface ControlPolicy extends Policy {
  readonly autonomy: readonly AutonomyRule[];
  /** Where no rule fits. */
  readonly otherwise: Autonomy;
  readonly approval: ApprovalRule;
  readonly handOver: HandOverMode;
  readonly calendars: readonly Calendar[];
  readonly deadlinePolicy: DeadlinePolicy;
  /** Roles that may let a change take a version younger than the cooldown. */
  readonly cooldownBypassRoles: readonly Role[];
  /** Longest an exception may last, days; and whether a second person must agree to it. */
  readonly exceptions: { readonly maximumDays: number; readonly approval: boolean };
}

export const defaultApproval: ApprovalRule = {
  quorum: 1,
  approvers: ['role:approver', 'role:admin'],
  fourEyes: true,
  escalation: [{ afterHours: 24, to: ['role:admin'] }],
  expiresAfterHours: 14 * 24,
};

/** What policy says of a proven change. */
export interface ChangeVerdict {
  readonly outcome: 'withhold' | Autonomy;
  /** Name of the rule that decided: one of the policy's, or `minimum confidence`, `otherwise`. */
  readonly rule: string;
  readonly because: string;
  /** With `approve`: who is asked. */
  readonly approval?: ApprovalRule;
  readonly handOver: HandOverMode;
  /** ISO 8601: the next moment outside of freezes and inside a window; absent: now. */
  readonly notBefore?: string;
  readonly factors: readonly { readonly name: string; readonly value: string }[];
  readonly alternatives: readonly { readonly outcome: string; readonly why: string }[];
}

/** Something wrong with a policy document, and where; `column` counts UTF-16 units from 1. */
export interface PolicyProblem extends Problem {
  readonly column?: number;
  /** What to do about it, where the message alone does not say. */
  readonly remedy?: string;
}

/**
 * What holds for everything that a document does not say: changes are proven and people are asked,
 * nothing happens by itself.
 */
export const defaultControlPolicy: ControlPolicy = {
  ...defaultPolicy,
  autonomy: [],
  otherwise: 'approve',
  approval: defaultApproval,
  handOver: 'branch',
  calendars: [],
  deadlinePolicy: { ...defaultPublishedDeadlines, warnHours: [72, 24], escalateTo: ['role:admin'] },
  cooldownBypassRoles: ['approver', 'admin'],
  exceptions: { maximumDays: 180, approval: true },
};
