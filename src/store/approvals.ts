import { sql } from 'kysely';
import type { Role } from '../domain/access.ts';
import type { Vote, VoteVerdict } from '../domain/change-state.ts';
import type { ApprovalRule, Approver } from '../domain/control-policy.ts';
import type { Store } from './database.ts';

export type ApprovalState =
  | 'waiting'
  | 'approved'
  | 'rejected'
  | 'changes-requested'
  | 'expired'
  | 'withdrawn';

export interface Approval {
  readonly changeId: string;
  readonly state: ApprovalState;
  readonly quorum: number;
  /** Who is asked now; escalation adds to them. */
  readonly approvers: readonly Approver[];
  /** User ids whose votes do not count. */
  readonly excluded: readonly string[];
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly escalation: ApprovalRule['escalation'];
  /** How many escalations were made. */
  readonly escalated: number;
  readonly nextEscalationAt: string | null;
}

export type ApprovalRequest = Pick<
  Approval,
  'changeId' | 'quorum' | 'approvers' | 'excluded' | 'expiresAt' | 'escalation' | 'nextEscalationAt'
> & { readonly requestedAt: string };

/** Asks people; a request that is there already stays as it is, but for one that was withdrawn. */
export async function requestApproval(db: Store, request: ApprovalRequest): Promise<void> {
  const row = {
    quorum: request.quorum,
    approvers: [...request.approvers],
    excluded: [...request.excluded],
    requested_at: request.requestedAt,
    expires_at: request.expiresAt,
    escalation: JSON.stringify(request.escalation),
    next_escalation_at: request.nextEscalationAt,
  };
  const again = { ...row, state: 'waiting', escalated: 0, decided_at: null } as const;
  await db
    .insertInto('approval')
    .values({ change_id: request.changeId, ...row })
    .onConflict((conflict) =>
      conflict.column('change_id').doUpdateSet(again).where('approval.state', '=', 'withdrawn'),
    )
    .execute();
}

const COLUMNS = [
  'change_id as changeId',
  'state',
  'quorum',
  'approvers',
  'excluded',
  'requested_at as requestedAt',
  'expires_at as expiresAt',
  'escalation',
  'escalated',
  'next_escalation_at as nextEscalationAt',
] as const;

/** @param options.lock keeps others from changing it until the transaction ends */
export async function approval(
  db: Store,
  changeId: string,
  options: { readonly lock?: boolean } = {},
): Promise<Approval | undefined> {
  let query = db.selectFrom('approval').select(COLUMNS).where('change_id', '=', changeId);
  if (options.lock === true) query = query.forUpdate();
  return (await query.executeTakeFirst()) as Approval | undefined;
}

/** A vote, with what its voter may do now. */
export interface CastVote extends Vote {
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
}

/** Votes of people who may still sign in, in the order in which they were cast. */
export async function votesOn(db: Store, changeId: string): Promise<readonly CastVote[]> {
  const rows = await db
    .selectFrom('vote')
    .innerJoin('user_account', 'user_account.id', 'vote.user_id')
    .select(['vote.id', 'verdict', 'reason', 'avoid', 'at', 'user_id as by', 'name as byName'])
    .select(['roles', 'groups'])
    .where('change_id', '=', changeId)
    .where('disabled_at', 'is', null)
    .orderBy('at')
    .orderBy('vote.id')
    .execute();
  return rows.map((row) => ({ ...row, roles: row.roles as Role[] }));
}

export interface NewVote {
  readonly changeId: string;
  readonly by: string;
  readonly verdict: VoteVerdict;
  readonly reason: string;
  readonly avoid: readonly string[];
}

/** Casts a vote; the same person's earlier one on the change is replaced. */
export async function castVote(db: Store, vote: NewVote): Promise<void> {
  const row = {
    verdict: vote.verdict,
    reason: vote.reason,
    avoid: [...vote.avoid],
    at: sql<string>`clock_timestamp()`,
  };
  await db
    .insertInto('vote')
    .values({ change_id: vote.changeId, user_id: vote.by, ...row })
    .onConflict((conflict) => conflict.columns(['change_id', 'user_id']).doUpdateSet(row))
    .execute();
}

/** @returns whether it was still waiting */
export async function settleApproval(
  db: Store,
  changeId: string,
  state: Exclude<ApprovalState, 'waiting'>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('approval')
    .set({ state, decided_at: sql<string>`now()`, next_escalation_at: null })
    .where('change_id', '=', changeId)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Approvals with an escalation that is due, longest first. */
export async function escalationsDue(
  db: Store,
  now: Date,
  limit: number,
): Promise<readonly Approval[]> {
  const rows = await db
    .selectFrom('approval')
    .select(COLUMNS)
    .where('state', '=', 'waiting')
    .where('next_escalation_at', '<=', now.toISOString())
    .orderBy('next_escalation_at')
    .limit(limit)
    .execute();
  return rows as unknown as Approval[];
}

/**
 * Asks more people. Does nothing where somebody else has made this escalation already.
 *
 * @param done how many escalations have been made with this one
 */
export async function escalate(
  db: Store,
  changeId: string,
  done: number,
  more: { readonly approvers: readonly Approver[]; readonly nextEscalationAt: string | null },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('approval')
    .set({
      approvers: [...more.approvers],
      escalated: done,
      next_escalation_at: more.nextEscalationAt,
    })
    .where('change_id', '=', changeId)
    .where('state', '=', 'waiting')
    .where('escalated', '<', done)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Ids of the active users that these approvers mean, for telling them. */
export async function usersMeant(
  db: Store,
  approvers: readonly Approver[],
  owners: readonly string[],
): Promise<readonly string[]> {
  const asked = approvers.flatMap((one) => (one === 'owners' ? owners : [one]));
  const named = (kind: string) =>
    asked.filter((one) => one.startsWith(`${kind}:`)).map((one) => one.slice(kind.length + 1));
  const bare = asked.filter((one) => !/^(?:role|group|user):/.test(one));
  const addresses = bare.filter((one) => one.includes('@')).map((one) => one.toLowerCase());
  const { rows } = await sql<{ readonly id: string }>`
    select id from user_account
    where disabled_at is null and (lower(email) = any(${addresses}::text[]) or roles && ${named('role')}::text[]
      or groups && ${[...named('group'), ...bare]}::text[]
      or id::text = any(${[...named('user'), ...bare]}::text[]))
    order by id limit 500`.execute(db);
  return rows.map(({ id }) => id);
}
