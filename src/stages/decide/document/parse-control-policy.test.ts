import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { defaultControlPolicy } from '../../../domain/control-policy.ts';
import { publishedSchemas } from '../../configure/published-schema.ts';
import { calendarFilesOf, withCalendarFiles } from './calendar-files.ts';
import { parseControlPolicy } from './parse-control-policy.ts';

const now = new Date('2026-11-22T00:00:00Z');
const read = (text: string) => parseControlPolicy(text, 'policy.yaml', { now });
const told = (text: string) =>
  read(text).problems.map(
    ({ severity, line, column, message }) => `${line}:${column} ${severity} ${message}`,
  );
const rule = (text: string) => `autonomy:\n  - name: a\n    autonomy: approve\n${text}`;

describe('a document', () => {
  it.each(['', '\n# nothing\n'])('that says nothing is the default (%j)', (text) => {
    expect(read(text)).toEqual({ policy: defaultControlPolicy, problems: [] });
  });

  it('of an operator from before is one', () => {
    const text =
      'minimumConfidence: 0.9\ncooldownDays: 7\ncooldownBypass: false\nremedies: [upgrade]\ndeadlines: { act: 2, attend: 14 }\nallowUnsandboxed: false\n';
    const { policy, problems } = read(text);
    expect(problems).toEqual([]);
    expect(policy).toEqual({
      ...defaultControlPolicy,
      minimumConfidence: 0.9,
      cooldownDays: 7,
      cooldownBypass: false,
      remedies: ['upgrade'],
      deadlines: [
        { band: 'act', days: 2 },
        { band: 'attend', days: 14 },
      ],
    });
  });

  it('says everything', () => {
    const { policy, problems } = read(`
autonomy:
  - name: careful
    environments: [production]
    criticalities: [1, 2]
    when: change.majors == 0
    autonomy: auto
    minimumConfidence: 0.97
    approval: { quorum: 2 }
    handOver: merge
otherwise: suggest
approval: { approvers: [owners], fourEyes: false, escalation: [], expiresAfterHours: 12 }
handOver: merge
cooldownBypassRoles: [admin]
calendars:
  - { name: nights, kind: window, start: 2026-01-01T22:00, duration: PT6H, rrule: FREQ=DAILY, timeZone: Europe/Berlin, when: asset.criticality > 1, except: change.closes > 5 }
deadlines:
  standards: [fedramp]
  fedrampClass: C
  house: [{ name: x, band: act, days: 1, environments: [production], criticalities: [1] }]
  track: 90
  warnHours: [24, 72, 24]
  escalateTo: ["user:4"]
exceptions: { maximumDays: 30, approval: false }
`);
    expect(problems).toEqual([]);
    expect(policy).toMatchObject({
      minimumConfidence: 0.8,
      otherwise: 'suggest',
      handOver: 'merge',
      cooldownBypassRoles: ['admin'],
      autonomy: [
        {
          name: 'careful',
          environments: ['production'],
          criticalities: [1, 2],
          when: 'change.majors == 0',
          autonomy: 'auto',
          minimumConfidence: 0.97,
          approval: { quorum: 2 },
          handOver: 'merge',
        },
      ],
      approval: {
        quorum: 1,
        approvers: ['owners'],
        fourEyes: false,
        escalation: [],
        expiresAfterHours: 12,
      },
      deadlines: [
        { band: 'track', days: 90 },
        { name: 'x', band: 'act', days: 1, environments: ['production'], criticalities: [1] },
      ],
      deadlinePolicy: {
        standards: ['fedramp'],
        fedrampClass: 'C',
        warnHours: [72, 24],
        escalateTo: ['user:4'],
      },
      exceptions: { maximumDays: 30, approval: false },
    });
    expect(policy?.calendars[0]).toMatchObject({ timeZone: 'Europe/Berlin', kind: 'window' });
    expect(policy?.calendars[0]?.ics).toContain('DTSTART;TZID=Europe/Berlin:20260101T220000');
  });
});

describe('what is wrong is told to the column', () => {
  it.each([
    [
      'broken YAML',
      'a: [',
      '1:5 error Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['no mapping', '- a', '1:1 error the file must be a mapping, is ["a"]'],
    [
      'a misspelt setting',
      'autonmy: []',
      '1:1 error "autonmy" is not a known setting; did you mean "autonomy"?',
    ],
    [
      'a misspelt setting of a rule',
      rule('    whn: "true"'),
      '4:5 error "whn" is not a known setting in autonomy[0]; did you mean "when"?',
    ],
    [
      'a value outside the list',
      'otherwise: ask',
      '1:12 error otherwise is "ask"; allowed: observe, suggest, approve, auto',
    ],
    [
      'somebody who cannot agree',
      'approval:\n  approvers: ["role:viewer"]',
      '2:15 error approval.approvers[0] is "role:viewer"; must be owners, role:approver, role:admin, group:NAME or user:ID',
    ],
    [
      'a number out of range',
      'minimumConfidence: 9',
      '1:20 error minimumConfidence is 9; the most allowed is 1',
    ],
    [
      'a field that is not there, plain',
      rule('    when: asset.nme == "x"'),
      '4:17 error autonomy[0].when: there is no nme; did you mean "name"?',
    ],
    [
      'double-quoted with escapes',
      rule('    when: "\\"shop\\" == asset.nme"'),
      '4:30 error autonomy[0].when: there is no nme; did you mean "name"?',
    ],
    [
      'single-quoted with quotes in it',
      rule("    when: '\"it''s\" == asset.nme'"),
      '4:29 error autonomy[0].when: there is no nme; did you mean "name"?',
    ],
    [
      'folded over lines',
      rule('    when: >-\n      asset.name == "x" &&\n      asset.nme == "y"'),
      '6:13 error autonomy[0].when: there is no nme; did you mean "name"?',
    ],
    [
      'literal over lines',
      rule('    when: |\n      asset.name == "x"\n        && asset.nme == "y"'),
      '6:18 error autonomy[0].when: there is no nme; did you mean "name"?',
    ],
    [
      'over lines without quotes',
      rule('    when: asset.name == "x" &&\n      asset.nme == "y"'),
      '5:13 error autonomy[0].when: there is no nme; did you mean "name"?',
    ],
    [
      'a wrong type',
      rule('    when: asset.criticality == "1"'),
      '4:11 error autonomy[0].when: no such overload: int == string',
    ],
    [
      'an unfinished expression',
      rule('    when: change.closes >'),
      '4:26 error autonomy[0].when: unexpected token: EOF',
    ],
    [
      'a bad RRULE',
      'calendars:\n  - name: x\n    kind: freeze\n    start: 2026-01-01\n    rrule: FREQ=SOMETIMES',
      '5:12 error calendars[0].rrule RRULE cannot be used: FREQ is SOMETIMES; allowed: DAILY, WEEKLY, MONTHLY, YEARLY',
    ],
    [
      'a day that does not exist',
      'calendars:\n  - { name: x, kind: freeze, start: 2026-02-30 }',
      '2:37 error calendars[0].start "20260230" is not a day or time that exists',
    ],
    [
      'inside an inline calendar',
      'calendars:\n  - name: x\n    kind: freeze\n    ics: |\n      BEGIN:VCALENDAR\n      BEGIN:VEVENT\n      DTSTART:never\n      END:VEVENT\n      END:VCALENDAR\n',
      '7:7 error calendars[0].ics: "never" is not a date (20261224) or time (20261224T220000)',
    ],
    [
      'a time zone',
      'calendars:\n  - { name: x, kind: freeze, start: 2026-02-03, timeZone: Berlin }',
      '2:59 error calendars[0].timeZone is "Berlin"; use an IANA name such as Europe/Berlin',
    ],
    [
      'two sources',
      'calendars:\n  - { name: x, kind: freeze, start: 2026-02-03, file: a.ics }',
      '2:5 error calendars[0] needs one of ics, file, or start (with rrule where it repeats)',
    ],
    [
      'a file that is not there',
      'calendars:\n  - { name: x, kind: freeze, file: a.ics }',
      '2:36 error calendars[0].file "a.ics" cannot be read',
    ],
  ])('%s', (_case, text, problem) => {
    expect(told(text)).toEqual([problem]);
    expect(read(text).policy).toBeUndefined();
  });

  it('tells all of it at once', () => {
    const text = rule('    when: asset.nme == ""\n  - { name: a, autonomy: auto, when: x }');
    expect(told(text).map((each) => each.split(' ')[0])).toEqual(['4:17', '5:5', '5:13', '5:38']);
  });

  it('neutralises what it quotes', () => {
    const [problem] = told('otherwise: "\\e[31m"');
    expect(problem).not.toContain('\u001B');
  });
});

describe('contradictions', () => {
  it.each([
    [
      'a quorum larger than the people',
      'approval: { quorum: 3, approvers: ["user:1", "user:2", "user:1"], escalation: [] }',
      '1:21 error approval.quorum asks 3 people to agree, but names only 2',
    ],
    [
      'the same in a rule',
      rule('    approval: { quorum: 2, approvers: ["user:1"], escalation: [] }'),
      '4:25 error autonomy[0].approval.quorum asks 2 people to agree, but names only 1',
    ],
    [
      'a quorum that four eyes can put out of reach',
      'approval: { quorum: 2, approvers: ["user:1", "user:2"], escalation: [] }',
      '1:21 warning approval.quorum cannot be reached when one of the named people asked for the change',
    ],
    [
      'an escalation that never comes',
      'approval: { expiresAfterHours: 8, escalation: [{ afterHours: 9, to: [owners] }] }',
      '1:62 warning approval.escalation[0].afterHours is 9, but the request expires after 8 hours',
    ],
    [
      'a rule behind one that takes all',
      rule('  - { name: b, autonomy: observe, environments: [test] }'),
      '4:5 error autonomy[1] can never apply: "a" takes all it would',
    ],
    [
      'a rule behind two that do together',
      'autonomy:\n  - { name: a, autonomy: approve, criticalities: [1] }\n  - { name: b, autonomy: observe, criticalities: [2, 3, 4] }\n  - { name: c, autonomy: observe, environments: [production] }',
      '4:5 error autonomy[2] can never apply: "a" and "b" takes all it would',
    ],
    [
      'a rule with the condition of one before it',
      'autonomy:\n  - { name: a, autonomy: approve, when: change.closes > 1 }\n  - { name: b, autonomy: observe, when: change.closes > 1, environments: [test] }',
      '3:5 error autonomy[1] can never apply: "a" has the same condition and takes all it would',
    ],
    [
      'a name twice',
      rule('    environments: [test]\n  - { name: a, autonomy: observe }'),
      '5:13 error autonomy[1].name "a" is the name of an earlier rule, too',
    ],
    [
      'a name of ours',
      'autonomy:\n  - { name: otherwise, autonomy: approve }',
      '2:13 error autonomy[0].name "otherwise" is what decisions without a rule are called',
    ],
    [
      'boldness',
      'autonomy:\n  - { name: a, autonomy: auto }',
      '2:5 warning autonomy[0] lets changes of mission-critical assets in production through without a confidence of its own',
    ],
    [
      'boldness for want of a rule',
      'otherwise: auto',
      '1:12 warning otherwise is auto, also for mission-critical assets in production',
    ],
    [
      'a freeze for ever',
      'calendars:\n  - { name: x, kind: freeze, start: 2026-02-03, rrule: FREQ=DAILY }',
      '2:5 warning calendars[0] never ends: from 2026-02-03 on nothing is handed over',
    ],
    [
      'windows that are over',
      'calendars:\n  - { name: x, kind: window, start: 2024-02-03 }',
      '2:5 warning calendars[0] has no window in the next two years: nothing is handed over',
    ],
    [
      'a class without the standard',
      'deadlines: { fedrampClass: C }',
      '1:28 warning deadlines.fedrampClass has no effect: standards does not name fedramp',
    ],
  ])('%s', (_case, text, problem) => {
    expect(told(text)).toEqual([problem]);
    expect(read(text).policy === undefined).toBe(problem.includes(' error '));
  });

  it.each([
    [
      'a narrower rule first',
      'autonomy:\n  - { name: a, autonomy: approve, environments: [test] }\n  - { name: b, autonomy: observe }',
    ],
    [
      'a condition first',
      'autonomy:\n  - { name: a, autonomy: approve, when: change.closes > 1 }\n  - { name: b, autonomy: observe }',
    ],
    ['named people with an escalation to a role', 'approval: { quorum: 2, approvers: ["user:1"] }'],
    [
      'bold, but not where it matters most',
      'autonomy:\n  - { name: a, autonomy: auto, criticalities: [2, 3] }',
    ],
    [
      'bold, with a confidence',
      'autonomy:\n  - { name: a, autonomy: auto, minimumConfidence: 0.9 }',
    ],
  ])('none: %s', (_case, text) => {
    expect(told(text)).toEqual([]);
  });
});

describe('files of calendars', () => {
  const text = '# mine\ncalendars:\n  - { name: x, kind: freeze, file: cal/a.ics } # ours\n';
  const ics =
    'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261224\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';

  it('are taken from the caller', () => {
    expect(calendarFilesOf(text)).toEqual(['cal/a.ics']);
    const files = new Map([['cal/a.ics', ics]]);
    const { policy, problems } = parseControlPolicy(text, 'p', { files });
    expect([problems, policy?.calendars[0]?.ics]).toEqual([[], ics]);
  });

  it('are told of by their own lines', () => {
    const files = new Map([['cal/a.ics', ics.replace('20261224', 'then')]]);
    expect(parseControlPolicy(text, 'p', { files }).problems).toMatchObject([
      { file: 'cal/a.ics', line: 3, severity: 'error' },
    ]);
  });

  it('can be put into the document', () => {
    const whole = withCalendarFiles(text, new Map([['cal/a.ics', ics]]));
    expect(whole).toContain('# mine');
    expect(calendarFilesOf(whole)).toEqual([]);
    const { policy, problems } = parseControlPolicy(whole, 'p');
    expect([problems, policy?.calendars[0]?.ics]).toEqual([[], ics.replaceAll('\r\n', '\n')]);
    expect(withCalendarFiles(text, new Map())).toBe(text);
  });
});

describe('the policies that come with it', () => {
  const root = join(import.meta.dirname, '../../../..');
  const example = (name: string) =>
    readFileSync(join(root, 'examples/policies', `${name}.yaml`), 'utf8');
  const validate = new Ajv2020({ strict: false }).compile(
    publishedSchemas()['control-policy.schema.json'] ?? {},
  );

  it.each(['default', 'startup', 'bank'])('%s: no problems, and the schema agrees', (name) => {
    expect(told(example(name))).toEqual([]);
    expect(validate(parse(example(name))) || validate.errors).toBe(true);
  });

  it('has a default that says what holds anyway', () => {
    expect(read(example('default')).policy).toEqual(defaultControlPolicy);
  });
});
