import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../domain/configuration.ts';
import type { AssetContext } from '../../domain/context.ts';
import type { MatchedFinding } from '../../domain/finding.ts';
import type { Reachability } from '../../domain/reachability.ts';
import { prioritize } from '../prioritize/prioritize.ts';
import { explain } from './explain.ts';
import { wrap } from './wrap.ts';

const context: AssetContext = {
  environment: { value: 'production', source: 'default', because: 'nothing said otherwise' },
  exposure: { value: 'internet', source: 'inferred', because: 'Dockerfile:12 EXPOSE 8080' },
  criticality: { value: 3, source: 'default', because: 'nothing said otherwise' },
  dataSensitivity: { value: 'confidential', source: 'declared', because: 'suture.yaml:4' },
};

const MATCHED: MatchedFinding = {
  id: 'f1',
  component: {
    purl: 'pkg:npm/qs@6.5.1',
    ecosystem: 'npm',
    name: 'qs',
    version: '6.5.1',
    scope: 'runtime',
    direct: false,
    paths: [
      ['express@4.16.0', 'qs@6.5.1'],
      ['body-parser@1.18.2', 'qs@6.5.1'],
    ],
    seenIn: ['package-lock.json'],
  },
  advisory: {
    id: 'GHSA-hrpp-h998-j3pp',
    aliases: ['CVE-2022-24999'],
    summary: 'qs vulnerable to Prototype Pollution',
    published: '2022-11-27T00:00:00Z',
    severities: [{ type: 'CVSS_V3', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' }],
    cwes: ['CWE-1321'],
    affected: [],
    threat: { epss: { score: 0.02, percentile: 0.87, modelVersion: 'v5', date: '2026-11-01' } },
  },
  match: {
    how: 'range',
    range: '>=6.5.0 <6.5.3',
    record: 'GHSA-hrpp-h998-j3pp',
    grammar: 'semver',
  },
  fixedIn: ['6.5.3', '6.6.1'],
};

const REACHED: Reachability = {
  status: 'reachable',
  because: 'qs.parse is called.',
  evidence: [
    {
      file: 'express/lib/utils.js',
      line: 271,
      column: 3,
      symbol: 'qs.parse',
      code: 'qs.parse(s)',
      via: ['express'],
    },
  ],
};

function story(
  given: Partial<MatchedFinding> = {},
  reachability = REACHED,
  ignore = false,
): string {
  const finding = { ...MATCHED, ...given };
  const rule = {
    id: 'CVE-2022-24999',
    reason: 'behind a filter',
    expires: '2026-12-31',
    declaredIn: 'suture.yaml:9',
  };
  const [ranked] = prioritize({
    findings: [finding],
    reachability: new Map([[finding.id, reachability]]),
    context,
    configuration: { policy: defaultPolicy, ignore: ignore ? [rule] : [] },
    now: new Date('2026-11-22T00:00:00Z'),
  });
  return explain(ranked!, context);
}

describe('explain', () => {
  it('tells the whole story in about ten lines', () => {
    expect(story()).toMatchInlineSnapshot(`
      "GHSA-hrpp-h998-j3pp in qs@6.5.1: attend (57)  [f1]
        What       qs vulnerable to Prototype Pollution (high 7.5; also CVE-2022-24999;
                   published 2022-11-27)
        Where      transitive runtime dependency, through express@4.16.0 > qs@6.5.1 and 1 other
                   way, in package-lock.json
        Risk       about 1 in 5,300 of exploitation here within 30 days, impact 27 of 100
        Because    this code gets to it (×2.7); exposure: internet (inferred) (×1.6); EPSS
                   percentile 87.0 says exploitation is more likely than for most (×1.3)
        Against    limited to high loss of availability (÷1.6); 3 years old without being taken
                   up (÷1.3)
        Reached    yes, qs.parse is called: express/lib/utils.js:271 qs.parse via express
        Context    exposure internet (inferred: Dockerfile:12 EXPOSE 8080); environment
                   production (default); criticality 3 (default); data confidential (declared:
                   suture.yaml:4)
        Deadline   2026-12-06, BOD 26-04: not known to be exploited, exposed, automatable
                   (derived from CVSS), partial impact (derived from CVSS): 14 days
        Closed by  qs 6.5.3 (or 6.6.1)
        Matched    6.5.1 is in >=6.5.0 <6.5.3 of GHSA-hrpp-h998-j3pp, compared as semver
      "
    `);
  });

  it.each([
    [
      'what does not matter here',
      { status: 'not-reachable', because: 'nothing imports qs', evidence: [] },
      /Against +this code cannot get to it \(÷148\)/,
    ],
    [
      'what is not known',
      { status: 'unknown', because: 'eval in app.js:3', evidence: [] },
      /Reached +unknown, eval in app\.js:3/,
    ],
  ] as const)('tells %s', (_case, reachability, expected) => {
    expect(story({}, reachability)).toMatch(expected);
  });

  it('tells who accepted it', () => {
    expect(story({}, REACHED, true)).toContain('behind a filter (suture.yaml:9, until 2026-12-31)');
  });

  it('says when nothing closes it', () => {
    expect(story({ fixedIn: [] })).toContain('Closed by  no fixed version is known');
  });

  it('stays in its lines and harmless, whatever an advisory writes', () => {
    const summary = `\u001B[31m::error::${'x '.repeat(200)}\n##[command]boom`;
    const text = story({ advisory: { ...MATCHED.advisory, summary } });
    expect(text).not.toContain('\u001B');
    expect(text).not.toMatch(/^\s*::|##\[/m);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});

describe('wrap', () => {
  it.each([
    ['one two three four', ['  Label      one two', '             three', '             four']],
    [
      'averyveryverylongidentifier end',
      ['  Label      averyveryverylongidentifier', '             end'],
    ],
    ['', ['  Label      ']],
  ])('%j', (text, lines) => {
    expect(wrap(text, { width: 21, label: 'Label' })).toEqual(lines);
  });
});
