import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessVector, preferredAssessment } from './cvss.ts';

/** FIRST: CVSS v2 guide section 3.3, v3.1 Examples, v4.0 Examples. */
const PUBLISHED = [
  ['CVE-2002-0392', 'CVSS_V2', 'AV:N/AC:L/Au:N/C:N/I:N/A:C', 7.8],
  ['CVE-2003-0818', 'CVSS_V2', 'AV:N/AC:L/Au:N/C:C/I:C/A:C', 10],
  ['CVE-2003-0062', 'CVSS_V2', 'AV:L/AC:H/Au:N/C:C/I:C/A:C', 6.2],
  ['CVE-2013-1937', 'CVSS_V3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 6.1],
  ['CVE-2013-0375', 'CVSS_V3', 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N', 6.4],
  ['CVE-2014-3566', 'CVSS_V3', 'CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N', 3.1],
  ['CVE-2012-1516', 'CVSS_V3', 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H', 9.9],
  ['CVE-2012-0384', 'CVSS_V3', 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H', 8.8],
  ['CVE-2015-1098', 'CVSS_V3', 'CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H', 7.8],
  ['CVE-2014-0160', 'CVSS_V3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', 7.5],
  ['CVE-2014-6271', 'CVSS_V3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8],
  ['CVE-2008-1447', 'CVSS_V3', 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N', 6.8],
  ['CVE-2014-2005', 'CVSS_V3', 'CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 6.8],
  ['CVE-2010-0467', 'CVSS_V3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:L/I:N/A:N', 5.8],
  ['CVE-2014-9253', 'CVSS_V3', 'CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N', 5.4],
  ['CVE-2014-0224', 'CVSS_V3', 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N', 7.4],
  ['CVE-2012-5376', 'CVSS_V3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H', 9.6],
  [
    'CVE-2022-41741',
    'CVSS_V4',
    'CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N',
    7.3,
  ],
  [
    'CVE-2020-3549',
    'CVSS_V4',
    'CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N',
    7.7,
  ],
  [
    'CVE-2023-3089',
    'CVSS_V4',
    'CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N',
    8.3,
  ],
  [
    'CVE-2021-44714',
    'CVSS_V4',
    'CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N',
    4.6,
  ],
  [
    'CVE-2022-21830',
    'CVSS_V4',
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N',
    5.1,
  ],
  [
    'CVE-2022-22186',
    'CVSS_V4',
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N',
    6.9,
  ],
  [
    'CVE-2023-21989',
    'CVSS_V4',
    'CVSS:4.0/AV:L/AC:L/AT:N/PR:H/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:N',
    5.9,
  ],
  [
    'CVE-2014-0160',
    'CVSS_V4',
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N',
    8.7,
  ],
  [
    'CVE-2021-44228',
    'CVSS_V4',
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H',
    10,
  ],
] as const;

describe('published scores', () => {
  it.each(PUBLISHED)('%s %s %s is %d', (_cve, type, vector, score) => {
    expect(assessVector({ type, vector })?.score).toBe(score);
  });
});

describe('rounding', () => {
  it.each([
    ['no impact at all', 'CVSS_V3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:N', 0],
    [
      'no impact at all',
      'CVSS_V4',
      'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N',
      0,
    ],
    ['3.0 like 3.1', 'CVSS_V3', 'CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N', 6.4],
    [
      'threat metrics do not change a base score',
      'CVSS_V4',
      'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N/E:U',
      8.7,
    ],
  ] as const)('%s', (_case, type, vector, score) => {
    expect(assessVector({ type, vector })?.score).toBe(score);
  });
});

describe('broken vectors are no assessment', () => {
  it.each([
    ['empty', 'CVSS_V3', ''],
    ['a metric missing', 'CVSS_V3', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H'],
    ['a value unknown', 'CVSS_V3', 'CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
    ['two letters', 'CVSS_V3', 'CVSS:3.1/AV:NA/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
    ['a metric twice', 'CVSS_V3', 'CVSS:3.1/AV:N/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
    ['another version', 'CVSS_V3', 'CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
    ['the wrong type', 'CVSS_V4', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
    ['a name of Object', 'CVSS_V2', 'AV:N/AC:L/Au:N/C:C/I:C/constructor:C'],
  ] as const)('%s', (_case, type, vector) => {
    expect(assessVector({ type, vector })).toBeUndefined();
  });

  it('whatever the text', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('CVSS_V2', 'CVSS_V3', 'CVSS_V4'),
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `CVSS:4.0/${text}`),
        ),
        (type, vector) => {
          const score = assessVector({ type, vector })?.score;
          expect(score === undefined || (score >= 0 && score <= 10)).toBe(true);
        },
      ),
    );
  });
});

const BASE_V4 = {
  AV: 'NALP',
  AC: 'LH',
  AT: 'NP',
  PR: 'NLH',
  UI: 'NPA',
  VC: 'HLN',
  VI: 'HLN',
  VA: 'HLN',
  SC: 'HLN',
  SI: 'HLN',
  SA: 'HLN',
};

it('never scores a v4 vector lower for being worse in one metric', () => {
  const names = Object.keys(BASE_V4) as (keyof typeof BASE_V4)[];
  const vector = (values: Record<string, string>) =>
    `CVSS:4.0/${names.map((name) => `${name}:${values[name]}`).join('/')}`;
  const arbitrary = fc.record(
    Object.fromEntries(names.map((name) => [name, fc.constantFrom(...BASE_V4[name].split(''))])),
  );
  fc.assert(
    fc.property(arbitrary, fc.constantFrom(...names), (values, name) => {
      const order: string = BASE_V4[name];
      const at = order.indexOf(String(values[name]));
      fc.pre(at > 0);
      const worse = { ...values, [name]: order[at - 1] ?? '' };
      const score = (it: Record<string, string>) =>
        assessVector({ type: 'CVSS_V4', vector: vector(it) })?.score ?? Number.NaN;
      expect(score(worse)).toBeGreaterThanOrEqual(score(values));
    }),
    { numRuns: 500 },
  );
});

describe('preferredAssessment', () => {
  const v2 = { type: 'CVSS_V2', vector: 'AV:N/AC:L/Au:N/C:C/I:C/A:C' } as const;
  const v3 = { type: 'CVSS_V3', vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N' } as const;
  const v3worse = {
    type: 'CVSS_V3',
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  } as const;
  const v4 = {
    type: 'CVSS_V4',
    vector: 'CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N',
  } as const;
  const broken = { type: 'CVSS_V4', vector: 'CVSS:4.0/AV:N' } as const;

  it.each([
    ['v4 before v3 before v2', [v2, v3worse, v4], 7.3],
    ['v3 before v2 though lower', [v2, v3], 3.1],
    ['the higher of two', [v3, v3worse], 9.8],
    ['past a broken one', [broken, v3], 3.1],
    ['none', [broken], undefined],
  ] as const)('%s', (_case, severities, score) => {
    expect(preferredAssessment(severities)?.score).toBe(score);
  });

  it('puts versions into one shape', () => {
    expect(assessVector(v4)?.metrics).toEqual({
      attackVector: 'local',
      attackComplexity: 'high',
      privileges: 'low',
      userInteraction: 'none',
      confidentiality: 'high',
      integrity: 'high',
      availability: 'high',
    });
    const medium = { type: 'CVSS_V2', vector: '(AV:N/AC:M/Au:S/C:N/I:P/A:N)' } as const;
    expect(assessVector(medium)?.metrics).toEqual({
      attackVector: 'network',
      attackComplexity: 'low',
      privileges: 'low',
      userInteraction: 'required',
      confidentiality: 'none',
      integrity: 'low',
      availability: 'none',
    });
  });
});
