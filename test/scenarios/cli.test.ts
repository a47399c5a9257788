import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliWorld, cliWorld, EXAMPLE_FEEDS, STOREFRONT } from '../support/cli.ts';

let world: CliWorld;

beforeAll(async () => {
  world = await cliWorld();
  const synced = await world.suture(['sync', '--from', EXAMPLE_FEEDS]);
  expect(synced.stderr + synced.stdout).toMatch(/osv/);
  expect(synced.exitCode).toBe(0);
  await folder('clean', { 'package-lock.json': lockfile({ 'is-number': '7.0.0' }) });
  await folder('vulnerable', { 'package-lock.json': lockfile({ lodash: '4.17.4' }) });
  await folder('corrupt', { 'package-lock.json': '{"lockfileVersion": 3, "packages": {' });
  await folder('mixed', {
    'package-lock.json': lockfile({ lodash: '4.17.4' }),
    'old/yarn.lock': 'this is no lockfile {{{',
  });
  await folder('bare', { 'package.json': '{"name":"bare","dependencies":{"lodash":"4.17.4"}}' });
  await folder('empty', { 'readme.txt': 'nothing here' });
  await folder('bad-config', {
    'package-lock.json': lockfile({ lodash: '4.17.4' }),
    'suture.yaml': 'context:\n  exposure: moon\n',
  });
  await folder('ignoring', {
    'package-lock.json': lockfile({ lodash: '4.17.20' }),
    'suture.yaml': [
      'ignore:',
      `  - { id: CVE-2021-23337, reason: no templates here, expires: "${inDays(90)}" }`,
      '',
    ].join('\n'),
  });
  await folder('ignoring-forever', {
    'package-lock.json': lockfile({ lodash: '4.17.20' }),
    'suture.yaml': 'ignore: [{ id: CVE-2021-23337, reason: no, expires: "2099-01-01" }]\n',
  });
});
afterAll(() => world[Symbol.asyncDispose]());

async function folder(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const full = join(world.root, name, path);
    await mkdir(join(full, '..'), { recursive: true });
    await writeFile(full, content);
  }
}

function lockfile(dependencies: Readonly<Record<string, string>>): string {
  const packages = Object.entries(dependencies).map(([name, version]) => [
    `node_modules/${name}`,
    { version },
  ]);
  return JSON.stringify({
    name: 'app',
    lockfileVersion: 3,
    packages: { '': { name: 'app', dependencies }, ...Object.fromEntries(packages) },
  });
}

/** ISO date; an ignore rule may not reach further than a year. */
function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

interface Case {
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly exitCode: number;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
}

describe('the command line', () => {
  it.each<Case>([
    { args: ['--version'], exitCode: 0, stdout: /^\d+\.\d+\.\d+\n$/ },
    { args: ['--help'], exitCode: 0, stdout: /scan.*\n[\s\S]*patch/ },
    { args: [], exitCode: 2, stderr: /Usage: suture/ },
    { args: ['scna'], exitCode: 2, stderr: /unknown command 'scna'[\s\S]*scan/ },
    { args: ['scan', '--format', 'pdf'], exitCode: 2, stderr: /Allowed choices are table/ },
    { args: ['scan', 'clean'], exitCode: 0, stdout: /no known vulnerability in 1 component/ },
    { args: ['scan', 'vulnerable'], exitCode: 1, stdout: /lodash 4\.17\.4/ },
    { args: ['scan', 'vulnerable/package-lock.json'], exitCode: 1, stdout: /lodash 4\.17\.4/ },
    { args: ['scan'], cwd: 'vulnerable', exitCode: 1, stdout: /lodash 4\.17\.4/ },
    {
      args: ['scan', 'clean', 'vulnerable'],
      exitCode: 1,
      stdout: /no known[\s\S]*lodash 4\.17\.4/,
    },
    { args: ['scan', 'corrupt'], exitCode: 2, stdout: /package-lock\.json/ },
    { args: ['scan', 'mixed'], exitCode: 2, stdout: /lodash 4\.17\.4[\s\S]*old\/yarn\.lock/ },
    { args: ['scan', 'mixed', '--format', 'json'], exitCode: 2, stderr: /error: old\/yarn\.lock/ },
    { args: ['scan', 'empty'], exitCode: 2, stdout: /no lockfile or manifest found/ },
    {
      args: ['scan', 'missing'],
      exitCode: 2,
      stderr: /missing does not exist\n {2}Give an existing/,
    },
    { args: ['scan', 'empty/readme.txt'], exitCode: 2, stderr: /not a lockfile that Suture reads/ },
    { args: ['scan', 'host:web1'], exitCode: 2, stderr: /not supported yet/ },
    { args: ['scan', 'bare', '--offline'], exitCode: 2, stdout: /--offline forbids resolving/ },
    { args: ['scan', 'bad-config'], exitCode: 2, stdout: /suture\.yaml:2[\s\S]*internet/ },
    { args: ['scan', 'vulnerable', '--fail-on', 'fixable'], exitCode: 1, stdout: /lodash/ },
    { args: ['scan', 'vulnerable', '--fail-on', 'act'], exitCode: 0, stdout: /lodash/ },
    { args: ['scan', 'ignoring'], exitCode: 1, stdout: /IGNORED[\s\S]*no templates here/ },
    { args: ['scan', 'ignoring-forever'], exitCode: 2, stdout: /more than a year ahead/ },
    { args: ['explain', 'CVE-2019-10744', 'vulnerable'], exitCode: 0, stdout: /lodash/ },
    {
      args: ['explain', 'CVE-1999-0001', 'vulnerable'],
      exitCode: 2,
      stderr: /goes by CVE-1999-0001/,
    },
    {
      args: ['patch', 'vulnerable'],
      exitCode: 2,
      stderr: /not in a git repository\n {2}Use --apply/,
    },
    { args: ['patch', 'clean', '--dry-run'], exitCode: 0, stdout: /0 findings/ },
    { args: ['patch', '--dry-run', '--apply'], exitCode: 2, stderr: /exclude each other/ },
    { args: ['patch', '--min-confidence', '7'], exitCode: 2, stderr: /probability from 0 to 1/ },
    {
      args: ['patch', 'vulnerable', '--dry-run', '--finding', 'CVE-1999-0001'],
      exitCode: 2,
      stderr: /No finding matches/,
    },
    { args: ['verify', 'missing.json'], exitCode: 2, stderr: /public key/ },
    { args: ['sync', '--status'], exitCode: 0, stdout: /osv/ },
    { args: ['sync', '--from', 'empty'], exitCode: 2, stderr: /error: / },
    { args: ['outcome'], exitCode: 0, stdout: /0 verdicts recorded/ },
    { args: ['outcome', 'nope', 'held'], exitCode: 2, stderr: /No change nope/ },
    { args: ['outcome', 'nope', 'maybe'], exitCode: 2, stderr: /Allowed choices are held, broke/ },
  ])('suture $args exits with $exitCode', async ({ args, cwd, exitCode, stdout, stderr }) => {
    const result = await world.suture(
      args,
      cwd === undefined ? {} : { cwd: join(world.root, cwd) },
    );
    expect(result).toMatchObject({ exitCode });
    if (stdout !== undefined) expect(result.stdout).toMatch(stdout);
    if (stderr !== undefined) expect(result.stderr).toMatch(stderr);
    // A stack is never what a person needs.
    expect(result.stderr).not.toMatch(/\n\s+at .*\.ts:\d+/);
  });

  it('says what to do before the first sync', async () => {
    const fresh = { env: { SUTURE_HOME: join(world.root, 'fresh-home') } };
    const result = await world.suture(['scan', STOREFRONT], fresh);
    expect(result).toMatchObject({ exitCode: 2 });
    expect(result.stderr).toMatch(/suture sync/);
  });

  it('leaves nothing behind but what it keeps', async () => {
    await world.suture(['patch', 'clean', '--dry-run']);
    expect(await readdir(join(world.home, 'work')).catch(() => [])).toEqual([]);
  });

  it('gives the same findings, in the same order and with the same ids, twice', async () => {
    const [one, two] = await Promise.all([
      world.suture(['scan', 'vulnerable', '--format', 'json']),
      world.suture(['scan', 'vulnerable', '--format', 'json']),
    ]);
    expect(JSON.parse(one.stdout).assets).toEqual(JSON.parse(two.stdout).assets);
  });

  it('does not mind a reader that leaves early', async () => {
    const { exec } = await import('../../src/platform/exec.ts');
    const script = 'set -o pipefail; "$0" scan vulnerable --format json | head -c 10 >/dev/null';
    const bin = join(STOREFRONT, '..', '..', 'bin', 'suture');
    const env = { ...process.env, SUTURE_HOME: world.home };
    const { stderr } = await exec(['bash', '-c', script, bin], { cwd: world.root, env });
    expect(stderr).not.toMatch(/EPIPE/);
  });
});
