import { permissionsOf, type Role } from '../../domain/access.ts';
import type { VoteVerdict } from '../../domain/change-state.ts';
import type { ApprovalRule, Approver } from '../../domain/control-policy.ts';

/** Who votes, as the store knows them when the votes are counted. */
export interface Voter {
  readonly userId: string;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
}

/** What the rule meets in one case. */
export interface ApprovalCase {
  /** The asset's owners: `group:NAME`, `user:ID`, or a bare name of a group or id of a user. */
  readonly owners: readonly string[];
  /** User ids whose votes do not count: who asked for this change or made it. */
  readonly excluded: readonly string[];
}

export interface CountedVote {
  readonly voter: Voter;
  readonly verdict: VoteVerdict;
}

export type Tally = 'waiting' | 'approved' | 'rejected' | 'changes-requested';

/** The rule of a policy with what one autonomy rule says instead. */
export function approvalRule(base: ApprovalRule, own: Partial<ApprovalRule> = {}): ApprovalRule {
  return {
    quorum: own.quorum ?? base.quorum,
    approvers: own.approvers ?? base.approvers,
    fourEyes: own.fourEyes ?? base.fourEyes,
    escalation: own.escalation ?? base.escalation,
    expiresAfterHours: own.expiresAfterHours ?? base.expiresAfterHours,
  };
}

/** Whom four eyes keep from voting, of those who asked for a change or had a hand in it. */
export function excludedVoters(
  rule: Pick<ApprovalRule, 'fourEyes'>,
  involved: readonly string[],
): readonly string[] {
  return rule.fourEyes ? [...new Set(involved)] : [];
}

/** Whether somebody's vote counts. */
export function mayVote(
  rule: Pick<ApprovalRule, 'approvers'>,
  voter: Voter,
  circumstances: ApprovalCase,
): boolean {
  return whyNotVote(rule, voter, circumstances) === undefined;
}

/** Why somebody's vote does not count, for that person; `undefined` when it does. */
export function whyNotVote(
  { approvers }: Pick<ApprovalRule, 'approvers'>,
  voter: Voter,
  { owners, excluded }: ApprovalCase,
): string | undefined {
  if (excluded.includes(voter.userId)) {
    return 'You asked for this change or had a hand in it; somebody else has to agree (four eyes).';
  }
  if (!permissionsOf(voter.roles).includes('approve')) {
    return 'None of your roles may approve; ask an admin for the role approver.';
  }
  const asked = approvers.flatMap((each) => (each === 'owners' ? owners.map(ownerAs) : [each]));
  if (asked.some((each) => isMeant(each, voter))) return undefined;
  return `Not asked: this needs ${approvers.join(', ')}.`;
}

/** A bare owner may be a group or a user; written `either:` so that both are looked at. */
function ownerAs(owner: string): Approver {
  return /^(?:group|user):/.test(owner) ? owner : `either:${owner}`;
}

function isMeant(approver: Approver, { userId, roles, groups }: Voter): boolean {
  const [kind = '', ...rest] = approver.split(':');
  const name = rest.join(':');
  switch (kind) {
    case 'role':
      return roles.some((role) => role === name);
    case 'group':
      return groups.includes(name);
    case 'user':
      return userId === name;
    case 'either':
      return groups.includes(name) || userId === name;
    default:
      return false;
  }
}

/**
 * How a vote stands. Only votes that count are looked at, each person's last one: one rejection
 * rejects, else one request for changes sends it back, else as many different people as the quorum
 * approve it.
 */
export function tally(
  rule: Pick<ApprovalRule, 'approvers' | 'quorum'>,
  votes: readonly CountedVote[],
  circumstances: ApprovalCase,
): Tally {
  const last = new Map<string, VoteVerdict>();
  for (const { voter, verdict } of votes) {
    if (mayVote(rule, voter, circumstances)) last.set(voter.userId, verdict);
  }
  const said = [...last.values()];
  if (said.includes('reject')) return 'rejected';
  if (said.includes('request-changes')) return 'changes-requested';
  const approvals = said.filter((verdict) => verdict === 'approve').length;
  return approvals >= Math.max(1, rule.quorum) ? 'approved' : 'waiting';
}

export interface DueEscalation {
  /** Position in the order of hours. */
  readonly index: number;
  readonly afterHours: number;
  readonly to: readonly Approver[];
}

/**
 * Escalations whose time has come and that were not made yet, first one first.
 *
 * @param done how many were made already: they are made in the order of their hours
 */
export function escalationsDue(
  rule: Pick<ApprovalRule, 'escalation'>,
  requestedAt: Date,
  now: Date,
  done: number,
): readonly DueEscalation[] {
  return inOrder(rule)
    .map((step, index) => ({ index, ...step }))
    .slice(done)
    .filter(({ afterHours }) => momentAfter(requestedAt, afterHours) <= now);
}

/** When the next escalation is due, where one is left. */
export function nextEscalationAt(
  rule: Pick<ApprovalRule, 'escalation'>,
  requestedAt: Date,
  done: number,
): Date | undefined {
  const step = inOrder(rule)[done];
  return step && momentAfter(requestedAt, step.afterHours);
}

/** When a request that nobody answers expires. */
export function expiresAt(rule: Pick<ApprovalRule, 'expiresAfterHours'>, requestedAt: Date): Date {
  return momentAfter(requestedAt, rule.expiresAfterHours);
}

function inOrder({ escalation }: Pick<ApprovalRule, 'escalation'>) {
  return [...escalation].sort((a, b) => a.afterHours - b.afterHours);
}

function momentAfter(start: Date, hours: number): Date {
  return new Date(start.getTime() + hours * 3_600_000);
}
