import { describe, expect, it } from 'vitest';
import { defaultChecks, defaultPolicy, type Policy } from '../../domain/configuration.ts';
import { readConfiguration, readOperatorPolicy } from './configuration.ts';

const read = (text: string | undefined, operator?: Policy) =>
  readConfiguration(text, 'suture.yaml', operator);
const told = async (text: string, operator?: Policy) =>
  (await read(text, operator)).problems.map(
    ({ severity, file, line, message }) => `${severity} ${file}:${line} ${message}`,
  );

const FULL = `
context:
  environment: staging
  exposure: internet
  criticality: 1
  dataSensitivity: regulated
policy:
  minimumConfidence: 0.95
  cooldownDays: 14
  cooldownBypass: false
  remedies: [upgrade, lockfile-bump]
  deadlines: { act: 2, attend: 14 }
checks:
  build: [npm, run, build]
  test: [npm, test]
  exploits:
    - { name: prototype-pollution, run: [node, exploit.js] }
  start: [node, server.js]
  http:
    - { path: /health, status: 200 }
  load: { path: /, seconds: 10, connections: 20 }
  port: 3000
  timeoutSeconds: 120
ignore:
  - id: CVE-2026-1
    package: lodash
    path: "tools/**"
    reason: never sees foreign input
    expires: 2027-01-31
`;

describe('readConfiguration', () => {
  it.each([undefined, '', '  \n'])('has defaults without a file (%j)', async (text) => {
    expect(await read(text)).toEqual({
      configuration: {
        context: {},
        declaredAt: {},
        policy: defaultPolicy,
        checks: defaultChecks,
        ignore: [],
      },
      problems: [],
    });
  });

  it('reads everything, with the lines it stands in', async () => {
    const { configuration, problems } = await read(FULL);
    expect(problems).toEqual([]);
    expect(configuration).toEqual({
      context: {
        environment: 'staging',
        exposure: 'internet',
        criticality: 1,
        dataSensitivity: 'regulated',
      },
      declaredAt: {
        environment: 'suture.yaml:3',
        exposure: 'suture.yaml:4',
        criticality: 'suture.yaml:5',
        dataSensitivity: 'suture.yaml:6',
      },
      policy: {
        minimumConfidence: 0.95,
        cooldownDays: 14,
        cooldownBypass: false,
        remedies: ['lockfile-bump', 'upgrade'],
        deadlines: [
          { band: 'act', days: 2 },
          { band: 'attend', days: 14 },
        ],
        allowUnsandboxed: false,
      },
      checks: {
        build: ['npm', 'run', 'build'],
        test: ['npm', 'test'],
        exploits: [{ name: 'prototype-pollution', run: ['node', 'exploit.js'] }],
        start: ['node', 'server.js'],
        http: [{ path: '/health', status: 200 }],
        load: { path: '/', seconds: 10, connections: 20 },
        port: 3000,
        timeoutSeconds: 120,
      },
      ignore: [
        {
          id: 'CVE-2026-1',
          package: 'lodash',
          path: 'tools/**',
          reason: 'never sees foreign input',
          expires: '2027-01-31',
          declaredIn: 'suture.yaml:25',
        },
      ],
    });
  });

  it.each([
    [
      'a misspelt section',
      'ignored: []',
      'error suture.yaml:1 "ignored" is not a known setting; did you mean "ignore"?',
    ],
    [
      'a foreign section',
      '\nzebra: 1',
      'error suture.yaml:2 "zebra" is not a known setting; allowed: context, policy, checks, ignore',
    ],
    [
      'a misspelt setting',
      'context:\n  enviroment: test',
      'error suture.yaml:2 "enviroment" is not a known setting in context; did you mean "environment"?',
    ],
    [
      'a value outside the list',
      'context:\n  exposure: public',
      'error suture.yaml:2 context.exposure is "public"; allowed: internet, internal, isolated',
    ],
    [
      'a tier that is none',
      'context: { criticality: 7 }',
      'error suture.yaml:1 context.criticality is 7; allowed: 1, 2, 3, 4',
    ],
    [
      'a shell line',
      'checks:\n  test: npm test',
      'error suture.yaml:2 checks.test must be a list, is "npm test"',
    ],
    [
      'a bad path',
      'checks:\n  http:\n    - path: health\n      status: 200',
      'error suture.yaml:3 checks.http[0].path is "health"; it must start with "/"',
    ],
    [
      'a number out of range',
      'checks:\n  port: 99999',
      'error suture.yaml:2 checks.port is 99999; the most allowed is 65535',
    ],
    [
      'an ignore without a reason',
      'ignore:\n  - id: CVE-1\n    expires: 2027-01-01',
      'error suture.yaml:2 ignore[0].reason is missing (a text is needed)',
    ],
    [
      'an ignore with an empty reason',
      'ignore:\n  - id: CVE-1\n    reason: " "\n    expires: 2027-01-01',
      'error suture.yaml:3 ignore[0].reason must not be empty',
    ],
    [
      'an ignore for ever',
      'ignore:\n  - id: CVE-1\n    reason: x\n    expires: never',
      'error suture.yaml:4 ignore[0].expires is "never"; write a date as YYYY-MM-DD',
    ],
    ['ignore that is no list', 'ignore: all', 'error suture.yaml:1 ignore must be a list of rules'],
    [
      'no mapping',
      '- a\n- b',
      'error suture.yaml:1 the file must be a mapping with context, policy, checks, ignore',
    ],
    ['a key twice', 'context: {}\ncontext: {}', 'error suture.yaml:2 Map keys must be unique'],
  ])('tells %s with its line and what is allowed', async (_case, text, problem) => {
    expect(await told(text)).toEqual([problem]);
  });

  it('tells of broken YAML and keeps the defaults', async () => {
    const { configuration, problems } = await read('context: [\n');
    expect(problems).toMatchObject([{ severity: 'error', line: 2 }]);
    expect(configuration.policy).toEqual(defaultPolicy);
  });

  it('loses only what is wrong', async () => {
    const { configuration } = await read('context:\n  exposure: internet\n  criticality: high\n');
    expect(configuration.context).toEqual({ exposure: 'internet' });
  });

  it('drops a broken ignore rule and no other', async () => {
    const { configuration, problems } = await read(
      'ignore:\n  - { id: CVE-1, reason: x, expires: 2027-01-01, paths: web }\n  - { id: CVE-2, reason: x, expires: 2027-01-01 }\n',
    );
    expect(configuration.ignore.map((rule) => rule.id)).toEqual(['CVE-2']);
    expect(problems).toHaveLength(1);
  });

  it('does not expand an alias bomb', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level += 1) {
      const before = String.fromCharCode(96 + level);
      const name = String.fromCharCode(97 + level);
      bomb.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`);
    }
    const [problem] = await told(bomb.join('\n'));
    expect(problem).toMatch(/^error suture.yaml:1 Excessive alias count/);
  });

  it('neutralises what it quotes', async () => {
    const [problem] = await told('context:\n  exposure: "\\e[31m::error::x"\n');
    expect(problem).not.toContain('\u001B');
  });
});

describe('a repository can only make the policy stricter', () => {
  const operator: Policy = {
    minimumConfidence: 0.9,
    cooldownDays: 7,
    cooldownBypass: false,
    remedies: ['lockfile-bump', 'upgrade'],
    deadlines: [{ band: 'act', days: 3 }],
    allowUnsandboxed: false,
  };

  it.each([
    [
      'minimumConfidence: 0.5',
      "policy.minimumConfidence is 0.5, less than the operator's 0.9, which holds",
    ],
    ['cooldownDays: 0', "policy.cooldownDays is 0, less than the operator's 7, which holds"],
    ['cooldownBypass: true', 'policy.cooldownBypass is true; the operator does not allow it'],
    [
      'remedies: [upgrade, override]',
      'policy.remedies names override, which the operator does not allow',
    ],
    [
      'deadlines: { act: 30 }',
      "policy.deadlines act is 30 days, longer than the operator's 3, which holds",
    ],
    [
      'allowUnsandboxed: true',
      'policy.allowUnsandboxed can only be allowed by the operator, never inside a repository',
    ],
  ])('%s is refused', async (setting, message) => {
    const { configuration, problems } = await read(`policy:\n  ${setting}\n`, operator);
    expect(problems).toEqual([{ severity: 'warning', file: 'suture.yaml', line: 2, message }]);
    const { remedies, ...rest } = configuration.policy;
    const { remedies: theirs, ...others } = operator;
    expect(rest).toEqual(others);
    expect(theirs).toEqual(expect.arrayContaining([...remedies]));
  });

  it.each([
    ['minimumConfidence: 0.99', { minimumConfidence: 0.99 }],
    ['cooldownDays: 30', { cooldownDays: 30 }],
    ['remedies: [upgrade]', { remedies: ['upgrade'] }],
    ['remedies: []', { remedies: [] }],
    [
      'deadlines: { act: 1, track: 90 }',
      {
        deadlines: [
          { band: 'act', days: 1 },
          { band: 'track', days: 90 },
        ],
      },
    ],
  ])('%s is taken', async (setting, expected) => {
    const { configuration, problems } = await read(`policy:\n  ${setting}\n`, operator);
    expect(problems).toEqual([]);
    expect(configuration.policy).toEqual({ ...operator, ...expected });
  });
});

describe('readOperatorPolicy', () => {
  it('may go in any direction', async () => {
    expect(
      await readOperatorPolicy('minimumConfidence: 0.5\nallowUnsandboxed: true\n', 'policy.yaml'),
    ).toEqual({ ...defaultPolicy, minimumConfidence: 0.5, allowUnsandboxed: true });
  });

  it.each([undefined, ''])('is the default without a file (%j)', async (text) => {
    expect(await readOperatorPolicy(text, 'policy.yaml')).toEqual(defaultPolicy);
  });

  it.each([
    [
      'a misspelt rule',
      'cooldownDay: 9',
      'policy.yaml:1: "cooldownDay" is not a known setting; did you mean "cooldownDays"?',
    ],
    ['broken YAML', '{', /^policy.yaml:1: /],
    ['no mapping', '- a', /must be a mapping/],
  ])('refuses %s', async (_case, text, message) => {
    await expect(readOperatorPolicy(text, 'policy.yaml')).rejects.toThrow(message);
    await expect(readOperatorPolicy(text, 'policy.yaml')).rejects.toMatchObject({
      code: 'policy-invalid',
    });
  });
});

describe("a control plane's policy as the operator's", () => {
  const text = [
    'otherwise: auto',
    'deadlines:',
    '  act: 5',
    '  standards: [pci-dss]',
    '  house: [{ name: jewels, band: act, days: 1, criticalities: [1] }]',
    '',
  ].join('\n');

  it('is taken as far as it concerns a scan', async () => {
    expect(await readOperatorPolicy(text, 'policy.yaml')).toEqual({
      ...defaultPolicy,
      deadlines: [
        { band: 'act', days: 5 },
        { band: 'act', days: 1, name: 'jewels', criticalities: [1] },
      ],
      deadlinePolicy: { standards: ['pci-dss'], fedrampClass: 'B' },
    });
  });

  it('keeps its standards and its rules for some assets, whatever the repository says', async () => {
    const operator = await readOperatorPolicy(text, 'policy.yaml');
    const { configuration, problems } = await read(
      'policy: { deadlines: { act: 3, track: 9 } }\n',
      operator,
    );
    expect(problems).toEqual([]);
    expect(configuration.policy).toEqual({
      ...operator,
      deadlines: [
        { band: 'act', days: 3 },
        { band: 'track', days: 9 },
        { band: 'act', days: 1, name: 'jewels', criticalities: [1] },
      ],
    });
    expect(await told('policy: { deadlines: { act: 9 } }\n', operator)).toEqual([
      "warning suture.yaml:1 policy.deadlines act is 9 days, longer than the operator's 5, which holds",
    ]);
    expect(await told('policy: { deadlines: { standards: [] } }\n', operator)).toEqual([
      'error suture.yaml:1 "standards" is not a known setting in policy.deadlines; allowed: act, attend, track',
    ]);
  });
});
