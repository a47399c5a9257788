import { describe, expect, it } from 'vitest';
import { madeFinding } from '../../../../test/support/made-finding.ts';
import { type MadeCase, madeCase } from '../../../../test/support/policy-case.ts';
import { type ControlPolicy, defaultControlPolicy } from '../../../domain/control-policy.ts';
import { calendarFromRule } from '../calendars/from-rule.ts';
import { compareFindings, type KnownFinding } from './compare-findings.ts';
import { compareVerdicts, type PastChange } from './compare-verdicts.ts';

const numbered = (policy: Partial<ControlPolicy>, version = 1) => ({
  policy: { ...defaultControlPolicy, ...policy },
  version,
});
const past = (id: string, given: MadeCase = {}): PastChange => {
  const { asset, context, change, findings, now } = madeCase(given);
  return {
    id,
    title: id,
    asset,
    context,
    change,
    at: now,
    findings: findings.map((finding) => ({ finding })),
  };
};

describe('compareVerdicts', () => {
  const cases = [past('a'), past('b', { confidence: 0.85 }), past('c', { verdict: 'failed' })];

  it('counts what each policy says, and lists what differs with both reasons', () => {
    const careful = numbered({});
    const bold = numbered({
      autonomy: [{ name: 'sure', autonomy: 'auto', minimumConfidence: 0.9 }],
    });
    const found = compareVerdicts(cases, careful, bold);
    expect(found).toMatchObject({
      changes: 3,
      inForce: { approve: 2, withhold: 1 },
      proposed: { auto: 1, approve: 1, withhold: 1 },
      approvalsInForce: 2,
      approvalsProposed: 1,
      differing: 1,
    });
    expect(found.differences).toEqual([
      {
        changeId: 'a',
        title: 'a',
        asset: 'shop',
        in: ['outcome'],
        inForce: expect.objectContaining({
          outcome: 'approve',
          because: 'No rule fits: people are asked.',
        }),
        proposed: expect.objectContaining({
          outcome: 'auto',
          because: 'The rule "sure" fits: the change is handed over without asking.',
        }),
      },
    ]);
  });

  it('finds no difference between a policy and itself, under another name', () => {
    const named = numbered({ autonomy: [{ name: 'all', autonomy: 'approve' }] }, 9);
    expect(compareVerdicts(cases, numbered({}), named).differences).toEqual([]);
  });

  it('sees who is asked, how it is handed over, and when', () => {
    const freeze = {
      name: 'f',
      kind: 'freeze' as const,
      ics: calendarFromRule({ name: 'f', start: '2026-11-20', end: '2026-11-30' }),
    };
    const other = numbered({
      approval: { ...defaultControlPolicy.approval, quorum: 2 },
      handOver: 'merge',
      calendars: [freeze],
    });
    const [first] = compareVerdicts([past('a')], numbered({}), other).differences;
    expect(first?.in).toEqual(['approval', 'hand over', 'not before']);
  });

  it('asks both at the time of the change, with the deadlines that each sets', () => {
    const urgent = {
      name: 'urgent',
      when: 'findings.exists(f, has(f.due) && f.due < now + duration("72h"))',
      autonomy: 'auto' as const,
    };
    const slow = numbered({ autonomy: [urgent] });
    const fast = numbered({ autonomy: [urgent], deadlines: [{ band: 'attend', days: 1 }] });
    const found = compareVerdicts([past('a')], slow, fast);
    expect([found.inForce, found.proposed]).toEqual([{ approve: 1 }, { auto: 1 }]);
  });
});

describe('compareFindings', () => {
  const now = new Date('2026-11-22T10:00:00Z');
  const known = (given: Partial<KnownFinding> = {}): KnownFinding => {
    const { asset, context } = madeCase();
    return {
      finding: madeFinding(),
      asset,
      context,
      firstSeen: '2026-11-20',
      hasChange: false,
      ...given,
    };
  };
  const assumed = { confidence: 0.9, now };
  const slow = numbered({
    deadlinePolicy: { ...defaultControlPolicy.deadlinePolicy, standards: [] },
  });
  const fast = numbered({ ...slow.policy, deadlines: [{ band: 'attend', days: 7 }] });

  it('counts dates that move, and lists those due first', () => {
    const findings = [
      known({ firstSeen: '2026-11-21' }),
      known(),
      known({ finding: madeFinding({ band: 'track' }) }),
    ];
    const found = compareFindings(findings, slow, fast, assumed);
    expect([found.findings, found.earlier, found.later]).toEqual([3, 2, 0]);
    expect(found.moved.map(({ proposed }) => proposed.due)).toEqual(['2026-11-27', '2026-11-28']);
    const back = compareFindings(findings, fast, slow, assumed);
    expect([back.earlier, back.later]).toEqual([0, 2]);
  });

  it('says what a plain change would get, where there is none, and what it assumes', () => {
    const bold = numbered({
      autonomy: [{ name: 'small', when: 'change.majors == 0', autonomy: 'auto' }],
    });
    const findings = [known(), known({ hasChange: true }), known()];
    const { hypothetical } = compareFindings(findings, numbered({}), bold, assumed);
    expect(hypothetical).toMatchObject({
      findings: 2,
      confidence: 0.9,
      inForce: { approve: 2 },
      proposed: { auto: 2 },
    });
    expect(hypothetical.assumptions[0]).toContain('confidence 0.9');
  });
});
