import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PackageManager } from '../../src/domain/dependency-graph.ts';
import { SutureError } from '../../src/domain/error.ts';
import type { Remedy } from '../../src/domain/remedy.ts';
import { exec } from '../../src/platform/exec.ts';
import type { Patcher } from '../../src/ports/patcher.ts';
import { hostileProjects } from '../support/hostile-projects.ts';
import { lineDiff } from '../support/line-diff.ts';
import { filesOf, fixtures, PatcherWorld, readCases } from '../support/patcher-world.ts';

const cases = await readCases();

const plain = {
  'package.json': `${JSON.stringify({ name: 'app', version: '1.0.0', dependencies: { branch: '^1.0.0' } }, null, 2)}\n`,
};
const bump: Remedy = {
  kind: 'lockfile-bump',
  package: 'leaf',
  from: '1.0.1',
  to: '1.0.2',
  workspaces: [],
  because: 'a test',
  closes: [],
};

async function scratchHome() {
  const path = await mkdtemp(join(tmpdir(), 'bare-home-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** How to come to a project that no program on this machine suits. */
export interface MissingProgram {
  readonly lockfile: (text: string) => string;
  readonly environment?: NodeJS.ProcessEnv;
}

/** What every patcher has to do; goldens stand in fixtures/patcher/goldens. */
export function patcherContract(
  manager: PackageManager,
  create: (environment: NodeJS.ProcessEnv) => Patcher,
  missing?: MissingProgram,
): void {
  describe(`patcher ${manager}`, () => {
    let world: PatcherWorld;
    beforeAll(async () => {
      world = await PatcherWorld.open(manager, create);
    });
    afterAll(async () => {
      await world[Symbol.asyncDispose]();
    });

    const apply = async (
      directory: string,
      remedies: readonly Remedy[],
      patcher = world.patcher(),
      before?: string,
    ) => {
      const files = [...(await filesOf(directory)).keys()];
      const cooldown = before === undefined ? {} : { before };
      return await patcher.apply({ directory, graph: world.graph(files), remedies, ...cooldown });
    };
    const failure = async (promise: Promise<unknown>): Promise<SutureError> =>
      await promise.then(
        () => expect.fail('it should have failed'),
        (error: unknown) => {
          expect(error).toBeInstanceOf(SutureError);
          return error as SutureError;
        },
      );

    // yarn 1 cannot share its cache between two that run at once.
    const together = manager === 'yarn-classic' ? it : it.concurrent;
    const mine = cases.filter((one) => one.managers?.includes(manager) ?? true);
    it.each(mine.filter((one) => one.error !== undefined))('$name: $about', async (one) => {
      const directory = await world.lockedProject({ ...one.files, ...one.only?.[manager] });
      const before = await filesOf(directory);
      expect((await failure(apply(directory, one.remedies))).code).toBe(one.error);
      expect(await filesOf(directory)).toEqual(before);
    });

    describe('rewrites exactly what is asked for', () => {
      together.for(mine.filter((one) => one.error === undefined))(
        '$name: $about',
        async (one, { expect }) => {
          const project = { ...one.files, ...one.only?.[manager] };
          const directory = await world.lockedProject(project);
          const before = await filesOf(directory);
          const outcome = await apply(directory, one.remedies, world.patcher(), one.before);
          const after = await filesOf(directory);
          const changed = [...new Set([...before.keys(), ...after.keys()])]
            .filter((path) => before.get(path) !== after.get(path))
            .sort();
          expect(outcome.files).toEqual(changed);
          const golden = [
            ...changed.flatMap((path) => [
              `=== ${path}`,
              ...lineDiff(before.get(path) ?? '', after.get(path) ?? ''),
            ]),
            ...(outcome.problems ?? []).map(({ file, message }) => `!!! ${file} ${message}`),
          ];
          await expect(world.normalise(`${golden.join('\n')}\n`)).toMatchFileSnapshot(
            join(fixtures, 'goldens', `${one.name}.${manager}.diff`),
          );
        },
      );
    });

    it('changes nothing on a second application of an upgrade', async () => {
      const directory = await world.lockedProject(plain);
      const upgrade: Remedy = {
        ...bump,
        kind: 'upgrade',
        package: 'branch',
        from: '1.0.0',
        to: '1.1.0',
        workspaces: [''],
      };
      await apply(directory, [upgrade]);
      const once = await filesOf(directory);
      // The plan is stale: it may be refused, but it must not change anything.
      await apply(directory, [upgrade]).catch(() => undefined);
      expect(await filesOf(directory)).toEqual(once);
    });

    it('writes a lockfile for a bare manifest, and nothing else', async () => {
      const directory = await world.project(plain);
      const outcome = await world.patcher().resolve(directory);
      expect(outcome.files).toEqual([world.lockfile]);
      expect([...(await filesOf(directory)).keys()].sort()).toEqual(
        ['package.json', world.lockfile].sort(),
      );
    });

    it('tells its version', async () => {
      const directory = await world.lockedProject(plain);
      expect(await world.patcher().version(directory)).toMatch(/^\d+\.\d+\.\d+/);
    });

    it.skipIf(missing === undefined)(
      `says so when there is no suitable program${missing ? '' : ' (Suture brings one that reads every version)'}`,
      async () => {
        const directory = await world.lockedProject(plain);
        const path = join(directory, world.lockfile);
        await writeFile(path, missing?.lockfile(await readFile(path, 'utf8')) ?? '');
        const error = await failure(world.patcher(missing?.environment).version(directory));
        expect(error.code).toBe('package-manager-missing');
        expect(error.remedy).toMatch(/^Run: /);
      },
    );

    describe('on failure', () => {
      it('asks for a version that the registry has', async () => {
        const directory = await world.lockedProject(plain);
        const before = await filesOf(directory);
        const error = await failure(apply(directory, [{ ...bump, to: '1.0.99' }]));
        expect(error.code).toBe('version-unavailable');
        expect(await filesOf(directory)).toEqual(before);
      });

      it('says that the registry cannot be reached, and leaves the copy as it was', async () => {
        const directory = await world.lockedProject(plain);
        const before = await filesOf(directory);
        const dead = create(world.environment('http://127.0.0.1:9/'));
        const error = await failure(apply(directory, [{ ...bump, to: '1.1.0' }], dead));
        expect(error.code).toBe('registry-unreachable');
        expect(await filesOf(directory)).toEqual(before);
      });

      it('says that the registry wants a login, without telling secrets', async () => {
        const locked = await world.lockedProject(plain);
        world.now.mode.token = 'right';
        try {
          const error = await failure(
            apply(
              locked,
              [{ ...bump, to: '1.1.0' }],
              create({
                ...world.environment(world.now.url.replace('127.0.0.1', 'localhost')),
                YARN_UNSAFE_HTTP_WHITELIST: 'localhost',
              }),
            ),
          );
          expect(error).toMatchObject({ code: 'registry-denied' });
          expect(error.message).not.toContain('right');
        } finally {
          delete world.now.mode.token;
        }
      });
    });

    describe('runs nothing of the repository', () => {
      together.for(hostileProjects(manager))('$name', async ({ files, refused }, { expect }) => {
        const marker = join(world.home, `marker-${Math.random()}`);
        const directory = await world.lockedProject(plain);
        for (const [path, text] of Object.entries(files(marker))) {
          if (path === 'package.json') await writeFile(join(directory, path), text);
          else await writeFile(join(directory, path), text, { mode: 0o755 });
        }
        const attempt = apply(directory, [bump]);
        const code = await attempt.then(
          () => undefined,
          (error: unknown) => (error as SutureError).code,
        );
        expect(code).toBe(refused ? 'project-unsafe' : undefined);
        await world
          .patcher()
          .install(directory)
          .catch(() => undefined);
        await expect(access(marker)).rejects.toThrow('ENOENT');
      });

      it('builds no git dependency while it installs', async () => {
        const marker = join(world.home, 'marker-git');
        const scripts = { prepare: `touch ${marker}`, postinstall: `touch ${marker}` };
        const repository = await world.project({
          'package.json': JSON.stringify({ name: 'evil', version: '1.0.0', scripts }),
        });
        const git = async (...args: string[]) => {
          const identity = ['-c', 'user.name=a', '-c', 'user.email=a@registry.example'];
          const result = await exec(['git', ...identity, ...args], { cwd: repository });
          expect(result).toMatchObject({ exitCode: 0 });
        };
        await git('init', '--quiet');
        await git('add', '.');
        await git('commit', '--quiet', '--message', 'evil');
        const evil = `git+file://${repository}`;
        const directory = await world.project({
          'package.json': `${JSON.stringify({ name: 'app', version: '1.0.0', dependencies: { evil } })}\n`,
        });
        // Some refuse at once, some lock it and refuse to install it, some install it unbuilt.
        await world
          .patcher()
          .resolve(directory)
          .catch(() => undefined);
        await world
          .patcher()
          .install(directory)
          .catch(() => undefined);
        await expect(access(marker)).rejects.toThrow('ENOENT');
      });

      it('sends no variable of the environment to a registry that only the project names', async () => {
        const directory = await world.lockedProject(plain);
        await using stranger = await world.freshRegistry();
        const host = new URL(stranger.url).host;
        await writeFile(
          join(directory, '.npmrc'),
          `registry=${stranger.url}\n//${host}/:_authToken=\${STOLEN}\nalways-auth=true\n`,
        );
        await writeFile(
          join(directory, '.yarnrc.yml'),
          `npmRegistryServer: ${stranger.url}\nnpmAlwaysAuth: true\nnpmAuthToken: \${STOLEN}\n`,
        );
        const environment = Object.fromEntries(
          Object.entries(world.environment('')).filter(([name]) => !/registry/i.test(name)),
        );
        const patcher = create({ ...environment, STOLEN: 'secret-of-the-user' });
        const code = await apply(directory, [{ ...bump, to: '1.1.0' }], patcher).then(
          () => undefined,
          (error: unknown) => (error as SutureError).code,
        );
        // Whoever must log in and has nothing to log in with does not ask at all.
        expect(stranger.requests.length > 0 || code === 'registry-denied').toBe(true);
        expect(JSON.stringify(stranger.requests)).not.toContain('secret-of-the-user');
      });
    });

    describe('install', () => {
      const built = {
        'package.json': `${JSON.stringify({ name: 'app', version: '1.0.0', dependencies: { branch: '^1.0.0', built: '^1.0.0' } }, null, 2)}\n`,
        // Newer managers run only what the project allows.
        '.yarnrc.yml': 'enableScripts: true\n',
        'pnpm-workspace.yaml': 'allowBuilds:\n  built: true\n',
      };

      it('unpacks what the lockfile says and runs no script; the commands it names run them', async () => {
        const directory = await world.lockedProject(built);
        const lock = await readFile(join(directory, world.lockfile), 'utf8');
        const commands = await world.patcher().install(directory);
        expect(commands.length).toBeGreaterThan(0);
        expect(await readFile(join(directory, world.lockfile), 'utf8')).toBe(lock);
        const ran = async () =>
          [...(await filesOf(directory)).keys()].some((path) => path.endsWith('built.txt'));
        expect(await ran()).toBe(false);
        // In a closed world the script is our own; elsewhere only the sandbox may run these. The
        // environment is as bare as the sandbox's, and there is no registry.
        await using home = await scratchHome();
        for (const argv of await world.patcher().installScripts(directory)) {
          const env = { PATH: process.env['PATH'], HOME: home.path, CI: 'true' };
          const result = await exec(argv, { cwd: directory, env, timeoutMs: 60_000 });
          expect(result).toMatchObject({ exitCode: 0 });
        }
        expect(await ran()).toBe(true);
      });

      it('names no scripts when there are none', async () => {
        const directory = await world.lockedProject(plain);
        await world.patcher().install(directory);
        expect(await world.patcher().installScripts(directory)).toEqual([]);
      });

      it('refuses a tarball that is not what the lockfile promises', async () => {
        const directory = await world.lockedProject({
          'package.json': `${JSON.stringify({ name: 'app', version: '1.0.0', dependencies: { tampered: '1.0.0' } }, null, 2)}\n`,
        });
        world.now.mode.tampered = true;
        try {
          const home = await world.project({});
          const patcher = create(world.environment(world.now.url, home));
          const error = await failure(patcher.install(directory));
          expect(error.code).toBe('patch-not-applied');
        } finally {
          delete world.now.mode.tampered;
        }
      });
    });
  });
}
