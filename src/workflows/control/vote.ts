import type { Role } from '../../domain/access.ts';
import type { ChangeState } from '../../domain/change-state.ts';
import { SutureError } from '../../domain/error.ts';
import {
  type CountedVote,
  excludedVoters,
  tally,
  type Voter,
  whyNotVote,
} from '../../stages/decide/approval.ts';
import {
  type Approval,
  approval,
  type CastVote,
  castVote,
  type NewVote,
  settleApproval,
  votesOn,
} from '../../store/approvals.ts';
import { asset } from '../../store/assets.ts';
import {
  type ChangeOverride,
  change,
  overrideChange,
  type StoredChange,
} from '../../store/changes.ts';
import type { Store } from '../../store/database.ts';
import { type RecordOptions, recordDecision } from '../../store/decisions.ts';
import { announce } from '../../store/live-events.ts';
import { remediation } from '../../store/remediations.ts';
import { policyInForce } from './policy-in-force.ts';

export interface VoterAccount extends Voter {
  readonly name: string;
  readonly roles: readonly Role[];
}

export type VoteOutcome = Approval['state'];

/**
 * Records a person's vote on a change, with its decision, and counts: all in one transaction, under
 * a lock of the request, so that of two last votes one settles it. Wake the change's workflow
 * afterwards (`ControlClient.wakeChange`); should that get lost, it is found by itself.
 *
 * @returns how the request stands with it
 * @throws SutureError `change-missing`, `not-waiting`, `vote-not-counted`, `reason-missing`
 */
export async function voteOnChange(
  db: Store,
  vote: Omit<NewVote, 'by'>,
  voter: VoterAccount,
  options: RecordOptions,
): Promise<VoteOutcome> {
  if (vote.verdict !== 'approve' && vote.reason.trim() === '') {
    throw new SutureError('reason-missing', 'Say why: it is kept, and others learn from it', {
      remedy: 'Give a reason with the vote.',
    });
  }
  return await db.transaction().execute(async (trx) => {
    const found = await changeOrThrow(trx, vote.changeId);
    const request = await approval(trx, found.id, { lock: true });
    if (request?.state !== 'waiting' || found.state !== 'awaiting-approval') {
      throw new SutureError('not-waiting', `This change waits for no vote: it is ${found.state}`, {
        remedy: 'Look at it again; it may have been decided meanwhile.',
      });
    }
    const circumstances = await circumstancesOf(trx, found, request);
    const whyNot = whyNotVote(request, voter, circumstances);
    if (whyNot !== undefined) {
      throw new SutureError('vote-not-counted', whyNot, {
        remedy: 'Somebody else has to decide.',
      });
    }
    await castVote(trx, { ...vote, by: voter.userId });
    const votes = await votesOn(trx, found.id);
    const state = tally(request, votes.map(counted), circumstances);
    if (state !== 'waiting') await settleApproval(trx, found.id, state);
    await announce(trx, 'approval', found.id, found.assetId);
    const cast = votes.find(({ by }) => by === voter.userId);
    await recordDecision(trx, voteDecision(found, request, vote, voter, cast, state), options);
    return state;
  });
}

/**
 * Records that a person takes, or drops, a change instead of leaving it to policy. The decision goes
 * into the log when the change's workflow acts on it: wake it afterwards.
 *
 * Where policy asks people, it is theirs to say: one person does not take a change past them, nor
 * before policy has looked at it, nor one that they asked for where policy wants four eyes.
 *
 * @throws SutureError `change-missing`, `not-open`, `not-decided`, `vote-not-counted`
 */
export async function overrideByPerson(
  db: Store,
  changeId: string,
  override: Pick<ChangeOverride, 'outcome' | 'reason'>,
  person: VoterAccount,
  now: Date,
): Promise<void> {
  const { userId, name } = person;
  const given = { ...override, by: userId, byName: name, at: now.toISOString() };
  await db.transaction().execute(async (trx) => {
    const found = await changeOrThrow(trx, changeId);
    if (override.outcome !== 'reject') await checkOwnHand(trx, found, userId);
    if (override.outcome === 'hand-over') await checkDecided(trx, found);
    if (!(await overrideChange(trx, changeId, given, OVERRIDABLE[override.outcome]))) {
      throw notOpen(found);
    }
    await announce(trx, 'change', changeId, found.assetId);
  });
}

const OVERRIDABLE: Readonly<Record<ChangeOverride['outcome'], readonly ChangeState[]>> = {
  'hand-over': ['withheld', 'observed', 'suggested'],
  now: ['awaiting-approval', 'scheduled'],
  reject: ['withheld', 'observed', 'suggested', 'awaiting-approval', 'scheduled'],
};

/** Four eyes, whether people were asked already or not. */
async function checkOwnHand(db: Store, found: StoredChange, userId: string): Promise<void> {
  const request = await approval(db, found.id);
  const { policy } = await policyInForce(db);
  const run = await remediation(db, found.remediationId);
  const involved = [run?.requestedBy].filter((id) => typeof id === 'string');
  const excluded = [...excludedVoters(policy.approval, involved), ...(request?.excluded ?? [])];
  if (!excluded.includes(userId)) return;
  throw new SutureError(
    'vote-not-counted',
    'You asked for this change or had a hand in it; somebody else has to agree (four eyes).',
    { remedy: 'Somebody else has to decide.' },
  );
}

/** A change is proven before policy is asked about it; until then nobody knows whom it asks. */
async function checkDecided(db: Store, found: StoredChange): Promise<void> {
  if (found.state !== 'observed' && found.state !== 'suggested') return;
  const { version } = await policyInForce(db);
  if (found.decidedByPolicy === version) return;
  throw new SutureError('not-decided', 'Policy has not looked at this change yet', {
    remedy: 'Try again in a moment; it may be that people are asked about it.',
  });
}

function notOpen({ state }: StoredChange): SutureError {
  if (state === 'awaiting-approval') {
    return new SutureError('not-open', 'Policy asks people about this change', {
      remedy: 'Vote on it; so many of those who are asked have to agree as policy says.',
    });
  }
  return new SutureError('not-open', `This change can no longer be decided so: it is ${state}`, {
    remedy: 'Look at it again; it may have been decided meanwhile.',
  });
}

async function changeOrThrow(db: Store, id: string): Promise<StoredChange> {
  const found = await change(db, id);
  if (found !== undefined) return found;
  throw new SutureError('change-missing', `There is no change ${id}`, {
    remedy: 'List the changes to see what there is.',
  });
}

async function circumstancesOf(db: Store, found: StoredChange, request: Approval) {
  const owners = (await asset(db, found.assetId))?.owners ?? [];
  return { owners, excluded: request.excluded };
}

function counted({ by, roles, groups, verdict }: CastVote): CountedVote {
  return { voter: { userId: by, roles, groups }, verdict };
}

/** What each vote would have done, for the log. */
const MEANING: Readonly<Record<NewVote['verdict'], string>> = {
  approve: 'it would have counted towards those who have to agree',
  reject: 'it would have ended the change, and left its findings open',
  'request-changes': 'another change would have been planned in its place',
};

function voteDecision(
  found: StoredChange,
  request: Approval,
  vote: Omit<NewVote, 'by'>,
  voter: VoterAccount,
  cast: CastVote | undefined,
  state: VoteOutcome,
) {
  return {
    kind: 'vote',
    subject: { type: 'change', id: found.id },
    assetId: found.assetId,
    outcome: vote.verdict,
    because: vote.reason.trim() === '' ? `${voter.name} approves it` : vote.reason,
    actor: { type: 'person', userId: voter.userId, name: voter.name },
    inputs: {
      title: found.title,
      commit: found.commit,
      evidence: found.evidenceSha256,
      confidence: found.detail.confidence.value,
      quorum: request.quorum,
      approvers: [...request.approvers],
      avoid: [...vote.avoid],
      request: state,
    },
    factors: [],
    alternatives: (['approve', 'reject', 'request-changes'] as const)
      .filter((verdict) => verdict !== vote.verdict)
      .map((outcome) => ({ outcome, why: `${MEANING[outcome]}; ${voter.name} decided otherwise` })),
    versions: {},
    key: `vote:${found.id}:${voter.userId}:${cast?.at ?? ''}`,
  } as const;
}
