import type { Finding } from '../../src/domain/finding.ts';
import { fingerprint } from '../../src/domain/fingerprint.ts';

export interface MadeFinding {
  readonly asset?: string;
  readonly name?: string;
  readonly version?: string;
  readonly advisory?: string;
  readonly aliases?: readonly string[];
  readonly summary?: string;
  readonly fixedIn?: readonly string[];
  readonly band?: Finding['risk']['band'];
  readonly score?: number;
  readonly due?: string;
  readonly severity?: Finding['severity']['label'];
  readonly reachability?: Finding['reachability']['status'];
  readonly kev?: boolean;
  readonly suppression?: Finding['suppression'];
  readonly vex?: Finding['vex'];
}

/** A finding of a scan, as much of it as a test cares for. */
export function madeFinding(given: MadeFinding = {}): Finding {
  const { name = 'lodash', version = '4.17.15', advisory = 'GHSA-35jh-r3h4-6jhm' } = given;
  const purl = `pkg:npm/${name}@${version}`;
  return {
    id: fingerprint([given.asset ?? 'asset', purl, advisory]),
    component: {
      purl,
      ecosystem: 'npm',
      name,
      version,
      scope: 'runtime',
      direct: true,
      paths: [[`${name}@${version}`]],
      seenIn: ['package-lock.json'],
    },
    advisory: {
      id: advisory,
      aliases: given.aliases ?? ['CVE-2021-23337'],
      summary: given.summary ?? 'Command injection',
      published: '2021-05-06T16:05:51Z',
      severities: [],
      cwes: ['CWE-77'],
      affected: [],
      threat: given.kev === true ? { kev: { dateAdded: '2024-01-02', ransomware: false } } : {},
    },
    match: { how: 'range', range: '<4.17.21', record: advisory, grammar: 'semver' },
    fixedIn: given.fixedIn ?? ['4.17.21'],
    severity: { label: given.severity ?? 'high' },
    reachability: {
      status: given.reachability ?? 'unknown',
      because: 'nothing was looked at',
      evidence: [],
    },
    vex: given.vex ?? { status: 'affected', because: 'the version is in the range' },
    risk: {
      score: given.score ?? 42.5,
      probability: 0.2,
      impact: 0.5,
      band: given.band ?? 'attend',
      deadline: { rule: 'house rule', ...(given.due !== undefined && { due: given.due }) },
      factors: [{ name: 'epss', value: '0.2', contribution: 1.2, source: 'epss' }],
    },
    ...(given.suppression !== undefined && { suppression: given.suppression }),
  };
}
