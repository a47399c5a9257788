import { describe, expect, it } from 'vitest';
import type { Decision, DecisionDraft } from '../../domain/decision.ts';
import { EMPTY_CHAIN, link } from '../../domain/decision-chain.ts';
import { ocsfEvent } from './ocsf.ts';

/** Attributes by class, as schema.ocsf.io/1.5.0 has them: what is required, and what there is. */
const BASE_REQUIRED = [
  'activity_id',
  'category_uid',
  'class_uid',
  'metadata',
  'severity_id',
  'time',
  'type_uid',
];
const BASE = [
  ...BASE_REQUIRED,
  'activity_name',
  'category_name',
  'class_name',
  'message',
  'severity',
  'status',
  'status_id',
  'type_name',
  'unmapped',
];
const CLASSES: Record<
  number,
  {
    category: number;
    required: string[];
    optional: string[];
    activities: number[];
    statuses: number[];
  }
> = {
  2002: {
    category: 2,
    required: ['finding_info', 'vulnerabilities'],
    optional: ['comment', 'resources'],
    activities: [0, 1, 2, 3, 99],
    statuses: [0, 1, 2, 3, 4, 5, 99],
  },
  3001: {
    category: 3,
    required: ['user'],
    optional: ['actor'],
    activities: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 99],
    statuses: [0, 1, 2, 99],
  },
  3004: {
    category: 3,
    required: ['entity'],
    optional: ['actor', 'comment'],
    activities: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 99],
    statuses: [0, 1, 2, 99],
  },
  7001: {
    category: 7,
    required: ['command_uid'],
    optional: ['remediation'],
    activities: [0, 1, 2, 3, 4, 5, 99],
    statuses: [0, 1, 2, 3, 4, 5, 6, 99],
  },
};

const person = { type: 'person', userId: '17', name: 'Ann' } as const;
const policy = { type: 'policy', version: 4 } as const;

function decision(more: Partial<DecisionDraft>): Decision {
  return link(
    {
      kind: 'change',
      subject: { type: 'change', id: 'c1' },
      assetId: '7',
      outcome: 'auto',
      because: 'tier 4',
      actor: policy,
      inputs: {},
      factors: [],
      alternatives: [],
      versions: {},
      key: 'k',
      ...more,
    },
    EMPTY_CHAIN,
    '2026-11-02T08:00:00.123Z',
  );
}

const finding = {
  advisoryId: 'GHSA-1',
  aliases: ['CVE-2026-1'],
  package: 'left',
  version: '1.0.0',
  purl: 'pkg:npm/left@1.0.0',
};
const scope = { advisoryId: null, package: null };

const cases: [string, Partial<DecisionDraft>, number, number, number | undefined][] = [
  ['a change taken', {}, 7001, 4, 99],
  ['a change withheld', { outcome: 'withhold' }, 7001, 4, 2],
  ['a change handed over', { kind: 'hand-over', outcome: 'handed-over' }, 7001, 4, 1],
  ['a change confirmed', { kind: 'closure', outcome: 'closed' }, 7001, 4, 1],
  ['one that did not help', { kind: 'closure', outcome: 'not-effective' }, 7001, 4, 2],
  ['a vote', { kind: 'vote', outcome: 'approve', actor: person }, 7001, 99, 99],
  ['an escalation', { kind: 'escalation', outcome: 'escalated' }, 7001, 99, 99],
  [
    'an exception',
    {
      kind: 'exception',
      subject: { type: 'finding', id: 'f' },
      outcome: 'active',
      inputs: { finding, exception: scope },
    },
    2002,
    2,
    3,
  ],
  [
    'one for an advisory',
    {
      kind: 'exception',
      subject: { type: 'system', id: 'exception-1' },
      outcome: 'requested',
      inputs: { exception: { advisoryId: 'CVE-2026-1', package: null } },
    },
    2002,
    2,
    99,
  ],
  [
    'a judgement',
    {
      kind: 'judgement',
      subject: { type: 'finding', id: 'f' },
      outcome: 'withdrawn',
      inputs: { finding },
    },
    2002,
    2,
    99,
  ],
  [
    'a finding that nothing is known of',
    { kind: 'judgement', subject: { type: 'finding', id: 'f' } },
    3004,
    99,
    1,
  ],
  [
    'roles',
    {
      kind: 'access',
      subject: { type: 'user', id: '9' },
      outcome: 'roles-changed',
      actor: person,
      inputs: { name: 'Bob' },
    },
    3001,
    99,
    1,
  ],
  [
    'a new user',
    { kind: 'access', subject: { type: 'user', id: '9' }, outcome: 'created', actor: person },
    3001,
    1,
    1,
  ],
  [
    'a policy',
    { kind: 'policy-activation', subject: { type: 'policy', id: '5' }, actor: person },
    3004,
    10,
    1,
  ],
  [
    'a pause',
    { kind: 'pause', subject: { type: 'system', id: 'all' }, outcome: 'paused' },
    3004,
    12,
    1,
  ],
  [
    'its end',
    { kind: 'pause', subject: { type: 'system', id: 'all' }, outcome: 'resumed' },
    3004,
    13,
    1,
  ],
  [
    'feedback',
    {
      kind: 'feedback',
      subject: { type: 'decision', id: '3' },
      outcome: 'bad-patch',
      actor: person,
    },
    3004,
    99,
    1,
  ],
  [
    'a model',
    { actor: { type: 'model', name: 'm', version: '2' }, subject: { type: 'asset', id: '7' } },
    3004,
    99,
    1,
  ],
];

describe('a decision as an OCSF event', () => {
  it.each(cases)('%s', (_, more, classUid, activity, status) => {
    const recorded = decision(more);
    const event = ocsfEvent(recorded, { name: 'suture', version: '0.1.0' });
    const of = CLASSES[classUid]!;
    expect(event).toMatchObject({
      class_uid: classUid,
      category_uid: of.category,
      activity_id: activity,
      type_uid: classUid * 100 + activity,
      status_id: status,
      time: Date.parse('2026-11-02T08:00:00.123Z'),
      severity_id: 1,
      metadata: {
        version: '1.5.0',
        product: { vendor_name: 'Suture' },
        uid: recorded.hash,
        sequence: 1,
      },
      unmapped: { seq: 1, hash: recorded.hash, previousHash: recorded.previousHash },
    });
    expect(of.activities).toContain(event['activity_id']);
    expect(of.statuses).toContain(event['status_id']);
    for (const name of [...BASE_REQUIRED, ...of.required]) expect(event).toHaveProperty(name);
    const known = new Set([...BASE, ...of.required, ...of.optional]);
    expect(Object.keys(event).filter((name) => !known.has(name))).toEqual([]);
  });

  it('has objects with what they are required to have', () => {
    const tool = { name: 'suture', version: '0.1.0' };
    const [, exception] = cases.find(([name]) => name === 'an exception')!;
    expect(ocsfEvent(decision(exception), tool)).toMatchObject({
      // finding_info: uid; vulnerability: one of advisory, cve, cwe; these and affected_package: uid, name and version.
      finding_info: { uid: 'f' },
      vulnerabilities: [
        {
          advisory: { uid: 'GHSA-1' },
          cve: { uid: 'CVE-2026-1' },
          affected_packages: [{ name: 'left', version: '1.0.0', purl: 'pkg:npm/left@1.0.0' }],
        },
      ],
    });
    const [, roles] = cases.find(([name]) => name === 'roles')!;
    expect(ocsfEvent(decision(roles), tool)).toMatchObject({
      user: { uid: '9', name: 'Bob' },
      actor: { user: { uid: '17', name: 'Ann' } },
    });
    const [, model] = cases.find(([name]) => name === 'a model')!;
    expect(ocsfEvent(decision(model), tool)).toMatchObject({
      entity: { uid: '7', type: 'asset' },
      actor: { app_name: 'm' },
    });
  });
});
