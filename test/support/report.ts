import type { VerifiedChange } from '../../src/domain/change.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { PatchReport, ScanReport } from '../../src/domain/report.ts';

/** A finding with everything filled in; change what a test is about. */
export function aFinding(changes: Partial<Finding> = {}): Finding {
  return {
    id: 'f00dfeed',
    component: {
      purl: 'pkg:npm/lodash@4.17.11',
      ecosystem: 'npm',
      name: 'lodash',
      version: '4.17.11',
      scope: 'runtime',
      direct: true,
      paths: [['lodash@4.17.11']],
      seenIn: ['package-lock.json'],
    },
    advisory: {
      id: 'GHSA-jf85-cpcp-j695',
      aliases: ['CVE-2019-10744'],
      summary: 'Prototype pollution in lodash',
      published: '2019-07-10T19:45:23Z',
      severities: [{ type: 'CVSS_V3', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H' }],
      cwes: ['CWE-1321'],
      affected: [],
      threat: { publicExploits: 3 },
    },
    match: { how: 'range', range: '<4.17.12', record: 'GHSA-jf85-cpcp-j695', grammar: 'semver' },
    fixedIn: ['4.17.12'],
    severity: {
      label: 'critical',
      score: 9.1,
      vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H',
    },
    reachability: {
      status: 'reachable',
      because: 'src/cart.js:14 calls lodash.defaultsDeep',
      evidence: [
        {
          file: 'src/cart.js',
          line: 14,
          column: 3,
          symbol: 'lodash.defaultsDeep',
          code: '_.defaultsDeep(cart, body)',
          via: [],
        },
      ],
    },
    vex: { status: 'affected', because: 'src/cart.js:14 calls lodash.defaultsDeep' },
    risk: {
      score: 81.4,
      probability: 0.12,
      impact: 0.7,
      band: 'act',
      deadline: { due: '2026-11-25', rule: 'BOD 26-04: exposed, automatable, total impact' },
      factors: [
        { name: 'reachability', value: 'reachable', contribution: 1, source: 'src/cart.js:14' },
      ],
    },
    ...changes,
  };
}

/** A finding that matters little, in text that means harm. */
export function aHostileFinding(): Finding {
  const base = aFinding();
  return aFinding({
    id: 'badc0de',
    component: {
      ...base.component,
      purl: 'pkg:npm/evil@1.0.0',
      name: 'evil',
      version: '1.0.0',
      scope: 'development',
      direct: false,
      paths: [['tool@2.0.0', 'evil@1.0.0']],
    },
    advisory: {
      ...base.advisory,
      id: 'GHSA-evil-0000-0000',
      aliases: [],
      summary: '\u001B[2J::error::pwned\n::set-env name=PATH::/evil | `x` <img src=x> @everyone',
      severities: [],
      threat: {},
    },
    fixedIn: [],
    severity: { label: 'unknown' },
    reachability: {
      status: 'not-reachable',
      because: 'No file imports it: 41 files looked at',
      evidence: [],
    },
    vex: {
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
      because: 'No file imports it: 41 files looked at',
    },
    risk: { ...base.risk, score: 3, band: 'track', deadline: { rule: 'BOD 26-04: next upgrade' } },
  });
}

export function aScanReport(changes: Partial<ScanReport> = {}): ScanReport {
  const assumed = (value: string) =>
    ({ value, source: 'default', because: 'nothing said otherwise' }) as const;
  const findings = [aFinding(), aHostileFinding()];
  return {
    tool: { name: 'suture', version: '0.0.0' },
    feeds: [
      {
        name: 'osv',
        asOf: '2026-11-20T00:00:00Z',
        records: 2,
        syncedAt: '2026-11-21T00:00:00Z',
        source: 'examples',
      },
    ],
    assets: [
      {
        id: 'repository:shop',
        kind: 'repository',
        name: 'shop',
        context: {
          environment: assumed('production') as never,
          exposure: { value: 'internet', source: 'inferred', because: 'Dockerfile:9 EXPOSE 8080' },
          criticality: { value: 2, source: 'declared', because: 'suture.yaml:3' },
          dataSensitivity: assumed('internal') as never,
        },
        graphs: [
          {
            ecosystem: 'npm',
            manager: 'npm',
            file: 'package-lock.json',
            formatVersion: '3',
            workspaces: [
              {
                path: '',
                name: 'shop',
                dependencies: [
                  { name: 'lodash', range: '^4.17.11', kind: 'runtime', to: 'node_modules/lodash' },
                ],
              },
            ],
            packages: new Map([
              [
                'node_modules/lodash',
                {
                  id: 'node_modules/lodash',
                  name: 'lodash',
                  version: '4.17.11',
                  source: 'registry',
                  bundled: false,
                  dependencies: [],
                },
              ],
            ]),
            overrides: {},
          },
        ],
        components: findings.map(({ component }) => component),
        findings,
      },
    ],
    problems: [{ severity: 'error', file: 'old/yarn.lock', line: 7, message: 'Not a lockfile' }],
    generatedAt: '2026-11-22T00:00:00.000Z',
    ...changes,
  };
}

export function aVerifiedChange(changes: Partial<VerifiedChange> = {}): VerifiedChange {
  const run = {
    commands: [],
    runner: 'node:test',
    tests: { 'cart › adds': 'passed', 'cart › removes': 'passed' },
  } as const;
  return {
    id: 'c0ffee0000',
    lockfile: 'package-lock.json',
    remedies: [
      {
        kind: 'upgrade',
        package: 'lodash',
        from: '4.17.11',
        to: '4.17.21',
        workspaces: [''],
        because: 'the lowest version without a known vulnerability',
        closes: ['f00dfeed'],
      },
    ],
    closes: ['f00dfeed'],
    riskRemoved: 81.4,
    signs: [{ kind: 'engines', package: 'lodash', message: 'needs Node 20', weight: 0.2 }],
    files: ['package-lock.json', 'package.json'],
    verification: {
      verdict: 'proven',
      because: '2 tests pass as before and every finding is gone.',
      baseline: [run, run],
      patched: run,
      flaky: [],
      failingBefore: [],
      regressions: [],
      rescan: { closed: ['f00dfeed'], remaining: [], introduced: [] },
      exploits: [{ name: 'pollution', before: 'succeeds', after: 'fails' }],
      testsReachChange: {
        packages: [
          {
            name: 'lodash',
            version: '4.17.21',
            loaded: true,
            functionsRun: 10,
            functionsSeen: 100,
          },
        ],
        share: 1,
      },
      gaps: [],
    },
    confidence: { value: 0.93, interval: [0.85, 0.97], factors: [], model: 'prior-1' },
    accepted: true,
    branch: 'suture/fix-c0ffee',
    commit: '0123456789abcdef0123456789abcdef01234567',
    evidence: 'evidence/c0ffee0000/statement.dsse.json',
    ...changes,
  };
}

export function aPatchReport(changes: Partial<PatchReport> = {}): PatchReport {
  const { assets } = aScanReport();
  const [asset] = assets;
  if (asset === undefined) throw new Error('the report has one asset');
  const { id, kind, name, context, findings } = asset;
  return {
    tool: { name: 'suture', version: '0.0.0' },
    asset: { id, kind, name, context },
    findings,
    changes: [aVerifiedChange()],
    unfixed: [
      {
        finding: 'badc0de',
        why: 'No published version is fixed.',
        needed: 'Replace evil.',
        options: [{ kind: 'upgrade', package: 'evil', to: '2.0.0', why: 'still vulnerable' }],
      },
    ],
    fell: [{ kind: 'upgrade', package: 'lodash', to: '4.17.20', why: 'test cart › adds fails' }],
    problems: [],
    branch: 'suture/fix-c0ffee',
    generatedAt: '2026-11-22T00:00:00.000Z',
    ...changes,
  };
}
