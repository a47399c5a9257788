import { assetRef } from './assets.ts';
import type { Chance } from './chance.ts';
import type { Asset, Finding } from './types.ts';

const PACKAGES = [
  ['express', '4.17.1', '4.19.2', 'GHSA-rv95-896h-c2vc', 'Open redirect in malformed URLs'],
  [
    'lodash',
    '4.17.15',
    '4.17.21',
    'GHSA-35jh-r3h4-6jhm',
    'Command injection through template compilation',
  ],
  [
    'minimist',
    '1.2.0',
    '1.2.8',
    'GHSA-xvch-5gv4-984h',
    'Prototype pollution when parsing arguments',
  ],
  [
    'jsonwebtoken',
    '8.5.1',
    '9.0.0',
    'GHSA-27h2-hvpr-p74q',
    'Insecure key retrieval allows forged tokens',
  ],
  [
    'axios',
    '0.21.1',
    '0.28.0',
    'GHSA-wf5p-g6vw-rhxx',
    'Cross-site request forgery token sent to other hosts',
  ],
  ['qs', '6.7.0', '6.7.3', 'GHSA-hrpp-h998-j3pp', 'Denial of service by a crafted query string'],
  [
    'node-forge',
    '0.10.0',
    '1.3.0',
    'GHSA-x4jg-mjrx-434g',
    'Improper verification of a cryptographic signature',
  ],
  [
    'semver',
    '5.7.1',
    '5.7.2',
    'GHSA-c2qf-rxjj-qqgw',
    'Regular expression takes super-linear time on long ranges',
  ],
  [
    'tar',
    '4.4.13',
    null,
    'GHSA-r628-mhmh-qjhw',
    'Arbitrary file creation through insufficient symlink protection',
  ],
  [
    '@babel/traverse',
    '7.20.0',
    '7.23.2',
    'GHSA-67hx-6x53-jw92',
    'Arbitrary code execution when compiling crafted code',
  ],
] as const;
const STATES = [
  'open',
  'open',
  'open',
  'open',
  'in-progress',
  'awaiting-approval',
  'patched',
  'reopened',
  'accepted',
  'verified-closed',
] as const;
const REACH = ['reachable', 'not-reachable', 'unknown'] as const;
const DAY = 86_400_000;

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

export function makeFindings(
  count: number,
  assets: readonly Asset[],
  chance: Chance,
  now: number,
): Finding[] {
  return Array.from({ length: count }, (_, index): Finding => {
    const asset = assets[index % assets.length]!;
    const [name, version, fixedIn, advisoryId, summary] = PACKAGES[chance.below(PACKAGES.length)]!;
    const score = Math.round(99 * (1 - index / count) ** 2.2 * 10) / 10;
    const band = score >= 60 ? 'act' : score >= 30 ? 'attend' : 'track';
    const state = index < 3 ? 'open' : chance.pick(STATES);
    const reachability = index === 0 ? 'reachable' : chance.pick(REACH);
    const firstSeen = now - (1 + chance.below(70)) * DAY;
    const due =
      band === 'track' ? null : dateOf(now + (index < 4 ? index - 2 : chance.below(30)) * DAY);
    if (state !== 'accepted' && state !== 'verified-closed') {
      asset.findings[band] += 1;
      asset.topScore = Math.max(asset.topScore, score);
    }
    return {
      id: `f${String(index).padStart(6, '0')}`,
      state,
      stateSince: new Date(firstSeen + DAY / 2).toISOString(),
      band,
      score,
      severity: score >= 75 ? 'critical' : score >= 50 ? 'high' : score >= 20 ? 'medium' : 'low',
      package: name,
      version,
      purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
      scope: chance.next() < 0.8 ? 'runtime' : 'development',
      direct: chance.next() < 0.4,
      advisoryId,
      aliases: [`CVE-2024-${10_000 + (index % 9000)}`],
      summary,
      reachability,
      kev: index % 17 === 0 && band === 'act',
      fixedIn,
      due,
      firstSeen: new Date(firstSeen).toISOString(),
      lastSeen: new Date(now - 3_600_000).toISOString(),
      closedAt: state === 'verified-closed' ? new Date(now - 2 * DAY).toISOString() : null,
      changeId: state === 'awaiting-approval' || state === 'patched' ? 'c1' : null,
      asset: assetRef(asset),
      match: {
        how: 'package-and-range',
        range: `<${fixedIn ?? '*'}`,
        record: `OSV ${advisoryId}`,
        grammar: 'semver',
      },
      paths: [
        [asset.name, name],
        [asset.name, 'body-parser@1.19.0', `${name}@${version}`],
      ],
      seenIn: ['package-lock.json'],
      cvss: { score: 9.8, vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
      cwes: ['CWE-94', 'CWE-1321'],
      published: '2024-02-11T00:00:00Z',
      threat: {
        kev:
          index % 17 === 0 && band === 'act' ? { dateAdded: '2026-10-02', ransomware: true } : null,
        epss: { score: 0.4312, percentile: 0.973, modelVersion: 'v2025.03.14' },
        ssvc: { exploitation: 'active', automatable: true, technicalImpact: 'total' },
        publicExploits: 3,
      },
      reachabilityBecause:
        reachability === 'reachable'
          ? 'src/render.js calls template, which calls the vulnerable function'
          : reachability === 'unknown'
            ? 'the package is loaded by a name that is only known when the program runs'
            : 'no code that runs loads the package',
      callSites:
        reachability === 'reachable'
          ? [
              {
                file: 'src/render.js',
                line: 42,
                column: 10,
                symbol: `${name}.template`,
                code: '  return _.template(request.body.layout)(model);',
                via: ['render', 'renderOrder'],
              },
              {
                file: 'src/mail/compose.js',
                line: 117,
                column: 5,
                symbol: `${name}.template`,
                code: '    const draw = template(layouts[kind]);',
                via: [],
              },
            ]
          : [],
      vex: { status: 'affected', because: 'reachable from the code' },
      risk: {
        probability: 0.62,
        impact: 0.81,
        factors: [
          {
            name: 'EPSS',
            value: '43.1 % in 30 days',
            contribution: 2.1,
            source: 'FIRST EPSS v2025.03.14',
            part: 'probability',
          },
          {
            name: 'Reachability',
            value: reachability,
            contribution: reachability === 'not-reachable' ? -2.4 : 1.2,
            source: 'call graph',
            part: 'probability',
          },
          {
            name: 'Exposure',
            value: asset.exposure,
            contribution: asset.exposure === 'internet' ? 0.9 : -0.7,
            source: 'suture.yaml',
            part: 'probability',
          },
          {
            name: 'Public exploits',
            value: '3 known',
            contribution: 0.6,
            source: 'exploit index',
            part: 'probability',
          },
          {
            name: 'Criticality',
            value: `tier ${asset.criticality}`,
            contribution: 0.5,
            source: 'default',
            part: 'impact',
          },
          {
            name: 'Data',
            value: asset.dataSensitivity,
            contribution: 0.4,
            source: 'inferred',
            part: 'impact',
          },
          {
            name: 'Technical impact',
            value: 'total',
            contribution: 0.7,
            source: 'SSVC',
            part: 'impact',
          },
        ],
      },
      explanation: `${name} ${version} on ${asset.name} has ${summary.toLowerCase()}. Exploitation within 30 days is likely (62 %), because it is reachable and the asset stands on the internet; the impact here would be high.`,
      deadlines: [
        { rule: 'BOD 26-04', due, decides: due !== null },
        {
          rule: 'PCI DSS 6.3.3',
          due: due === null ? null : dateOf(Date.parse(due) + 27 * DAY),
          decides: false,
        },
        { rule: 'house rules', due: null, decides: false },
      ],
      exception:
        state === 'accepted'
          ? {
              id: 'x1',
              reason: 'Only staff can reach this page; replaced in January.',
              expiresAt: new Date(now + 40 * DAY).toISOString(),
              owner: { id: '2', name: 'Grace Hopper' },
            }
          : null,
    };
  });
}
