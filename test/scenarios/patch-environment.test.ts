import { chmod, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { exec } from '../../src/platform/exec.ts';
import { type CliWorld, cliWorld, EXAMPLE_FEEDS } from '../support/cli.ts';
import {
  litter,
  missing,
  parsePatch,
  repository,
  smallProject,
  untouched,
} from '../support/small-repository.ts';

// What the machine does not give: a network, rights, space on the disk.

const absent = await missing();
const root = process.getuid?.() === 0;
const bin = join(import.meta.dirname, '..', '..', 'bin', 'suture');
/** Nobody listens on port 1. */
const NO_REGISTRY = { npm_config_registry: 'http://127.0.0.1:1/', npm_config_fetch_retries: '0' };
let world: CliWorld;

beforeAll(async () => {
  world = await cliWorld();
  await world.suture(['sync', '--from', EXAMPLE_FEEDS]);
});
afterAll(() => world[Symbol.asyncDispose]());

/** A home with nothing but the advisories of this world's. */
async function freshHome(name: string): Promise<string> {
  const home = join(world.root, name);
  await cp(join(world.home, 'advisories'), join(home, 'advisories'), { recursive: true });
  return home;
}

describe('without a registry', () => {
  it('patch says so and leaves nothing', async () => {
    const directory = await repository(world, 'no-registry');
    const before = await untouched(directory);
    const home = await freshHome('no-registry-home');
    const env = { ...NO_REGISTRY, SUTURE_HOME: home };
    const result = await world.suture(['patch', directory], { env });
    expect(result).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/127\.0\.0\.1:1/) });
    expect(result.stderr).not.toMatch(/defect in Suture|\n\s+at /);
    expect(await untouched(directory)).toEqual(before);
    expect(await world.git(directory, 'branch', '--list', 'suture/*')).toBe('');
    expect(await litter(home, directory)).toEqual([]);
  });

  it('scan --offline answers as always', async () => {
    const directory = await repository(world, 'offline');
    const args = ['scan', directory, '--format', 'json'];
    const [one, other] = await Promise.all([
      world.suture([...args, '--offline'], { env: NO_REGISTRY }),
      world.suture(args),
    ]);
    expect(one.exitCode).toBe(1);
    expect(one.stdout).toBe(other.stdout);
  });

  it.skipIf(absent !== undefined)(
    `patch --offline does with what was fetched before (skipped: ${absent ?? 'no'})`,
    { timeout: 60_000 },
    async () => {
      const directory = await repository(world, 'cached');
      const online = await world.suture(['patch', directory, '--format', 'json']);
      const args = ['patch', directory, '--format', 'json', '--offline'];
      // What npm keeps itself stays the machine's: only that it is not asked again is of interest.
      const offline = await world.suture(args);
      expect(offline).toMatchObject({ exitCode: 1 });
      expect(parsePatch(offline.stdout).branch).toBe(parsePatch(online.stdout).branch);

      const env = { npm_config_cache: join(world.root, 'empty-cache') };
      const missed = await world.suture(args, {
        env: { ...env, SUTURE_HOME: await freshHome('uncached-home') },
      });
      expect(missed).toMatchObject({ exitCode: 2, stdout: '' });
      expect(missed.stderr).toMatch(/registry/);
      expect(missed.stderr).not.toMatch(/defect in Suture/);
    },
  );
});

/** Somebody without rights, who owns a home and a clone of the small project. */
async function nobody() {
  const home = await mkdtemp(join(tmpdir(), 'suture-nobody-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const directory = await repository(world, `nobody-${home.slice(-6)}`);
  await cp(directory, join(home, 'small'), { recursive: true });
  await exec(['chown', '-R', '65534:65534', home]);
  const drop = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
  // npm tells its scripts its own settings, the cache of whoever runs the tests among them.
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const own = { NO_COLOR: '1', HOME: home, SUTURE_HOME: join(home, 'suture') };
  const env = { ...Object.fromEntries(inherited), ...own };
  const run = async (argv: readonly string[]) =>
    await exec([...drop, ...argv], { cwd: home, env, timeoutMs: 120_000 });
  return { home, directory: join(home, 'small'), run };
}

describe.skipIf(!root)('as another user (skipped unless root runs the tests)', () => {
  it.skipIf(absent !== undefined)(
    `sync, scan and patch work (skipped: ${absent ?? 'no'})`,
    { timeout: 60_000 },
    async ({ skip }) => {
      const { home, directory, run } = await nobody();
      const readable = await run([bin, '--version']);
      if (readable.exitCode !== 0) skip(`this checkout is closed to others: ${readable.stderr}`);
      expect(await run([bin, 'sync', '--from', EXAMPLE_FEEDS])).toMatchObject({ exitCode: 0 });
      expect(await run([bin, 'scan', directory])).toMatchObject({ exitCode: 1 });
      const result = await run([bin, 'patch', directory, '--format', 'json']);
      const { branch, changes, unfixed } = parsePatch(result.stdout);
      // First, because it carries the reason.
      expect(unfixed).toEqual([]);
      expect(changes).toMatchObject([{ accepted: true, verification: { verdict: 'proven' } }]);
      const listed = await run(['git', '-C', directory, 'branch', '--list', 'suture/*']);
      expect(listed.stdout.trim()).toBe(branch);
      const verified = await run([
        bin,
        'verify',
        changes[0]?.evidence ?? '',
        '--replay',
        '--repository',
        directory,
      ]);
      expect(verified).toMatchObject({ exitCode: 0 });
      expect(await litter(join(home, 'suture'), directory)).toEqual([]);
    },
  );

  it('a home that cannot be written to is named, and a scan still answers', async ({ skip }) => {
    const { home, directory, run } = await nobody();
    if ((await run([bin, '--version'])).exitCode !== 0) skip('this checkout is closed to others');
    const suture = join(home, 'suture');
    await cp(join(world.home, 'advisories'), join(suture, 'advisories'), { recursive: true });
    await exec(['chown', '-R', '65534:65534', suture]);
    await exec(['chmod', '-R', 'a-w', suture]);
    onTestFinished(async () => {
      await chmod(suture, 0o755);
    });
    expect(await run([bin, 'scan', directory])).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/minimist 1\.2\.0/),
    });
    const patched = await run([bin, 'patch', directory]);
    expect(patched.exitCode).toBe(2);
    expect(patched.stderr).toMatch(/EACCES.*suture/);
    expect(patched.stderr).toMatch(/SUTURE_HOME/);
    expect(patched.stderr).not.toMatch(/defect in Suture/);
  });

  it("refuses another user's repository with git's own words", async ({ skip }) => {
    const { home, run } = await nobody();
    if ((await run([bin, '--version'])).exitCode !== 0) skip('this checkout is closed to others');
    const foreign = await repository(world, 'foreign');
    await chmod(world.root, 0o755);
    await mkdir(join(home, 'suture'), { recursive: true });
    const result = await run([bin, 'patch', foreign]);
    expect(result).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/another user/) });
  });
});

describe.skipIf(!root || absent !== undefined)('on a full disk (skipped unless root)', () => {
  it('patch says so, and loses nothing', { timeout: 60_000 }, async ({ skip }) => {
    const disk = join(world.root, 'disk');
    await mkdir(disk);
    const mounted = await exec(['mount', '-t', 'tmpfs', '-o', 'size=900k', 'tmpfs', disk]);
    if (mounted.exitCode !== 0) skip('mounting a small disk is not allowed here');
    onTestFinished(async () => {
      await exec(['umount', disk]);
    });
    const home = join(disk, 'home');
    await cp(join(world.home, 'advisories'), join(home, 'advisories'), { recursive: true });
    const files = smallProject({ 'big.txt': 'x'.repeat(400_000) });
    const directory = await repository(world, 'full', files);
    const before = await untouched(directory);
    const env = { SUTURE_HOME: home };
    const result = await world.suture(['patch', directory], { env });
    expect(result).toMatchObject({ exitCode: 2 });
    expect(result.stderr).toMatch(/disk is full|[Nn]o space left/);
    expect(result.stderr).not.toMatch(/defect in Suture|\n\s+at /);
    expect(await untouched(directory)).toEqual(before);
    expect(await world.git(directory, 'branch', '--list', 'suture/*')).toBe('');
    expect(await readdir(join(home, 'work')).catch(() => [])).toEqual([]);
    expect(await world.suture(['scan', directory], { env })).toMatchObject({ exitCode: 1 });
  });
});
