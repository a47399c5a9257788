import { describe, expect, it } from 'vitest';
import { madeFinding } from '../../../test/support/made-finding.ts';
import { type MadeCase, madeCase } from '../../../test/support/policy-case.ts';
import type { AutonomyRule, Calendar } from '../../domain/control-policy.ts';
import { calendarFromRule } from './calendars/from-rule.ts';
import { decide } from './decide.ts';

const auto: AutonomyRule = { name: 'tests', environments: ['test'], autonomy: 'auto' };
const small: AutonomyRule = { name: 'small', when: 'change.majors == 0', autonomy: 'auto' };
const verdict = (given: MadeCase) => decide(madeCase(given));
const short = (given: MadeCase) => {
  const { outcome, rule, because } = verdict(given);
  return [outcome, rule, because];
};

describe('the outcome', () => {
  it.each<[string, MadeCase, string, string, string]>([
    [
      'without rules is what the policy says otherwise',
      {},
      'approve',
      'otherwise',
      'No rule fits: people are asked.',
    ],
    [
      'not proven',
      { verdict: 'failed', policy: { otherwise: 'auto' } },
      'withhold',
      'verification',
      'Not proven (failed): a test fails now',
    ],
    [
      'inconclusive, however confident',
      { verdict: 'inconclusive', confidence: 1 },
      'withhold',
      'verification',
      'Not proven (inconclusive): a test fails now',
    ],
    [
      'below the confidence asked for',
      { confidence: 0.7999, policy: { otherwise: 'auto' } },
      'withhold',
      'minimum confidence',
      'Confidence 0.799 is below the 0.8 that policy asks for.',
    ],
    [
      'just enough',
      { confidence: 0.8, policy: { otherwise: 'auto' } },
      'auto',
      'otherwise',
      'No rule fits: the change is handed over without asking.',
    ],
    [
      'the first rule that fits',
      { policy: { autonomy: [auto, small, { name: 'z', autonomy: 'observe' }] } },
      'auto',
      'small',
      'The rule "small" fits: the change is handed over without asking.',
    ],
    [
      'a rule for another environment',
      { policy: { autonomy: [auto] } },
      'approve',
      'otherwise',
      'No rule fits: people are asked.',
    ],
    [
      "a rule's own confidence, missed: people are asked",
      { confidence: 0.9, policy: { autonomy: [{ ...small, minimumConfidence: 0.95 }] } },
      'approve',
      'small',
      'People are asked: confidence 0.9 is below the 0.95 that "small" asks for to go by itself.',
    ],
    [
      "a rule's own confidence, and the policy's, missed",
      { confidence: 0.7, policy: { autonomy: [{ ...small, minimumConfidence: 0.95 }] } },
      'withhold',
      'minimum confidence',
      'Confidence 0.7 is below the 0.95 that policy asks for.',
    ],
    [
      'a rule that asks for less than the policy',
      { confidence: 0.7, policy: { autonomy: [{ ...small, minimumConfidence: 0.6 }] } },
      'auto',
      'small',
      'The rule "small" fits: the change is handed over without asking.',
    ],
    [
      'a condition that cannot be judged: people are asked',
      {
        policy: {
          otherwise: 'auto',
          autonomy: [{ name: 'label', when: 'asset.labels["tier"] == "1"', autonomy: 'observe' }],
        },
      },
      'approve',
      'label',
      'People are asked: the rule "label" could not be judged (No such key: tier).',
    ],
    [
      'a condition that is no condition at all: people are asked',
      { policy: { otherwise: 'auto', autonomy: [{ name: 'x', when: '((', autonomy: 'auto' }] } },
      'approve',
      'x',
      'People are asked: the rule "x" could not be judged (unexpected token: EOF).',
    ],
    [
      'what a higher confidence would not get',
      {
        confidence: 0.85,
        policy: {
          otherwise: 'auto',
          autonomy: [{ name: 'sure', when: 'change.confidence >= 0.9', autonomy: 'approve' }],
        },
      },
      'approve',
      'sure',
      'At confidence 0.9 it would come to "approve" by "sure", and a lower one never gets more.',
    ],
  ])('%s', (_case, given, outcome, rule, because) => {
    expect(short(given)).toEqual([outcome, rule, because]);
  });

  it('asks whom the rule asks, and hands over as it says', () => {
    const rule: AutonomyRule = {
      name: 'two',
      autonomy: 'approve',
      approval: { quorum: 2, approvers: ['owners'] },
      handOver: 'merge',
    };
    const found = verdict({ policy: { autonomy: [rule] } });
    expect(found.approval).toMatchObject({ quorum: 2, approvers: ['owners'], fourEyes: true });
    expect(found.handOver).toBe('merge');
    expect(verdict({ policy: { otherwise: 'auto' } }).approval).toBeUndefined();
  });
});

describe('the explanation', () => {
  it('has what was looked at', () => {
    const { factors } = verdict({
      policy: { autonomy: [small] },
      findings: [madeFinding({ score: 71, due: '2026-11-25' }), madeFinding({ name: 'qs' })],
    });
    expect(factors).toEqual([
      { name: 'policy', value: 'version 7' },
      { name: 'verification', value: 'proven' },
      { name: 'confidence', value: '0.95 (0.8 asked for)' },
      { name: 'environment', value: 'production (declared)' },
      { name: 'criticality', value: '3 (declared)' },
      { name: 'closes', value: '2 findings, highest risk 71' },
      { name: 'condition of "small"', value: 'holds: change.majors == 0' },
      { name: 'deadline', value: '2026-11-25 (house rule)' },
    ]);
  });

  it('says of every rule why it did not decide, and what would have made it automatic', () => {
    const { alternatives } = verdict({
      remedies: [{ from: '3.0.0', to: '4.0.0' }],
      policy: {
        autonomy: [
          auto,
          { name: 'vital', criticalities: [1], autonomy: 'approve' },
          { ...small, when: 'change.majors == 0 && change.closes == 1 && findings.size() > 3' },
          { name: 'all', autonomy: 'suggest' },
          { name: 'late', when: 'change.closes > 7', autonomy: 'auto' },
        ],
      },
    });
    expect(alternatives).toEqual([
      { outcome: 'auto', why: '"tests" did not fit: for test; this is production' },
      { outcome: 'approve', why: '"vital" did not fit: for criticality 1; this is 3' },
      {
        outcome: 'auto',
        why: '"small" did not fit: not so: change.majors == 0; findings.size() > 3',
      },
      { outcome: 'auto', why: '"late" comes after "all", and asks for: change.closes > 7' },
      {
        outcome: 'withhold',
        why: expect.stringMatching(/^it is proven, and its confidence .* not below/),
      },
    ]);
  });

  it('says which confidence was missing', () => {
    const { alternatives } = verdict({
      confidence: 0.9,
      policy: { autonomy: [{ ...small, minimumConfidence: 0.95 }] },
    });
    expect(alternatives).toEqual([
      { outcome: 'auto', why: '"small" would, at a confidence of 0.95 or more' },
      { outcome: 'withhold', why: 'it is proven, and its confidence 0.9 is not below 0.8' },
    ]);
  });

  it.each([
    ['by no rule', { policy: { autonomy: [] } }, ['auto', 'withhold']],
    [
      'by itself',
      { policy: { autonomy: [{ name: 'all', autonomy: 'auto' as const }] } },
      ['withhold'],
    ],
    ['when it is not proven', { verdict: 'failed' as const }, ['approve']],
    ['without confidence', { confidence: 0.1 }, ['approve']],
  ])('says what else it could have been %s', (_, given, outcomes) => {
    expect(verdict(given).alternatives.map(({ outcome }) => outcome)).toEqual(outcomes);
  });
});

describe('calendars', () => {
  const christmas: Calendar = {
    name: 'christmas',
    kind: 'freeze',
    ics: calendarFromRule({ name: 'c', start: '2026-11-20', end: '2026-12-31' }),
  };
  const kev = 'findings.exists(f, f.kev)';
  const time = (given: MadeCase) => verdict({ policy: { otherwise: 'auto' }, ...given }).notBefore;
  const within = (calendars: readonly Calendar[], more: MadeCase = {}) =>
    time({ ...more, policy: { otherwise: 'auto', calendars } });

  it.each<[string, Calendar, MadeCase, string | undefined]>([
    ['holds it up', christmas, {}, '2027-01-01T00:00:00.000Z'],
    ['is over', christmas, { now: '2027-01-01T00:00:00Z' }, undefined],
    ['is for others', { ...christmas, environments: ['staging'] }, {}, undefined],
    ['is for other assets', { ...christmas, when: 'asset.criticality == 1' }, {}, undefined],
    [
      'does not hold up an exception',
      { ...christmas, except: kev },
      { findings: [madeFinding({ kev: true })] },
      undefined,
    ],
    [
      'holds up what is no exception',
      { ...christmas, except: kev },
      {},
      '2027-01-01T00:00:00.000Z',
    ],
    [
      'applies when its condition cannot be judged',
      { ...christmas, when: 'asset.labels["x"] == "y"' },
      {},
      '2027-01-01T00:00:00.000Z',
    ],
    [
      'applies when its exception cannot be judged',
      { ...christmas, except: 'asset.labels["x"] == "y"' },
      {},
      '2027-01-01T00:00:00.000Z',
    ],
    [
      'is always closed when it cannot be read',
      { ...christmas, ics: 'BEGIN:?' },
      {},
      '2028-11-21T10:00:00.000Z',
    ],
  ])('a freeze %s', (_case, calendar, more, expected) => {
    expect(within([calendar], more)).toBe(expected);
  });

  it('say nothing of what is not handed over', () => {
    expect(time({ policy: { otherwise: 'suggest', calendars: [christmas] } })).toBeUndefined();
    expect(time({ policy: { otherwise: 'observe', calendars: [christmas] } })).toBeUndefined();
    expect(time({ policy: { calendars: [christmas] } })).toBe('2027-01-01T00:00:00.000Z');
  });

  it('are explained', () => {
    const calendars = [christmas, { ...christmas, name: 'kev', except: 'change.closes == 1' }];
    const { factors } = verdict({ policy: { otherwise: 'auto', calendars } });
    expect(factors.slice(-2)).toEqual([
      { name: 'freeze "kev"', value: 'does not hold this up: change.closes == 1' },
      { name: 'next opening', value: '2027-01-01T00:00:00.000Z; until then "christmas"' },
    ]);
  });

  it('that open after the deadline are told, to the end of its day', () => {
    const late = (due: string) =>
      verdict({
        policy: { otherwise: 'auto', calendars: [christmas] },
        findings: [madeFinding({ due }), madeFinding({ name: 'x', due: '2027-12-01' })],
      });
    expect(late('2026-11-25').because).toBe(
      'No rule fits: the change is handed over without asking. The first opening, 2027-01-01T00:00:00.000Z, is after the deadline 2026-11-25 (house rule).',
    );
    expect(late('2026-11-25').factors.at(-1)?.name).toBe('deadline against calendar');
    expect(late('2027-01-01').because).not.toContain('deadline');
  });

  it('are asked again when the change is', () => {
    const input = madeCase({ policy: { calendars: [christmas] }, now: '2026-11-22T10:00:00Z' });
    expect(decide(input).notBefore).toBe('2027-01-01T00:00:00.000Z');
    expect(decide({ ...input, now: new Date('2027-01-02') }).notBefore).toBeUndefined();
  });
});
