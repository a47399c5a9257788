import { describe, expect, it } from 'vitest';
import { madeFinding } from '../../../../test/support/made-finding.ts';
import { madeCase } from '../../../../test/support/policy-case.ts';
import { factsOf } from '../input.ts';
import { compileCondition, failingParts, isFault, judge } from './condition.ts';
import { subjectOf } from './subject.ts';

const findings = [
  madeFinding({ band: 'act', score: 81, kev: true, due: '2026-11-25', reachability: 'reachable' }),
  madeFinding({ name: 'qs', advisory: 'GHSA-q', aliases: ['CVE-q'], score: 30 }),
];
const given = madeCase({
  findings,
  labels: { team: 'web' },
  criticality: 2,
  remedies: [{}, { kind: 'override', package: 'qs', from: '6.0.0', to: '7.1.0' }],
  exploits: [{ name: 'x', before: 'succeeds', after: 'fails' }],
});
const subject = subjectOf({ ...given, facts: factsOf(given.change) });

describe('a condition that holds', () => {
  it.each([
    'asset.environment == "production" && asset.criticality <= 2',
    'asset.name == "shop" && asset.kind == "repository"',
    'asset.exposure == "internet" && asset.dataSensitivity == "internal"',
    'asset.labels["team"] == "web"',
    'has(asset.labels.team) && !has(asset.labels.tier)',
    '"group:web" in asset.owners',
    'change.confidence >= 0.9',
    'change.verdict == "proven"',
    'change.kinds == ["override", "upgrade"]',
    'change.packages.exists(p, p == "qs")',
    'change.majors == 1',
    'change.closes == 2',
    'change.riskRemoved > 110',
    'change.testsReachShare == 1.0',
    'change.hasExploitProof',
    'change.files.all(f, f.startsWith("package"))',
    'findings.exists(f, f.kev && f.band == "act")',
    'findings.exists(f, has(f.due) && f.due < now + duration("96h"))',
    '!findings.exists(f, has(f.due) && f.due < now + duration("72h"))',
    'findings.exists(f, "CVE-q" in f.aliases)',
    'findings[1].package == "qs" && findings[1].reachability == "unknown"',
    'findings.filter(f, f.score > 50).size() == 1',
    'findings.all(f, f.severity == "high" && f.advisory != "" && f.id != "")',
    'now.getDayOfWeek() == 0 && now.getHours("Europe/Berlin") == 11',
  ])('%s', (text) => {
    expect(judge(text, 'change', subject)).toEqual({ holds: true });
  });
});

describe('a condition that is wrong', () => {
  it.each([
    ['asset.nme == "x"', 6, 'there is no nme; did you mean "name"?'],
    ['asett.name == "x"', 0, 'there is no variable asett; did you mean "asset"?'],
    ['zebra', 0, 'there is no variable zebra; allowed: asset, change, findings, now'],
    ['asset.criticality == "high"', 0, 'no such overload: int == string'],
    ['findings.exists(f, f.kevv)', 21, 'there is no kevv; did you mean "kev"?'],
    ['asset.name', 0, 'must say true or false, is a string'],
    ['asset.criticality', 0, 'must say true or false, is an int'],
    ['asset.name ==', 13, 'unexpected token: EOF'],
    ['asset.name = "x"', 11, 'unexpected character: ='],
    ['shout(asset.name)', 0, "found no matching overload for 'shout(string)'"],
    ['asset.name.matches("(a+)+")', 0, 'matches() is not allowed: its time cannot be bounded'],
    [
      'findings.exists(a, findings.exists(b, findings.exists(c, a.id == c.id)))',
      38,
      'loops inside loops inside loops are not allowed here',
    ],
    ['change.confidence * 2.0 > 1.5', 0, 'change.confidence can only be compared with a number'],
    [
      '[change].exists(c, c.confidence < 0.5)',
      1,
      'change can only be asked for its fields: change.confidence',
    ],
    ['change["confidence"] < 0.5', 0, 'change can only be asked for its fields: change.confidence'],
  ])('%s', (text, offset, message) => {
    expect(compileCondition(text, 'change')).toMatchObject({ offset, message });
  });

  it('knows only the asset in a calendar', () => {
    expect(compileCondition('change.confidence > 0.5', 'asset')).toMatchObject({
      offset: 0,
      message: 'there is no variable change; allowed: asset, now',
    });
    expect(judge('asset.criticality == 2', 'asset', subject)).toEqual({ holds: true });
  });

  it('is not read when it is endless', () => {
    expect(isFault(compileCondition('true || '.repeat(400) + 'true', 'change'))).toBe(true);
    expect(isFault(compileCondition('('.repeat(60) + 'true' + ')'.repeat(60), 'change'))).toBe(
      true,
    );
  });
});

describe('a condition that fails while it is asked', () => {
  it.each([
    ['a key that is not there', 'asset.labels["tier"] == "1"', /tier/],
    ['a date that is not there', 'findings.all(f, f.due > now)', /due/],
    ['an index out of bounds', 'findings[7].kev', /index/],
    ['a division by zero', '1 / (change.closes - 2) == 1', /zero/],
  ])('says so: %s', (_case, text, why) => {
    expect(judge(text, 'change', subject)).toEqual({ failed: expect.stringMatching(why) });
  });

  it('is not asked when it would take too long', () => {
    const many = subjectOf({
      ...given,
      facts: factsOf(given.change),
      findings: Array.from({ length: 5000 }, () => madeFinding()),
    });
    const squared = 'findings.all(a, findings.exists(b, a.id == b.id && a.score > 100.0))';
    expect(judge(squared, 'change', many)).toEqual({ failed: expect.stringMatching(/too long/) });
    expect(judge('findings.all(a, a.score > 1.0)', 'change', many)).toEqual({ holds: true });
  });
});

it('names the parts that do not hold', () => {
  const text = 'asset.criticality == 2 && change.majors == 0 && findings.size() > 5';
  expect(failingParts(text, 'change', subject)).toEqual([
    'change.majors == 0',
    'findings.size() > 5',
  ]);
});
