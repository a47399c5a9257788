import type { Principal } from '../domain/access.ts';
import type { VerifiedChange } from '../domain/change.ts';
import { whyNotVote } from '../stages/decide/approval.ts';
import { type Approval, approval, type CastVote, votesOn } from '../store/approvals.ts';
import { asset } from '../store/assets.ts';
import {
  type ChangeRow,
  changeParts,
  changeRowById,
  type Looker,
} from '../store/change-queries.ts';
import { change, type StoredChange } from '../store/changes.ts';
import { listDecisions } from '../store/decision-queries.ts';
import { findingsByIds } from '../store/finding-read.ts';
import { outcomesOf } from '../store/outcomes.ts';
import { userById } from '../store/users.ts';
import { notFound } from './cursor.ts';
import type { ApiDependencies } from './dependencies.ts';
import { projectRun } from './project-run.ts';

export function lookerOf({ userId, permissions }: Principal): Looker {
  return { userId, mayApprove: permissions.includes('approve') };
}

/** A row of the list, as the contract has it. */
export function changeRow<T extends ChangeRow>({ remedies, ...row }: T) {
  return {
    ...row,
    remedies: remedies.map(({ kind, package: name, from, to, because, closes }) => ({
      kind,
      package: name,
      from,
      to: to ?? null,
      because,
      closes,
    })),
  };
}

/** Everything about one change that a person decides by. */
export async function wholeChange(
  { store }: Pick<ApiDependencies, 'store'>,
  id: string,
  asker: Principal,
) {
  const [row, stored, parts] = await Promise.all([
    changeRowById(store, id, lookerOf(asker)),
    change(store, id),
    changeParts(store, id),
  ]);
  if (row === undefined || stored === undefined || parts === undefined) {
    throw notFound('change', id);
  }
  const [request, votes, closes, outcomes, decision] = await Promise.all([
    approval(store, id),
    votesOn(store, id),
    findingsByIds(store, stored.closes),
    outcomesOf(store, id),
    policyDecision(store, id),
  ]);
  const { detail } = stored;
  return {
    ...changeRow(row),
    remediationId: stored.remediationId,
    position: stored.position,
    because: parts.because,
    lockfile: parts.lockfile,
    files: stored.files,
    baseCommit: stored.baseCommit,
    branch: stored.branch,
    commit: stored.commit,
    confidenceDetail: detail.confidence,
    decision,
    approval:
      request === undefined ? null : await shownApproval(store, stored, request, votes, asker),
    findings: closes.map((finding) => ({
      id: finding.id,
      package: finding.package,
      version: finding.version,
      advisoryId: finding.advisoryId,
      band: finding.band,
      score: finding.score,
      summary: finding.summary,
      state: finding.state,
    })),
    verification: verificationOf(detail),
    signs: detail.signs.map(({ kind, package: name, message }) => ({
      kind,
      package: name,
      message,
    })),
    evidenceSha256: parts.evidenceSha256,
    outcomes,
    wayBack: wayBackOf(stored),
  };
}

async function policyDecision(store: ApiDependencies['store'], id: string) {
  const filter = { kinds: ['change'], subject: { type: 'change', id } };
  const { decisions } = await listDecisions(store, filter, { limit: 1 });
  const [latest] = decisions;
  if (latest === undefined) return null;
  const { seq, outcome, rule, because } = latest;
  return { seq, outcome, rule: rule ?? null, because };
}

async function shownApproval(
  store: ApiDependencies['store'],
  stored: StoredChange,
  request: Approval,
  votes: readonly CastVote[],
  asker: Principal,
) {
  const owners = (await asset(store, stored.assetId))?.owners ?? [];
  const circumstances = { owners, excluded: request.excluded };
  const counts = (vote: CastVote) =>
    whyNotVote(request, { userId: vote.by, ...vote }, circumstances) === undefined;
  const whyNot = await whyNotAsker(store, stored, request, circumstances, asker);
  return {
    state: request.state,
    quorum: request.quorum,
    approvals: votes.filter((vote) => vote.verdict === 'approve' && counts(vote)).length,
    approvers: request.approvers,
    requestedAt: request.requestedAt,
    expiresAt: request.expiresAt,
    nextEscalationAt: request.nextEscalationAt,
    mayVote: whyNot === undefined,
    whyNot: whyNot ?? null,
    votes: votes.map(({ by, byName, verdict, reason, avoid, at }) => ({
      by: { id: by, name: byName },
      verdict,
      reason,
      avoid,
      at,
    })),
  };
}

async function whyNotAsker(
  store: ApiDependencies['store'],
  stored: StoredChange,
  request: Approval,
  circumstances: Parameters<typeof whyNotVote>[2],
  asker: Principal,
): Promise<string | undefined> {
  if (request.state !== 'waiting' || stored.state !== 'awaiting-approval') {
    return 'It waits for no vote any more.';
  }
  // A token may do less than its owner's roles give.
  if (!asker.permissions.includes('approve')) {
    return 'None of your roles may approve; ask an admin for the role approver.';
  }
  const groups = (await userById(store, asker.userId))?.groups ?? [];
  const voter = { userId: asker.userId, roles: asker.roles, groups };
  return whyNotVote(request, voter, circumstances);
}

function verificationOf({ verification }: VerifiedChange) {
  const { baseline, patched, testsReachChange } = verification;
  const before = baseline[0];
  return {
    gaps: verification.gaps,
    flaky: verification.flaky,
    failingBefore: verification.failingBefore,
    regressions: verification.regressions,
    rescan: verification.rescan,
    exploits: verification.exploits,
    testsReachChange: testsReachChange.share ?? null,
    before: before === undefined ? null : projectRun(before, patched),
    after: projectRun(patched, before),
  };
}

/** How a change is undone, in the words of git. */
function wayBackOf({ state, branch, commit, detail }: StoredChange): string {
  const retires = detail.remedies.some((remedy) => remedy.retires === true);
  const after = retires ? ' The override that it retires comes back with that.' : '';
  if (state === 'handed-over' || state === 'closed' || state === 'not-effective') {
    return `git revert ${commit}, then install from the lockfile as before.${after}`;
  }
  return `Nothing is to be undone yet: the branch ${branch} is not merged.`;
}
