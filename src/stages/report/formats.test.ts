import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { describe, expect, it } from 'vitest';
import {
  aFinding,
  aHostileFinding,
  aPatchReport,
  aScanReport,
  aVerifiedChange,
} from '../../../test/support/report.ts';
import { commitMessage, pullRequestBody } from './change-message.ts';
import { writeCycloneDx } from './cyclonedx.ts';
import { writeJson } from './json.ts';
import { writeMarkdown } from './markdown.ts';
import { writeOpenVex } from './openvex.ts';
import { writePatchJson } from './patch-json.ts';
import { writePatchMarkdown } from './patch-markdown.ts';
import { writePatchTable } from './patch-table.ts';
import { writeSarif } from './sarif.ts';
import { writeTable } from './table.ts';

const plain = { colour: false, width: 100 };
const scan = aScanReport();
const patch = aPatchReport();

/** Every text a person or a CI log may see; the report holds a finding that means harm. */
const shown: readonly (readonly [string, string])[] = [
  ['table', writeTable(scan, plain)],
  ['markdown', writeMarkdown(scan)],
  ['patch table', writePatchTable(patch, plain)],
  ['patch markdown', writePatchMarkdown(patch)],
  ['commit message', commitMessage(aVerifiedChange({ closes: ['badc0de'] }), [aHostileFinding()])],
  [
    'pull-request body',
    pullRequestBody(aVerifiedChange({ closes: ['badc0de'] }), [aHostileFinding()], []),
  ],
];

describe.each(shown)('%s', (_, text) => {
  it('carries no control character and no workflow command from outside', () => {
    // oxlint-disable-next-line no-control-regex -- that is what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
    expect(text).not.toMatch(/^\s*::/m);
  });
});

describe('the scan table', () => {
  it('puts what matters on top, in full, and everything else on a line each', () => {
    const lines = writeTable(scan, plain).split('\n');
    expect(lines[0]).toBe(
      'shop: 2 findings in 2 components: 1 to act on, 0 to attend to, 1 to track',
    );
    expect(lines.join('\n')).toMatch(
      /ACT.*\n 81 {3}lodash 4\.17\.11 {2}GHSA-jf85-cpcp-j695 {2}Prototype/,
    );
    expect(lines.join('\n')).toContain('reachable: src/cart.js:14 calls lodash.defaultsDeep');
    expect(lines.join('\n')).toContain('due 2026-11-25');
    const later = writeTable({ ...scan, generatedAt: '2026-12-24T00:00:00.000Z' }, plain);
    expect(later).toContain('overdue since 2026-11-25');
    expect(lines.filter((line) => line.includes('GHSA-evil'))).toHaveLength(1);
    expect(lines.join('\n')).toContain('old/yarn.lock:7: Not a lockfile');
    expect(lines.join('\n')).toContain('internet (inferred: Dockerfile:9 EXPOSE 8080)');
  });

  it.each([50, 60, 80, 200])('fits %i columns', (width) => {
    const lines = writeTable(scan, { colour: false, width }).split('\n').slice(1);
    for (const line of lines) {
      expect(Array.from(line).length).toBeLessThanOrEqual(width);
    }
  });

  it('has colour only when asked', () => {
    expect(writeTable(scan, { colour: true, width: 80 })).toContain('\u001B[31m');
  });

  it('says so when there is nothing, and shows what is ignored', () => {
    const [asset] = scan.assets;
    const clean = { ...scan, problems: [], assets: [{ ...asset!, findings: [] }] };
    expect(writeTable(clean, plain)).toContain('no known vulnerability in 2 components');
    const suppression = { reason: 'not used', expires: '2027-01-01', declaredIn: 'suture.yaml:4' };
    const ignored = { ...clean, assets: [{ ...asset!, findings: [aFinding({ suppression })] }] };
    expect(writeTable(ignored, plain)).toContain('until 2027-01-01, suture.yaml:4: not used');
  });
});

describe('SARIF', () => {
  const log = JSON.parse(writeSarif(scan));
  const [run] = log.runs;

  it('has a rule per vulnerability, with its other names, and points results at it', () => {
    expect(run.tool.driver.rules).toHaveLength(2);
    for (const result of run.results) {
      expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      expect(result.partialFingerprints['sutureFindingId/v1']).toBeTruthy();
    }
    const rule = run.tool.driver.rules.find(
      ({ id }: { id: string }) => id === 'GHSA-jf85-cpcp-j695',
    );
    expect(rule.properties).toMatchObject({
      aliases: ['CVE-2019-10744'],
      'security-severity': '9.1',
    });
  });

  it('shows call sites, and that a part was not covered', () => {
    expect(run.results[0].relatedLocations[0].physicalLocation).toMatchObject({
      artifactLocation: { uri: 'src/cart.js' },
      region: { startLine: 14 },
    });
    expect(run.invocations[0].executionSuccessful).toBe(false);
  });

  it('keeps what is ignored, marked as such', () => {
    const suppression = { reason: 'not used', expires: '2027-01-01', declaredIn: 'suture.yaml:4' };
    const [asset] = scan.assets;
    const findings = [aFinding({ suppression })];
    const ignored = JSON.parse(writeSarif({ ...scan, assets: [{ ...asset!, findings }] }));
    expect(ignored.runs[0].results[0].suppressions[0].justification).toBe('not used');
  });
});

describe('CycloneDX', () => {
  it('is valid against the published schema, strictly', async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    expect(await validator.validate(writeCycloneDx(scan))).toBeNull();
  });

  it('says for each vulnerability what it means here, and who needs whom', () => {
    const bom = JSON.parse(writeCycloneDx(scan));
    const states = Object.fromEntries(
      bom.vulnerabilities.map((v: { id: string; analysis: object }) => [v.id, v.analysis]),
    );
    expect(states['GHSA-jf85-cpcp-j695']).toMatchObject({ state: 'exploitable' });
    expect(states['GHSA-evil-0000-0000']).toMatchObject({
      state: 'not_affected',
      justification: 'code_not_reachable',
    });
    expect(bom.dependencies).toContainEqual({
      ref: 'repository:shop',
      dependsOn: ['pkg:npm/lodash@4.17.11'],
    });
  });
});

describe('OpenVEX', () => {
  it('gives an action for what is affected and a justification for what is not', () => {
    const { statements } = JSON.parse(writeOpenVex(scan));
    expect(statements[0]).toMatchObject({
      status: 'affected',
      action_statement: 'Upgrade lodash to 4.17.12 or later.',
    });
    expect(statements[1]).toMatchObject({
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
    });
  });
});

describe('JSON', () => {
  it('keeps the contract of version 1', () => {
    const [asset] = JSON.parse(writeJson(scan)).assets;
    expect(asset).toMatchObject({ id: 'repository:shop', kind: 'repository', components: 2 });
    expect(asset.findings[0]).toMatchObject({
      id: 'f00dfeed',
      component: { purl: 'pkg:npm/lodash@4.17.11', direct: true, paths: [['lodash@4.17.11']] },
      advisory: { id: 'GHSA-jf85-cpcp-j695', severity: 'critical', cwes: ['CWE-1321'] },
      match: { how: 'range', range: '<4.17.12' },
      fixedIn: ['4.17.12'],
      threat: { kev: null, epss: null, ssvc: null, publicExploits: 3 },
      reachability: { status: 'reachable' },
      risk: { band: 'act', deadline: '2026-11-25' },
    });
  });

  it('keeps the contract of a patch, version 1', () => {
    const document = JSON.parse(writePatchJson(patch));
    expect(document.changes[0]).toMatchObject({
      id: 'c0ffee0000',
      branch: 'suture/fix-c0ffee',
      remedies: [{ kind: 'upgrade', component: 'lodash', from: '4.17.11', to: '4.17.21' }],
      closes: ['f00dfeed'],
      introduces: [],
      verification: { verdict: 'proven', regressions: [] },
      confidence: { value: 0.93 },
    });
    expect(document.unfixed[0]).toMatchObject({ finding: 'badc0de', options: [{ to: '2.0.0' }] });
  });
});

describe('what a reviewer reads', () => {
  it('is a commit message with ids, proof and the way back', () => {
    const message = commitMessage(aVerifiedChange(), [aFinding()]);
    expect(message.split('\n')[0]).toBe('[security] Upgrade lodash to 4.17.21');
    expect(message).toContain('CVE-2019-10744');
    expect(message).toContain('proven, confidence 0.93');
    expect(message).toContain('git revert');
    expect(message).toMatch(/\nSuture-Change: c0ffee0000\n$/);
    for (const line of message.split('\n')) expect(line.length).toBeLessThanOrEqual(72);
  });

  it('is a pull-request body whose text from outside stays text', () => {
    const body = pullRequestBody(aVerifiedChange({ closes: ['badc0de'] }), [aHostileFinding()], []);
    expect(body).not.toMatch(/(?<!\\)<img/);
    expect(body).not.toMatch(/(?<!\\)\| `x`/);
    expect(body).not.toContain('@everyone');
  });

  it('lists what stays, and why', () => {
    expect(writePatchTable(patch, plain)).toContain(
      'not taken: upgrade evil 2.0.0: still vulnerable',
    );
    expect(writePatchTable(patch, plain)).toContain('lodash 4.17.20: test cart › adds fails');
    expect(writePatchMarkdown(patch)).toContain('No published version is fixed.');
    const nothing = { ...patch, changes: [] };
    expect(writePatchMarkdown(nothing)).toContain('What remains');
  });

  it('says when Suture abstains', () => {
    const abstained = aVerifiedChange({
      accepted: false,
      abstained: 'Confidence 0.62 is below 0.8.',
    });
    expect(writePatchTable({ ...patch, changes: [abstained] }, plain)).toContain('Suture abstains');
    expect(writePatchMarkdown({ ...patch, changes: [abstained] })).toContain('Suture abstains');
  });
});
