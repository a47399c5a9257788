import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../../domain/access.ts';
import type { VoteVerdict } from '../../domain/change-state.ts';
import { defaultApproval } from '../../domain/control-policy.ts';
import {
  approvalRule,
  escalationsDue,
  excludedVoters,
  expiresAt,
  mayVote,
  nextEscalationAt,
  tally,
  type Voter,
  whyNotVote,
} from './approval.ts';

const voter = (userId: string, roles: readonly Role[] = ['approver'], groups: string[] = []) => ({
  userId,
  roles,
  groups,
});
const nobody = { owners: [], excluded: [] };

describe('mayVote', () => {
  it.each<[string, readonly string[], Voter, readonly string[], boolean]>([
    ['a role', ['role:approver'], voter('1'), [], true],
    ['another role', ['role:admin'], voter('1'), [], false],
    ['a group', ['group:platform'], voter('1', ['approver'], ['platform']), [], true],
    ['another group', ['group:platform'], voter('1', ['approver'], ['web']), [], false],
    ['a group with a colon', ['group:a:b'], voter('1', ['approver'], ['a:b']), [], true],
    ['a user', ['user:17'], voter('17'), [], true],
    ['another user', ['user:17'], voter('1'), [], false],
    ['an owner by group', ['owners'], voter('1', ['approver'], ['web']), ['group:web'], true],
    ['an owner by id', ['owners'], voter('5'), ['user:5'], true],
    ['an owner by bare group', ['owners'], voter('1', ['approver'], ['web']), ['web'], true],
    ['an owner by bare id', ['owners'], voter('5'), ['5'], true],
    ['an asset without owners', ['owners'], voter('5'), [], false],
    [
      'a role among owners is a name like another',
      ['owners'],
      voter('5'),
      ['role:approver'],
      false,
    ],
    ['a viewer, named or not', ['user:5'], voter('5', ['viewer']), [], false],
    ['an operator in the group', ['group:web'], voter('5', ['operator'], ['web']), [], false],
    ['nobody in particular', ['whoever'], voter('5'), [], false],
  ])('%s', (_case, approvers, who, owners, expected) => {
    expect(mayVote({ approvers }, who, { owners, excluded: [] })).toBe(expected);
  });

  it('says why not', () => {
    const rule = { approvers: ['group:platform'] };
    expect(whyNotVote(rule, voter('1'), { owners: [], excluded: ['1'] })).toMatch(/four eyes/);
    expect(whyNotVote(rule, voter('1', ['viewer']), nobody)).toMatch(/roles/);
    expect(whyNotVote(rule, voter('1'), nobody)).toMatch(/group:platform/);
    expect(whyNotVote(rule, voter('1', ['admin'], ['platform']), nobody)).toBeUndefined();
  });
});

describe('tally', () => {
  const rule = { ...defaultApproval, quorum: 2 };
  const said = (userId: string, verdict: VoteVerdict, roles: readonly Role[] = ['approver']) => ({
    voter: voter(userId, roles),
    verdict,
  });

  it.each([
    ['nothing yet', [], 'waiting'],
    ['one of two', [said('1', 'approve')], 'waiting'],
    ['two', [said('1', 'approve'), said('2', 'approve')], 'approved'],
    ['one person twice', [said('1', 'approve'), said('1', 'approve')], 'waiting'],
    ['a viewer', [said('1', 'approve'), said('2', 'approve', ['viewer'])], 'waiting'],
    ['one against', [said('1', 'approve'), said('2', 'approve'), said('3', 'reject')], 'rejected'],
    ['a viewer against', [said('2', 'reject', ['viewer'])], 'waiting'],
    [
      'changes asked for',
      [said('1', 'approve'), said('2', 'request-changes')],
      'changes-requested',
    ],
    ['both', [said('1', 'request-changes'), said('2', 'reject')], 'rejected'],
    [
      'a changed mind',
      [said('1', 'reject'), said('1', 'approve'), said('2', 'approve')],
      'approved',
    ],
  ] as const)('%s', (_case, votes, expected) => {
    expect(tally(rule, votes, nobody)).toBe(expected);
  });

  const anyVoter: fc.Arbitrary<Voter> = fc.record({
    userId: fc.constantFrom('1', '2', '3', '4'),
    roles: fc.subarray([...ROLES]),
    groups: fc.subarray(['web', 'platform']),
  });
  const anyVote = fc.record({
    voter: anyVoter,
    verdict: fc.constantFrom<VoteVerdict>('approve', 'reject', 'request-changes'),
  });
  const anyRule = fc.record({
    quorum: fc.integer({ min: 1, max: 3 }),
    approvers: fc.subarray(['owners', 'role:approver', 'role:admin', 'group:web', 'user:3']),
  });

  it('never counts who is excluded', () => {
    fc.assert(
      fc.property(
        anyRule,
        fc.array(anyVote),
        fc.subarray(['1', '2', '3', '4']),
        (r, votes, out) => {
          const circumstances = { owners: ['web'], excluded: out };
          const others = votes.filter((vote) => !out.includes(vote.voter.userId));
          expect(tally(r, votes, circumstances)).toBe(tally(r, others, circumstances));
        },
      ),
    );
  });

  it('approves only with as many different people as the quorum', () => {
    fc.assert(
      fc.property(anyRule, fc.array(anyVote), (r, votes) => {
        const eligible = votes.filter((vote) => mayVote(r, vote.voter, nobody));
        const people = new Set(eligible.map((vote) => vote.voter.userId));
        expect(tally(r, votes, nobody) === 'approved' && people.size < r.quorum).toBe(false);
      }),
    );
  });
});

describe('a rule of its own', () => {
  it('says only what is different', () => {
    expect(approvalRule(defaultApproval, { quorum: 2 })).toEqual({ ...defaultApproval, quorum: 2 });
  });

  it('excludes nobody without four eyes', () => {
    expect(excludedVoters({ fourEyes: true }, ['1', '2', '1'])).toEqual(['1', '2']);
    expect(excludedVoters({ fourEyes: false }, ['1'])).toEqual([]);
  });
});

describe('time', () => {
  const rule = {
    escalation: [
      { afterHours: 24, to: ['role:admin'] },
      { afterHours: 4, to: ['group:platform'] },
    ],
    expiresAfterHours: 48,
  };
  const asked = new Date('2026-11-20T00:00:00Z');
  const at = (hours: number) => new Date(asked.getTime() + hours * 3_600_000);

  it.each([
    [3, 0, []],
    [4, 0, ['group:platform']],
    [30, 0, ['group:platform', 'role:admin']],
    [30, 1, ['role:admin']],
    [30, 2, []],
  ])('after %d hours, with %d made', (hours, done, expected) => {
    expect(escalationsDue(rule, asked, at(hours), done).flatMap(({ to }) => to)).toEqual(expected);
  });

  it('goes on with the next, and ends', () => {
    expect(nextEscalationAt(rule, asked, 0)).toEqual(at(4));
    expect(nextEscalationAt(rule, asked, 1)).toEqual(at(24));
    expect(nextEscalationAt(rule, asked, 2)).toBeUndefined();
    expect(expiresAt(rule, asked)).toEqual(at(48));
  });
});
