import { describe, expect, it } from 'vitest';
import { readCveRecord } from './cve.schema.ts';
import { ssvcDecision } from './ssvc.schema.ts';

const ID = 'CVE-2024-1234';
const V31 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const V40 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';
const SSVC = { exploitation: 'active', automatable: true, technicalImpact: 'total' };

const json5 = {
  dataType: 'CVE_RECORD',
  cveMetadata: { cveId: ID, state: 'PUBLISHED', dateUpdated: '2024-05-01T00:00:00Z' },
  containers: {
    cna: {
      metrics: [{ cvssV4_0: { vectorString: V40 } }, { cvssV3_1: { vectorString: V31 } }],
      problemTypes: [{ descriptions: [{ cweId: 'CWE-94' }, { description: 'no id' }] }],
    },
    adp: [
      {
        title: 'CISA ADP Vulnrichment',
        metrics: [
          { cvssV3_1: { vectorString: V31 } },
          {
            other: {
              type: 'ssvc',
              content: {
                id: ID,
                role: 'CISA Coordinator',
                options: [
                  { Exploitation: 'Active' },
                  { Automatable: 'YES' },
                  { 'Technical Impact': 'Total' },
                ],
              },
            },
          },
          { other: { type: 'kev', content: { dateAdded: '2024-04-30' } } },
        ],
        problemTypes: [{ descriptions: [{ cweId: 'CWE-79' }] }],
      },
    ],
  },
};

describe('readCveRecord', () => {
  it('reads CVE JSON 5 with what CISA adds', () => {
    expect(readCveRecord(json5)).toEqual({
      kind: 'threat',
      id: ID,
      threat: { kev: { dateAdded: '2024-04-30', ransomware: false }, ssvc: SSVC },
      severities: [
        { type: 'CVSS_V4', vector: V40 },
        { type: 'CVSS_V3', vector: V31 },
      ],
      cwes: ['CWE-79', 'CWE-94'],
      asOf: '2024-05-01T00:00:00Z',
    });
  });

  it('reads an item of NVD', () => {
    const item = {
      id: ID,
      vulnStatus: 'Analyzed',
      lastModified: '2024-05-02T01:02:03.456',
      cisaExploitAdd: '2024-04-30',
      cisaActionDue: '2024-05-21',
      metrics: {
        cvssMetricV31: [{ type: 'Primary', cvssData: { vectorString: V31 } }],
        cvssMetricV2: [{ cvssData: { vectorString: '(AV:N/AC:L/Au:N/C:P/I:P/A:P)' } }],
      },
      weaknesses: [{ description: [{ value: 'CWE-94' }, { value: 'NVD-CWE-noinfo' }] }],
    };
    expect(readCveRecord({ cve: item })).toEqual({
      kind: 'threat',
      id: ID,
      threat: { kev: { dateAdded: '2024-04-30', dueDate: '2024-05-21', ransomware: false } },
      severities: [
        { type: 'CVSS_V3', vector: V31 },
        { type: 'CVSS_V2', vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' },
      ],
      cwes: ['CWE-94'],
      asOf: '2024-05-02T01:02:03.456Z',
    });
  });

  it('reads a reduced record', () => {
    const ssvc = { exploitation: 'active', automatable: 'yes', technical_impact: 'total' };
    const flat = { id: ID, updated: '2024-05-01T00:00:00Z', ssvc, cvss: [{ vector: V31 }] };
    expect(
      readCveRecord({ ...flat, cwe: [{ id: 'CWE-94' }], kev: { date_added: '2024-04-30' } }),
    ).toEqual({
      kind: 'threat',
      id: ID,
      threat: { kev: { dateAdded: '2024-04-30', ransomware: false }, ssvc: SSVC },
      severities: [{ type: 'CVSS_V3', vector: V31 }],
      cwes: ['CWE-94'],
      asOf: '2024-05-01T00:00:00Z',
    });
  });

  it.each([
    ['CVE JSON 5', { ...json5, cveMetadata: { cveId: ID, state: 'REJECTED' } }],
    ['NVD', { cve: { id: ID, vulnStatus: 'Rejected' } }],
    ['reduced', { id: ID, state: 'REJECTED' }],
  ])('gives nothing for a rejected one: %s', (_, record) => {
    expect(readCveRecord(record)).toBeUndefined();
  });

  it.each([[null], [[]], ['CVE-2024-1234'], [{}], [{ id: 'CVE-1' }], [{ cveMetadata: {} }]])(
    'refuses %j',
    (record) => {
      expect(() => readCveRecord(record)).toThrow(/CVE id|JSON object/);
    },
  );
});

describe('ssvcDecision', () => {
  it.each([
    [
      {
        options: [
          { Exploitation: 'none' },
          { Automatable: 'no' },
          { 'Technical Impact': 'partial' },
        ],
      },
    ],
    [
      {
        options: [{ exploitation: 'None' }, { automatable: 'No' }, { technicalImpact: 'Partial' }],
      },
    ],
    [{ exploitation: 'NONE', automatable: 'no', technical_impact: 'partial' }],
  ])('reads the spelling of %j', (content) => {
    expect(ssvcDecision(content)).toEqual({
      exploitation: 'none',
      automatable: false,
      technicalImpact: 'partial',
    });
  });

  it.each(['poc', 'PoC', 'public_poc', 'Public PoC'])('takes %s as a proof of concept', (text) => {
    const decision = ssvcDecision({
      exploitation: text,
      automatable: 'no',
      technicalImpact: 'total',
    });
    expect(decision?.exploitation).toBe('poc');
  });

  it.each([
    ['half a decision', { options: [{ Exploitation: 'active' }] }],
    ['an unknown value', { exploitation: 'likely', automatable: 'no', technicalImpact: 'total' }],
    ['no decision', undefined],
  ])('gives nothing for %s', (_, content) => {
    expect(ssvcDecision(content)).toBeUndefined();
  });
});
