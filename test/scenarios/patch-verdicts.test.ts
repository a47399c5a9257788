import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliWorld, cliWorld, EXAMPLE_FEEDS } from '../support/cli.ts';
import {
  MANIFEST,
  missing,
  patchIn,
  repository,
  smallProject,
} from '../support/small-repository.ts';

// What the project's own tests make of an upgrade, and what follows from that.

const absent = await missing();
let world: CliWorld;

beforeAll(async () => {
  world = await cliWorld();
  await world.suture(['sync', '--from', EXAMPLE_FEEDS]);
});
afterAll(() => world[Symbol.asyncDispose]());

const patch = (directory: string, ...args: string[]) => patchIn(world, directory, ...args);

const test = (name: string, body: string) =>
  `const { test } = require('node:test');\nconst assert = require('node:assert');\ntest(${JSON.stringify(name)}, () => { ${body} });\n`;
const version = "require('minimist/package.json').version";
const branches = (directory: string) => world.git(directory, 'branch', '--list', 'suture/*');

describe.skipIf(absent !== undefined)(`a patch (skipped: ${absent ?? 'no'})`, () => {
  it('of a project without tests is not handed over, but when a person accepts the risk', {
    timeout: 60_000,
  }, async () => {
    const { scripts: _, ...untested } = MANIFEST;
    const files = smallProject({ 'test/index.test.js': undefined }, untested);
    const directory = await repository(world, 'untested', files);
    const { report, exitCode } = await patch(directory);
    expect(exitCode).toBe(1);
    expect(report).toMatchObject({
      branch: null,
      changes: [{ accepted: false, verification: { verdict: 'inconclusive' } }],
    });
    expect(report.changes[0]?.abstained).toMatch(/below the 0\.8/);
    expect(await branches(directory)).toBe('');
    const accepted = await patch(directory, '--min-confidence', '0.5');
    expect(accepted.report.changes).toMatchObject([
      { accepted: true, verification: { verdict: 'inconclusive' } },
    ]);
    expect(await branches(directory)).toBe(accepted.report.branch);
  });

  it('that breaks a test falls, and the next version is found', { timeout: 60_000 }, async () => {
    const files = smallProject({
      'test/picky.test.js': test('does not like 1.2.6', `assert.notEqual(${version}, '1.2.6')`),
    });
    const { report } = await patch(await repository(world, 'picky', files));
    const [change] = report.changes;
    expect(change).toMatchObject({ accepted: true, verification: { verdict: 'proven' } });
    expect(change?.remedies[0]?.to).toMatch(/^1\.2\.[78]$/);
    expect(report.unfixed).toEqual([]);
  });

  it('that breaks a test whatever the version is explained', { timeout: 90_000 }, async () => {
    const files = smallProject({
      'test/stuck.test.js': test('wants the old one', `assert.equal(${version}, '1.2.0')`),
    });
    const directory = await repository(world, 'stuck', files);
    const { report, exitCode } = await patch(directory);
    expect(exitCode).toBe(1);
    expect(report.changes.filter(({ accepted }) => accepted)).toEqual([]);
    expect(report.unfixed).toHaveLength(2);
    for (const { why } of report.unfixed) expect(why).toMatch(/wants the old one/);
    expect(await branches(directory)).toBe('');
  });

  it('is not held to a test that failed before', async () => {
    const files = smallProject({ 'test/red.test.js': test('is red', 'assert.fail()') });
    const { report } = await patch(await repository(world, 'red', files));
    expect(report.changes).toMatchObject([{ accepted: true }]);
    const { failingBefore, regressions } = report.changes[0]?.verification ?? {};
    expect(failingBefore).toEqual([expect.stringMatching(/is red/)]);
    expect(regressions).toEqual([]);
  });

  it('is not proven where all tests failed before', async () => {
    const files = smallProject({ 'index.js': "throw new Error('broken');\n" });
    const directory = await repository(world, 'broken', files);
    const { report } = await patch(directory);
    expect(report.changes.filter(({ accepted }) => accepted)).toEqual([]);
    expect(report.changes.length + report.unfixed.length).toBeGreaterThan(0);
    expect(await branches(directory)).toBe('');
  });

  it('is not held to a test that does not agree with itself', async () => {
    // Of the two runs of the unpatched copy only the first has its functions counted.
    const body = [
      'const preloads = process.env.NODE_OPTIONS.matchAll(/--require=(\\S+)/g);',
      "const read = ([, path]) => require('node:fs').readFileSync(path, 'utf8');",
      'assert.doesNotMatch([...preloads].map(read).join(), /startPreciseCoverage/);',
    ].join(' ');
    const flaky = test('minds being measured', body);
    const files = smallProject({ 'test/flaky.test.js': flaky });
    const { report } = await patch(await repository(world, 'flaky', files));
    expect(report.changes).toMatchObject([{ accepted: true }]);
    expect(report.changes[0]?.verification.flaky).toEqual([
      expect.stringMatching(/minds being measured/),
    ]);
  });

  it('shows that a declared attack works before and not after', async () => {
    const attack = [
      "const { parse } = require('..');",
      "parse(['--__proto__.polluted', 'yes']);",
      "if ({}.polluted !== 'yes') process.exit(1);",
      '',
    ].join('\n');
    const files = smallProject({
      'security/pollution.js': attack,
      'suture.yaml': [
        'checks:',
        '  exploits:',
        '    - { name: pollution, run: [node, security/pollution.js], against: [minimist] }',
        '',
      ].join('\n'),
    });
    const { report } = await patch(await repository(world, 'attack', files));
    expect(report.changes[0]?.verification.exploits).toEqual([
      expect.objectContaining({ name: 'pollution', before: 'succeeds', after: 'fails' }),
    ]);
  });

  it('of a suppressed finding is not made, and the finding stays visible', async () => {
    const expires = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const rule = (id: string) => `  - { id: ${id}, reason: no user input, expires: "${expires}" }`;
    const ignore = ['ignore:', rule('CVE-2020-7598'), rule('CVE-2021-44906'), ''].join('\n');
    const files = smallProject({ 'suture.yaml': ignore });
    const directory = await repository(world, 'suppressed', files);
    const { report, exitCode } = await patch(directory);
    expect(report).toMatchObject({ changes: [], unfixed: [] });
    expect(exitCode).toBe(0);
    const scanned = await world.suture(['scan', directory]);
    expect(scanned).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/no user input/) });
  });

  it('is signed; what was changed after that is refused', { timeout: 60_000 }, async () => {
    const { report } = await patch(await repository(world, 'signed'));
    const path = report.changes[0]?.evidence?.replace('<root>', world.root) ?? '';
    const kept = join(path, '..', 'files.json');
    const [statement, files] = [await readFile(path, 'utf8'), await readFile(kept, 'utf8')];
    expect(await world.suture(['verify', path])).toMatchObject({ exitCode: 0 });

    interface Envelope {
      payload: string;
      signatures: { keyid: string; sig: string }[];
    }
    const forged = (change: (envelope: Envelope) => void) => {
      const envelope = JSON.parse(statement) as Envelope;
      change(envelope);
      return JSON.stringify(envelope);
    };
    const payload = forged((envelope) => {
      const text = Buffer.from(envelope.payload, 'base64').toString('utf8');
      const better = text.replace('"verdict":"proven"', '"verdict":"trusted"');
      expect(better).not.toBe(text);
      envelope.payload = Buffer.from(better).toString('base64');
    });
    const signature = forged(({ signatures: [first] }) => {
      if (first === undefined) return;
      const bytes = Buffer.from(first.sig, 'base64');
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      first.sig = bytes.toString('base64');
    });
    const unsigned = forged((envelope) => {
      envelope.signatures = [];
    });
    const added = JSON.stringify({ ...JSON.parse(files), '.npmrc': 'evil' });
    const changed = files.replace('1.2.6', '1.2.0');
    const removed = '{}';
    for (const [target, content, said] of [
      [path, payload, /does not fit its content/],
      [path, signature, /does not fit its content/],
      [path, unsigned, /signed by: nobody/],
      [path, '{"payload":', /evidence|statement/],
      [kept, changed, /is not the file that was signed/],
      [kept, added, /\.npmrc was never signed/],
      [kept, removed, /is not the file that was signed/],
      [kept, 'no json', /files\.json/],
    ] as const) {
      await writeFile(target, content);
      const result = await world.suture(['verify', path]);
      expect(result).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(said) });
      expect(result.stderr).not.toMatch(/defect in Suture/);
      await writeFile(path, statement);
      await writeFile(kept, files);
    }
    const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' });
    await writeFile(join(world.root, 'other.pem'), other);
    const refused = await world.suture(['verify', path, '--key', join(world.root, 'other.pem')]);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/not signed by/) });
    const key = join(world.home, 'keys', 'signing.pub.pem');
    expect(await world.suture(['verify', path, '--key', key])).toMatchObject({ exitCode: 0 });
  });
});
