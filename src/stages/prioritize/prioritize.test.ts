import { describe, expect, it } from 'vitest';
import { defaultPolicy, type IgnoreRule } from '../../domain/configuration.ts';
import type { AssetContext } from '../../domain/context.ts';
import type { MatchedFinding } from '../../domain/finding.ts';
import type { Reachability } from '../../domain/reachability.ts';
import { applyIgnores } from './ignores.ts';
import { prioritize } from './prioritize.ts';

const NOW = new Date('2026-11-22T10:00:00Z');
const said = <T>(value: T) => ({ value, source: 'default', because: '' }) as const;
const context: AssetContext = {
  environment: said('production'),
  exposure: said('internet'),
  criticality: said(3),
  dataSensitivity: said('internal'),
};
const VECTORS: Record<string, string> = {
  critical: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  medium: 'CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:U/C:L/I:L/A:N',
};

function finding(id: string, severity: string, seenIn = ['package-lock.json']): MatchedFinding {
  return {
    id,
    component: {
      purl: `pkg:npm/${id}@1.0.0`,
      ecosystem: 'npm',
      name: id,
      version: '1.0.0',
      scope: 'runtime',
      direct: true,
      paths: [[`${id}@1.0.0`]],
      seenIn,
    },
    advisory: {
      id: `GHSA-${id}`,
      aliases: [`CVE-2026-${id}`],
      summary: '',
      published: '2026-01-01T00:00:00Z',
      severities: [{ type: 'CVSS_V3', vector: VECTORS[severity] ?? '' }],
      cwes: [],
      affected: [],
      threat: {},
    },
    match: { how: 'range', range: '<2.0.0', record: `GHSA-${id}`, grammar: 'semver' },
    fixedIn: ['2.0.0'],
  };
}

function rule(given: Partial<IgnoreRule>): IgnoreRule {
  return {
    id: 'CVE-2026-a',
    reason: 'only run by hand',
    expires: '2026-12-31',
    declaredIn: 'suture.yaml:12',
    ...given,
  };
}

const run = (
  findings: readonly MatchedFinding[],
  options: { ignore?: readonly IgnoreRule[]; reachability?: [string, Reachability][] } = {},
) =>
  prioritize({
    findings,
    reachability: new Map(options.reachability ?? []),
    context,
    configuration: { policy: defaultPolicy, ignore: options.ignore ?? [] },
    now: NOW,
  });

describe('prioritize', () => {
  it('puts the highest score first, suppressed ones last, equal ones by id', () => {
    const findings = [
      finding('d', 'medium'),
      finding('c', 'critical'),
      finding('b', 'critical'),
      finding('a', 'critical'),
    ];
    const ranked = run(findings, { ignore: [rule({})] });
    expect(ranked.map((it) => it.id)).toEqual(['b', 'c', 'd', 'a']);
    expect(ranked.map((it) => it.suppression !== undefined)).toEqual([false, false, false, true]);
  });

  it('takes what nobody analysed as unknown, never as safe', () => {
    const [only] = run([finding('a', 'critical')]);
    expect([only?.reachability.status, only?.vex.status]).toEqual([
      'unknown',
      'under_investigation',
    ]);
  });

  it('uses the reachability it is given', () => {
    const nowhere: Reachability = {
      status: 'not-reachable',
      because: 'nothing loads it',
      evidence: [],
    };
    const [first, second] = run([finding('a', 'critical'), finding('b', 'critical')], {
      reachability: [['a', nowhere]],
    });
    expect([first?.id, second?.id, second?.vex.status]).toEqual(['b', 'a', 'not_affected']);
    expect(first?.severity).toMatchObject({ label: 'critical', score: 9.8 });
  });
});

describe('applyIgnores', () => {
  const findings = run([
    finding('a', 'critical', ['web/package-lock.json']),
    finding('b', 'critical', ['web/package-lock.json', 'api/package-lock.json']),
  ]);
  const suppressed = (rules: readonly IgnoreRule[]) =>
    applyIgnores(findings, rules, NOW)
      .findings.filter((it) => it.suppression !== undefined)
      .map((it) => it.id);

  it.each([
    ['by alias', { id: 'CVE-2026-a' }, ['a']],
    ['by id, whatever the case', { id: 'ghsa-A' }, ['a']],
    ['by package', { package: 'a' }, ['a']],
    ['not in another package', { package: 'other' }, []],
    ['by path', { path: 'web/**' }, ['a']],
    ['not elsewhere', { path: 'api/**' }, []],
    ['only if every place is covered', { id: 'CVE-2026-b', path: 'web/**' }, []],
    ['on its last day', { expires: '2026-11-22' }, ['a']],
    ['not after it', { expires: '2026-11-21' }, []],
    ['not more than a year ahead', { expires: '2028-01-01' }, []],
    ['not without a date', { expires: 'never' }, []],
  ])('applies %s', (_case, given, expected) => {
    expect(suppressed([rule(given)])).toEqual(expected);
  });

  it.each([
    ['expired', { expires: '2026-11-01' }, 'warning', /expired on 2026-11-01/],
    ['too far', { expires: '2030-01-01' }, 'error', /more than a year ahead/],
    ['unused', { id: 'CVE-1' }, 'warning', /matches no finding/],
  ])('tells of a rule that is %s, with its place', (_case, given, severity, message) => {
    const [problem] = applyIgnores(findings, [rule(given)], NOW).problems;
    expect(problem).toMatchObject({ severity, file: 'suture.yaml', line: 12 });
    expect(problem?.message).toMatch(message);
  });

  it('leaves the finding in the output, with who decided and until when', () => {
    const { findings: marked, problems } = applyIgnores(findings, [rule({})], NOW);
    expect(marked).toHaveLength(findings.length);
    expect(marked.find((it) => it.id === 'a')?.suppression).toEqual({
      reason: 'only run by hand',
      expires: '2026-12-31',
      declaredIn: 'suture.yaml:12',
    });
    expect(problems).toEqual([]);
  });
});
