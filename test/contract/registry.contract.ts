import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SutureError } from '../../src/domain/error.ts';
import type { PackageRegistry } from '../../src/ports/package-registry.ts';
import { type RegistryServer, serveRegistry, type Universe } from '../support/registry-server.ts';

const universe: Universe = {
  leaf: {
    '1.0.0': { published: '2023-01-01T00:00:00.000Z', deprecated: 'use 1.1' },
    '1.1.0': {
      published: '2023-02-01T00:00:00.000Z',
      provenance: true,
      dependencies: { twig: '^1.0.0' },
      optionalDependencies: { bark: '1' },
      peerDependencies: { root: '>=1' },
      engines: { node: '>=18' },
      scripts: { postinstall: 'node evil.js' },
      files: {
        'lib/index.js': 'export {};\n',
        '../../escape.js': 'out',
        'binary.dat': 'a\u0000b',
        'huge.js': 'x'.repeat(5 * 1024 * 1024),
      },
    },
  },
  '@scope/bud': { '1.0.0': { published: '2023-01-01T00:00:00.000Z' } },
};

export interface RegistryWorld {
  readonly directory: string;
  readonly cacheDirectory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly freshFor?: number;
}

/** What every registry client has to do. */
export function registryContract(
  id: string,
  create: (world: RegistryWorld) => Promise<PackageRegistry>,
): void {
  describe(`registry ${id}`, () => {
    let server: RegistryServer;
    let home: string;
    let world: RegistryWorld;
    beforeAll(async () => {
      server = await serveRegistry(universe);
    });
    afterAll(() => server[Symbol.asyncDispose]());
    beforeEach(async () => {
      home = await mkdtemp(join(tmpdir(), 'registry-'));
      const directory = join(home, 'project');
      await mkdir(directory);
      const environment = { HOME: home, npm_config_registry: server.url };
      world = { directory, cacheDirectory: join(home, 'cache'), environment };
      server.requests.length = 0;
    });
    afterEach(async () => {
      for (const key of Object.keys(server.mode)) Reflect.deleteProperty(server.mode, key);
      await rm(home, { recursive: true, force: true });
    });
    const failure = async (promise: Promise<unknown>) =>
      (await promise.then(
        () => expect.fail('it should have failed'),
        (error: unknown) => error,
      )) as SutureError;
    const authorizations = () => server.requests.map((request) => request.authorization);

    it('tells everything about the versions of a package', async () => {
      const registry = await create(world);
      expect(await registry.package('leaf')).toEqual({
        name: 'leaf',
        latest: '1.1.0',
        versions: [
          {
            version: '1.0.0',
            published: '2023-01-01T00:00:00.000Z',
            deprecated: 'use 1.1',
            dependencies: {},
            optionalDependencies: {},
            peerDependencies: {},
            engines: {},
            hasInstallScript: false,
            provenance: false,
          },
          {
            version: '1.1.0',
            published: '2023-02-01T00:00:00.000Z',
            dependencies: { twig: '^1.0.0' },
            optionalDependencies: { bark: '1' },
            peerDependencies: { root: '>=1' },
            engines: { node: '>=18' },
            hasInstallScript: true,
            provenance: true,
          },
        ],
      });
      expect((await registry.package('@scope/bud'))?.versions).toHaveLength(1);
    });

    it.each([
      'no-such-package',
      '../leaf',
      'git+https://registry.example/x.git',
      'leaf@1',
      '',
      '.',
    ])('knows no package %j', async (name) => {
      expect(await (await create(world)).package(name)).toBeUndefined();
    });

    it('asks once, then answers from disk', async () => {
      await (await create(world)).package('leaf');
      await (await create(world)).package('leaf');
      expect(server.requests).toHaveLength(1);
    });

    it('answers with what it knew, and says since when, while there is no network', async () => {
      await (await create(world)).package('leaf');
      server.mode.broken = 'reset';
      const stale = await (await create({ ...world, freshFor: 0 })).package('leaf');
      expect(stale?.asOf).toMatch(/^\d{4}-\d\d-\d\dT/);
      expect(stale?.versions).toHaveLength(2);
    });

    it.each(['reset', 'garbage', '500'] as const)(
      'says so when the registry is broken (%s)',
      async (broken) => {
        server.mode.broken = broken;
        const error = await failure((await create(world)).package('leaf'));
        expect(error).toMatchObject({ code: 'registry-unreachable' });
        expect(error.remedy).not.toBe('');
      },
    );

    it('says so when the registry wants a login', async () => {
      server.mode.token = 'right';
      await writeFile(
        join(home, '.npmrc'),
        `//${new URL(server.url).host}/:_authToken=wrong-secret\n`,
      );
      const error = await failure((await create(world)).package('leaf'));
      expect(error).toMatchObject({ code: 'registry-denied' });
      expect(error.message + error.remedy).not.toContain('wrong-secret');
    });

    describe('takes registries and credentials', () => {
      const host = () => new URL(server.url).host;
      const bare = () => ({ HOME: home });

      it('from the user’s ~/.npmrc, variables included', async () => {
        server.mode.token = 'right';
        await writeFile(
          join(home, '.npmrc'),
          `registry=${server.url}\n//${host()}/:_authToken=\${TOKEN}\n`,
        );
        const registry = await create({ ...world, environment: { ...bare(), TOKEN: 'right' } });
        expect((await registry.package('leaf'))?.name).toBe('leaf');
      });

      it('from the project’s .npmrc, per scope', async () => {
        await writeFile(
          join(world.directory, '.npmrc'),
          `@scope:registry=${server.url}\n//${host()}/:_authToken=of-the-project\n`,
        );
        const registry = await create({ ...world, environment: bare() });
        expect((await registry.package('@scope/bud'))?.name).toBe('@scope/bud');
        expect(authorizations()).toEqual(['Bearer of-the-project']);
      });

      it('from .yarnrc.yml of a yarn project', async () => {
        await writeFile(
          join(world.directory, '.yarnrc.yml'),
          `npmScopes:\n  scope:\n    npmRegistryServer: ${server.url}\n    npmAuthToken: of-the-project\n`,
        );
        const registry = await create({ ...world, environment: bare() });
        expect((await registry.package('@scope/bud'))?.name).toBe('@scope/bud');
        expect(authorizations()).toEqual(['Bearer of-the-project']);
      });

      it.each([
        ['.npmrc', (at: string) => `registry=http://${at}/\n//${at}/:_authToken=\${STOLEN}\n`],
        [
          '.npmrc',
          (at: string) => `registry=http://${at}/\${STOLEN}/\n@scope:registry=http://${at}/\n`,
        ],
        [
          '.yarnrc.yml',
          (at: string) => `npmRegistryServer: http://${at}\nnpmAuthToken: \${STOLEN}\n`,
        ],
        [
          '.yarnrc.yml',
          (at: string) =>
            `npmScopes: { scope: { npmRegistryServer: "http://${at}", npmAuthToken: "\${STOLEN}" } }\n`,
        ],
      ])('but sends no variable to a host that only the project names (%s)', async (file, text) => {
        await writeFile(join(world.directory, file), text(host()));
        const registry = await create({
          ...world,
          environment: { ...bare(), STOLEN: 'my-secret' },
        });
        await registry.package('@scope/bud').catch(() => undefined);
        expect(server.requests.length).toBeGreaterThan(0);
        expect(JSON.stringify(server.requests)).not.toContain('my-secret');
      });
    });

    describe('contents', () => {
      it('are text files by path: nothing from outside, nothing binary, nothing huge', async () => {
        const files = await (await create(world)).contents('leaf', '1.1.0');
        expect([...files.keys()].sort()).toEqual(['index.js', 'lib/index.js', 'package.json']);
        expect(files.get('lib/index.js')).toBe('export {};\n');
      });

      it('are refused when they are not what the registry promised', async () => {
        server.mode.tampered = true;
        const error = await failure((await create(world)).contents('leaf', '1.0.0'));
        expect(error).toMatchObject({ code: 'integrity-mismatch' });
      });

      it.each(['9.9.9', 'latest', '../1.0.0'])('of version %j do not exist', async (version) => {
        const error = await failure((await create(world)).contents('leaf', version));
        expect(error).toMatchObject({ code: 'version-unavailable' });
      });
    });
  });
}
