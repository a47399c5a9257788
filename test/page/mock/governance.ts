import type {
  Channel,
  Decision,
  PolicyDocument,
  Simulation,
  System,
  Token,
  User,
} from './types.ts';

const HOUR = 3_600_000;
const GRACE = { id: '2', name: 'Grace Hopper' };

const POLICY = `# Who decides, by environment; the first row that fits.
autonomy:
  - name: development goes out by itself
    environments: [development, test]
    autonomy: auto
    minimumConfidence: 0.8
  - name: production
    environments: [production]
    autonomy: approve
    approval:
      quorum: 2
otherwise: suggest
minimumConfidence: 0.7
deadlines:
  standards: [bod-26-04, pci-dss]
`;

export function makeDecisions(count: number, now: number): Decision[] {
  const kinds = [
    'change',
    'vote',
    'hand-over',
    'closure',
    'exception',
    'escalation',
    'policy-activation',
  ];
  return Array.from({ length: count }, (_, index): Decision => {
    const seq = count - index;
    const kind = kinds[seq % kinds.length]!;
    const person = kind === 'vote' || kind === 'exception' || kind === 'policy-activation';
    return {
      seq,
      at: new Date(now - index * HOUR * 1.7).toISOString(),
      kind,
      subjectType: kind === 'policy-activation' ? 'policy' : 'change',
      subjectId: kind === 'policy-activation' ? '3' : `c${(seq % 12) + 1}`,
      assetId: '1',
      outcome: kind === 'vote' ? 'approve' : kind === 'change' ? 'approve' : kind,
      actorType: person ? 'person' : 'policy',
      actor: person ? 'Grace Hopper' : 'policy 3',
      rule: person ? null : 'production',
      because: person
        ? 'Looked at the changelog; nothing we use.'
        : 'Proven with confidence 0.94; production asks people.',
      hash: seq.toString(16).padStart(4, '0').repeat(16),
      previousHash: (seq - 1).toString(16).padStart(4, '0').repeat(16),
      feedback: seq % 9 === 0 ? 1 : 0,
      inputs: {
        verdict: 'proven',
        confidence: 0.94,
        environment: 'production',
        criticality: 1,
        findings: ['f000000', 'f000012'],
      },
      factors: [
        { name: 'confidence', value: '0.94 of 0.7 needed', contribution: 0.24 },
        { name: 'environment', value: 'production' },
      ],
      alternatives: [
        { outcome: 'auto', why: 'production is not in the row that goes out by itself' },
        { outcome: 'withhold', why: 'confidence is above the minimum' },
      ],
      versions: { policy: '3', confidence: 'prior-1', suture: '0.2.0' },
      feedbackGiven:
        seq % 9 === 0
          ? [{ by: GRACE, verdict: 'right', reason: 'It held.', at: new Date(now).toISOString() }]
          : [],
    };
  });
}

export function makePolicies(now: number): PolicyDocument[] {
  return [3, 2, 1].map(
    (number): PolicyDocument => ({
      number,
      state: number === 3 ? 'active' : 'retired',
      note: ['', 'Start', 'Ask two people in production', 'PCI deadlines'][number]!,
      author: number === 1 ? null : GRACE,
      createdAt: new Date(now - (4 - number) * 240 * HOUR).toISOString(),
      reviewedBy: number === 1 ? null : { id: '1', name: 'Ada Lovelace' },
      reviewedAt: number === 1 ? null : new Date(now - (4 - number) * 230 * HOUR).toISOString(),
      activatedBy: GRACE,
      activatedAt: new Date(now - (4 - number) * 229 * HOUR).toISOString(),
      document: number === 3 ? POLICY : POLICY.replace(', pci-dss', ''),
    }),
  );
}

export function simulation(now: number): Simulation {
  const difference = (index: number) => ({
    changeId: `c${index}`,
    title: 'Upgrade lodash, qs',
    asset: 'storefront',
    inForce: { outcome: 'approve', rule: 'production', because: 'production asks people' },
    proposed: { outcome: 'auto', rule: 'calm changes', because: 'confidence 0.94 is above 0.9' },
  });
  return {
    from: new Date(now - 720 * HOUR).toISOString(),
    to: new Date(now).toISOString(),
    changes: 118,
    sampled: false,
    inForce: { approve: 61, auto: 49, withhold: 8 },
    proposed: { approve: 22, auto: 88, withhold: 8 },
    approvalsInForce: 122,
    approvalsProposed: 44,
    differences: Array.from({ length: 39 }, (_, index) => difference(index + 1)),
    deadlinesMoved: { earlier: 4, later: 0 },
    assumptions: ['Confidence is what it was then.', 'Votes of people are not guessed.'],
  };
}

export function makeUsers(now: number): User[] {
  const user = (id: string, name: string, roles: User['roles']): User => ({
    id,
    name,
    email: `${name.split(' ')[0]!.toLowerCase()}@example.com`,
    issuer: 'local',
    roles,
    groups: ['platform'],
    createdAt: new Date(now - 900 * HOUR).toISOString(),
    lastSeenAt: new Date(now - Number(id) * HOUR).toISOString(),
    disabledAt: null,
  });
  return [
    user('1', 'Ada Lovelace', ['admin']),
    user('2', 'Grace Hopper', ['approver', 'operator']),
    user('3', 'Alan Turing', ['viewer']),
    user('4', 'Edsger Dijkstra', ['auditor']),
  ];
}

export function makeTokens(now: number): Token[] {
  return [
    {
      id: '1',
      name: 'ci of storefront',
      scopes: ['read', 'operate'],
      createdAt: new Date(now - 90 * HOUR).toISOString(),
      expiresAt: new Date(now + 900 * HOUR).toISOString(),
      revokedAt: null,
      lastUsedAt: new Date(now - HOUR).toISOString(),
    },
  ];
}

export function makeChannels(): Channel[] {
  return [
    {
      id: '1',
      name: 'Security room',
      kind: 'slack',
      address: 'https://hooks.example.com/services/T1',
      credential: null,
      sender: null,
      kinds: ['approval-needed', 'deadline-near'],
      digestMinutes: 60,
      enabled: true,
      lastError: null,
      pending: 0,
    },
    {
      id: '2',
      name: 'Owners',
      kind: 'email',
      address: 'smtp://mail.example.com:587',
      credential: 'env:SMTP_PASSWORD',
      sender: 'suture@example.com',
      kinds: [],
      digestMinutes: 240,
      enabled: true,
      lastError: 'mail.example.com did not answer',
      pending: 3,
    },
  ];
}

export function makeSystem(now: number): System {
  const at = (hours: number) => new Date(now - hours * HOUR).toISOString();
  return {
    version: '0.2.0',
    database: { kind: 'embedded', version: '18.4', bytes: 812_000_000 },
    workers: [
      {
        id: 'w-1',
        host: 'suture-1',
        pid: 4121,
        version: '0.2.0',
        state: 'alive',
        startedAt: at(30),
        heartbeatAt: at(0.001),
      },
      {
        id: 'w-2',
        host: 'suture-2',
        pid: 977,
        version: '0.2.0',
        state: 'dead',
        startedAt: at(200),
        heartbeatAt: at(31),
      },
    ],
    feeds: [
      { name: 'osv', asOf: at(2), records: 311_204, syncedAt: at(1), source: 'https://osv.dev' },
      { name: 'kev', asOf: at(20), records: 1422, syncedAt: at(1), source: 'https://www.cisa.gov' },
    ],
    lastSync: {
      state: 'done',
      startedAt: at(1.01),
      endedAt: at(1),
      packagesChanged: 14,
      assetsTouched: 6,
      error: null,
      problems: [],
    },
    signingKeyId: 'SHA256:Zq0f6xkPj0',
    pushHookConfigured: false,
  };
}
