import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliWorld, cliWorld, EXAMPLE_FEEDS } from '../support/cli.ts';
import {
  linkTo,
  litter,
  lockfileOf,
  MANIFEST,
  missing,
  parsePatch,
  repository,
  smallProject,
  untouched,
} from '../support/small-repository.ts';

// A repository is data: whatever it holds, nothing of it runs outside the sandbox, it weakens no
// policy, and nothing outside of it is written to.

const absent = await missing();
let world: CliWorld;
/** The user's own; nothing may appear here. */
let userHome: string;

beforeAll(async () => {
  world = await cliWorld();
  userHome = join(world.root, 'user');
  await mkdir(userHome);
  await world.suture(['sync', '--from', EXAMPLE_FEEDS]);
});
afterAll(() => world[Symbol.asyncDispose]());

const marks = async () =>
  [...(await readdir(userHome)), ...(await readdir(world.root))].filter((name) =>
    name.startsWith('marker'),
  );

/** A program that leaves a mark wherever it can. */
const evil = () =>
  `#!/bin/sh\ntouch "$HOME/marker" ${userHome}/marker-home ${world.root}/marker-root\nexit 0\n`;
const evilModule = () =>
  `for (const path of [process.env.HOME + '/marker', ${JSON.stringify(`${userHome}/marker-home`)}, ${JSON.stringify(`${world.root}/marker-root`)}]) try { require('node:fs').writeFileSync(path, ''); } catch {}\n`;

async function patch(directory: string, ...args: string[]) {
  const env = { HOME: userHome };
  const result = await world.suture(['patch', directory, '--format', 'json', ...args], { env });
  return { ...result, report: result.stdout === '' ? undefined : parsePatch(result.stdout) };
}

/** What a terminal would act on, or show in another order. */
function controls(text: string): readonly string[] {
  return text.split('').filter((character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\n' || character === '\t') return false;
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e);
  });
}

describe.skipIf(absent !== undefined)(
  `patch of a hostile project (skipped: ${absent ?? 'no'})`,
  () => {
    it('runs none of its scripts outside the sandbox', async () => {
      const names = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'pretest'];
      const hooks = Object.fromEntries(names.map((name) => [name, './evil.sh']));
      const manifest = { ...MANIFEST, scripts: { ...hooks, test: 'node --test' } };
      const files = smallProject({ 'evil.sh': evil() }, manifest);
      const directory = await repository(world, 'scripts', files);
      const before = await untouched(directory);
      const { report } = await patch(directory);
      expect(report?.changes).toMatchObject([{ accepted: true }]);
      expect(await marks()).toEqual([]);
      expect(await untouched(directory)).toEqual(before);
    });

    it.each([
      ['script-shell', 'script-shell=./evil.sh\nignore-scripts=false\nforeground-scripts=true\n'],
      ['git', 'git=./evil.sh\n'],
      ['node-options', 'node-options=--require ./evil.js\n'],
      ['onload-script and init-module', 'onload-script=./evil.js\ninit-module=./evil.js\n'],
      [
        'prefix, cache and logs',
        'prefix=${HOME}/marker\ncache=${HOME}/marker-cache\nlogs-dir=${HOME}/marker-logs\n',
      ],
    ])('does not let .npmrc run or write a thing: %s', async (name, npmrc) => {
      const hooks = { preinstall: './evil.sh', test: 'node --test' };
      const files = smallProject(
        { '.npmrc': npmrc, 'evil.sh': evil(), 'evil.js': evilModule() },
        { ...MANIFEST, scripts: hooks },
      );
      const directory = await repository(world, `npmrc ${name}`, files);
      const { report } = await patch(directory);
      expect(report?.changes).toMatchObject([{ accepted: true }]);
      expect(await marks()).toEqual([]);
    });

    it('does not let suture.yaml weaken the policy', { timeout: 60_000 }, async () => {
      const { scripts: _, ...untested } = MANIFEST;
      const files = smallProject(
        {
          'test/index.test.js': undefined,
          'suture.yaml': [
            'policy:',
            '  minimumConfidence: 0.01',
            '  cooldownDays: 0',
            '  allowUnsandboxed: true',
            '  sandbox: none',
            '',
          ].join('\n'),
        },
        untested,
      );
      const directory = await repository(world, 'policy', files);
      const { report } = await patch(directory);
      expect(report?.changes.filter(({ accepted }) => accepted)).toEqual([]);
      const said = report?.problems.map(({ message }) => message).join('\n');
      expect(said).toMatch(/minimumConfidence/);
      expect(said).toMatch(/cooldownDays/);
      expect(said).toMatch(/allowUnsandboxed/);
      for (const { file } of report?.problems ?? []) expect(file).toBe('suture.yaml');
    });

    it('cannot go below what the operator asks for', async () => {
      const policy = join(world.root, 'strict.yaml');
      await writeFile(policy, 'minimumConfidence: 0.999\n');
      const files = smallProject({ 'suture.yaml': 'policy:\n  minimumConfidence: 0.5\n' });
      const { report } = await patch(
        await repository(world, 'operator', files),
        '--policy',
        policy,
      );
      expect(report?.changes).toMatchObject([{ accepted: false }]);
      expect(report?.changes[0]?.abstained).toMatch(/0\.999/);
    });

    it('leaves alone what a linked lockfile points to', async () => {
      const outside = join(world.root, 'outside-lock.json');
      await writeFile(outside, lockfileOf());
      const linked = { 'package-lock.json': linkTo(outside) };
      const directory = await repository(world, 'linked', smallProject(linked));
      const { report } = await patch(directory);
      expect(await readFile(outside, 'utf8')).toBe(lockfileOf());
      expect(report?.changes.filter(({ accepted }) => accepted) ?? []).toEqual([]);
      expect(await litter(world.home, directory)).toEqual([]);
    });

    it('says that it does not rewrite a lockfile that is a link inside the repository', async () => {
      const linked = {
        'package-lock.json': linkTo('locks/npm.json'),
        'locks/npm.json': lockfileOf(),
      };
      const directory = await repository(world, 'linked-inside', smallProject(linked));
      const before = await untouched(directory);
      const { report } = await patch(directory);
      expect(report).toMatchObject({ branch: null, changes: [] });
      for (const { why } of report?.unfixed ?? []) expect(why).toMatch(/is a symbolic link/);
      expect(report?.unfixed).toHaveLength(2);
      expect(await untouched(directory)).toEqual(before);
    });

    it('prints no control character of an advisory or a path', { timeout: 60_000 }, async () => {
      const escape = '\u001B]52;c;ZXZpbA==\u0007\u001B[2J\u202Eevil';
      const feeds = join(world.root, 'feeds');
      await mkdir(join(feeds, 'osv', 'npm'), { recursive: true });
      const events = [{ introduced: '0' }, { fixed: '1.2.6' }];
      const record = {
        id: 'GHSA-evil-evil-evil',
        aliases: [`CVE-2099-0001${escape}`],
        modified: '2026-01-01T00:00:00Z',
        summary: `Bad ${escape} summary`,
        details: escape,
        affected: [
          { package: { ecosystem: 'npm', name: 'minimist' }, ranges: [{ type: 'SEMVER', events }] },
        ],
      };
      await writeFile(join(feeds, 'osv', 'npm', `${record.id}.json`), JSON.stringify(record));
      const env = { SUTURE_HOME: join(world.root, 'evil-home') };
      await world.suture(['sync', '--from', feeds], { env });
      const files = Object.entries(smallProject()).map(([path, text]) => [
        `a\u001B[31mb/${path}`,
        text,
      ]);
      const directory = await repository(
        world,
        'escapes',
        Object.fromEntries(files) as Record<string, string>,
      );
      const runs = [
        ['scan', directory],
        ['scan', directory, '--format', 'json'],
        ['scan', directory, '--format', 'markdown'],
        ['explain', 'minimist', directory],
        ['patch', directory],
        ['patch', directory, '--dry-run', '--format', 'markdown'],
      ];
      for (const args of runs) {
        const { stdout, stderr } = await world.suture(args, { env });
        expect(stdout).toMatch(/minimist/);
        expect([args.join(' '), ...controls(stdout + stderr)]).toEqual([args.join(' ')]);
      }
      const log = await world.git(directory, 'log', '--all', '--format=%B');
      expect(log).toMatch(/minimist/);
      expect(controls(log)).toEqual([]);
    });
  },
);
