import { describe, expect, it } from 'vitest';
import { memoryTree } from '../../../../test/support/memory-tree.ts';
import { npmEcosystem } from './index.ts';

async function read(lockfile: string, files: Record<string, string>) {
  const { graph, problems } = await npmEcosystem.read(lockfile, memoryTree(files));
  const edges = graph.workspaces.flatMap(({ dependencies }) => dependencies);
  return { graph, problems, edges, nodes: [...graph.packages.values()] };
}

const manifest = (more: object) => JSON.stringify({ name: 'root', version: '1.0.0', ...more });

describe('forced versions', () => {
  it.each<[string, string, Record<string, string>, Record<string, string>]>([
    [
      'npm',
      'package-lock.json',
      {
        'package-lock.json': '{"lockfileVersion":3,"packages":{"":{}}}',
        'package.json': manifest({ overrides: { a: { b: '1.0.0' } } }),
      },
      { 'a > b': '1.0.0' },
    ],
    [
      'pnpm, as the lockfile records them',
      'pnpm-lock.yaml',
      {
        'pnpm-lock.yaml': "lockfileVersion: '9.0'\noverrides:\n  a>b: 1.0.0\n  '@s/c@<2': ^2.0.0\n",
        'package.json': manifest({ pnpm: { overrides: { stale: '1' } } }),
      },
      { '@s/c@<2': '^2.0.0', 'a > b': '1.0.0' },
    ],
    [
      'pnpm, from where they are set',
      'app/pnpm-lock.yaml',
      {
        'app/pnpm-lock.yaml': "lockfileVersion: '5.4'\n",
        'app/pnpm-workspace.yaml': 'overrides:\n  a: 3.0.0\n  c: "4.0.0"\n',
        'app/package.json': manifest({
          pnpm: { overrides: { a: '2.0.0', b: '$b' } },
          dependencies: { b: '^1.0.0' },
          resolutions: { '**/d': '5.0.0' },
        }),
      },
      { a: '3.0.0', b: '^1.0.0', c: '4.0.0', d: '5.0.0' },
    ],
    [
      'yarn',
      'yarn.lock',
      { 'yarn.lock': '', 'package.json': manifest({ resolutions: { 'a/**/b': '1.0.0' } }) },
      { 'a > b': '1.0.0' },
    ],
    [
      'bun',
      'bun.lock',
      {
        'bun.lock':
          '{"lockfileVersion":1,"workspaces":{"":{}},"packages":{},"overrides":{"a":"2"}}',
        'package.json': manifest({ resolutions: { b: '1' } }),
      },
      { a: '2', b: '1' },
    ],
  ])('%s', async (_, lockfile, files, expected) => {
    expect((await read(lockfile, files)).graph.overrides).toEqual(expected);
  });

  it('lead yarn classic to the version that replaced the required one', async () => {
    const { edges, nodes } = await read('yarn.lock', {
      'yarn.lock':
        'a@^1.0.0:\n  version "1.0.0"\n  dependencies:\n    b "^1.0.0"\n\nb@2.0.0:\n  version "2.0.0"\n',
      'package.json': manifest({ dependencies: { a: '^1.0.0' }, resolutions: { b: '2.0.0' } }),
    });
    expect(edges).toMatchObject([{ to: 'a@^1.0.0' }]);
    expect(nodes[0]?.dependencies).toMatchObject([{ range: '^1.0.0', to: 'b@2.0.0' }]);
  });

  it('lead yarn berry to the patched package', async () => {
    const patch = 'patch:a@npm%3A1.0.0#~/.yarn/patches/a.patch';
    const { edges } = await read('yarn.lock', {
      'yarn.lock': [
        '__metadata:\n  version: 8\n',
        '"a@npm:1.0.0":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n  linkType: hard\n',
        `"a@${patch}":\n  version: 1.0.0\n  resolution: "a@${patch}::version=1.0.0&hash=1"\n  linkType: hard\n`,
        '"root@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "root@workspace:."\n  dependencies:\n    a: "npm:^1.0.0"\n  linkType: soft\n',
      ].join('\n'),
      'package.json': manifest({ dependencies: { a: '^1.0.0' }, resolutions: { a: patch } }),
    });
    expect(edges).toMatchObject([
      { name: 'a', range: '^1.0.0', to: `a@${patch}::version=1.0.0&hash=1` },
    ]);
  });
});

describe('catalogs', () => {
  it('of pnpm give the range', async () => {
    const { edges } = await read('pnpm-lock.yaml', {
      'pnpm-lock.yaml': [
        "lockfileVersion: '9.0'\ncatalogs:\n  default:\n    a:\n      specifier: ^1.0.0\n      version: 1.2.0",
        '  old:\n    b:\n      specifier: ^0.9.0\n      version: 0.9.1\nimporters:\n  .:\n    dependencies:',
        "      a:\n        specifier: 'catalog:'\n        version: 1.2.0\n      b:\n        specifier: catalog:old\n        version: 0.9.1",
        'packages:\n  a@1.2.0: {}\n  b@0.9.1: {}\nsnapshots:\n  a@1.2.0: {}\n  b@0.9.1: {}\n',
      ].join('\n'),
    });
    expect(edges).toEqual([
      { name: 'a', range: '^1.0.0', kind: 'runtime', catalog: 'default', to: 'a@1.2.0' },
      { name: 'b', range: '^0.9.0', kind: 'runtime', catalog: 'old', to: 'b@0.9.1' },
    ]);
  });

  it('of bun give the range', async () => {
    const { edges } = await read('bun.lock', {
      'bun.lock':
        '{"lockfileVersion":1,"workspaces":{"":{"dependencies":{"a":"catalog:","b":"catalog:old"}}},"catalog":{"a":"^1.0.0"},"catalogs":{"old":{"b":"^0.9.0"}},"packages":{"a":["a@1.2.0","",{}],"b":["b@0.9.1","",{}]}}',
    });
    expect(edges).toMatchObject([
      { name: 'a', range: '^1.0.0', catalog: 'default', to: 'a' },
      { name: 'b', range: '^0.9.0', catalog: 'old', to: 'b' },
    ]);
  });
});

describe('where packages come from', () => {
  it.each([
    ['git+ssh://git@git.example/a.git#abc', 'git', 'git+ssh://git@git.example/a.git#abc'],
    ['git+https://user:secret@git.example/a.git#abc', 'git', 'git+https://git.example/a.git#abc'],
    ['git+ssh://git:p@ss@git.example/a.git', 'git', 'git+ssh://git@git.example/a.git'],
    ['https://registry.example/a/-/a-1.0.0.tgz', 'registry', undefined],
    ['file:vendor/a.tgz', 'file', 'sub/vendor/a.tgz'],
    ['file:../../outside.tgz', 'file', undefined],
  ])('resolved %j: %s %j', async (resolved, source, expected) => {
    const lock = {
      lockfileVersion: 3,
      packages: { 'node_modules/a': { version: '1.0.0', resolved } },
    };
    const { nodes } = await read('sub/package-lock.json', {
      'sub/package-lock.json': JSON.stringify(lock),
    });
    expect(nodes[0]?.source).toBe(source);
    expect(nodes[0]?.resolved).toBe(expected);
  });

  it('a tarball by URL is told by the requirement, and keeps no token', async () => {
    const lock = {
      lockfileVersion: 3,
      packages: {
        '': { dependencies: { a: 'https://token@files.example/a.tgz' } },
        'node_modules/a': { version: '1.0.0', resolved: 'https://token@files.example/a.tgz' },
      },
    };
    const { nodes } = await read('package-lock.json', {
      'package-lock.json': JSON.stringify(lock),
    });
    expect(nodes).toMatchObject([{ source: 'url', resolved: 'https://files.example/a.tgz' }]);
  });
});

describe('lockfiles on their own', () => {
  it('version 1 without a manifest: what nothing requires is direct', async () => {
    const { edges, problems } = await read('package-lock.json', {
      'package-lock.json': JSON.stringify({
        lockfileVersion: 1,
        dependencies: {
          a: { version: '1.0.0', requires: { b: '^1.0.0' } },
          b: { version: '1.0.0' },
          c: { version: 'npm:d@2.0.0', dev: true },
          e: { version: '1.0.0', optional: true },
        },
      }),
    });
    expect(edges).toMatchObject([
      { name: 'a', kind: 'runtime' },
      { name: 'c', kind: 'development' },
      { name: 'e', kind: 'optional' },
    ]);
    expect(problems).toMatchObject([{ severity: 'warning' }]);
  });

  it('a broken manifest is a problem with its line; the lockfile is read', async () => {
    const { nodes, problems } = await read('yarn.lock', {
      'yarn.lock': 'a@^1.0.0:\n  version "1.0.0"\n',
      'package.json': '{\n  "dependencies": {,}\n}',
    });
    expect(nodes).toHaveLength(1);
    expect(problems[0]).toMatchObject({ severity: 'error', file: 'package.json', line: 2 });
  });

  it.each([
    ['react@^18', 'peer', { peerDependencies: { react: '^18' } }],
    [
      'in several fields',
      'runtime',
      {
        peerDependencies: { react: '1' },
        devDependencies: { react: '1' },
        dependencies: { react: '1' },
      },
    ],
    [
      'development and peer',
      'development',
      { peerDependencies: { react: '1' }, devDependencies: { react: '1' } },
    ],
    [
      'optional and plain',
      'optional',
      { optionalDependencies: { react: '1' }, dependencies: { react: '1' } },
    ],
  ])('a requirement %s is %s', async (_, kind, fields) => {
    const lock = { lockfileVersion: 3, packages: { '': fields } };
    const { edges } = await read('package-lock.json', {
      'package-lock.json': JSON.stringify(lock),
    });
    expect(edges).toMatchObject([{ name: 'react', kind }]);
  });

  it.each([
    ['of its own', "---\nlockfileVersion: '9.0'\n"],
    ['of two', "---\nlockfileVersion: '9.0'\nimporters:\n  .: {}\n\n---\nlockfileVersion: '9.0'\n"],
    ['of two, unusual', '%YAML 1.2\n---\na: &x 1\n---\nlockfileVersion: !!str 9.0\n'],
  ])('the last document counts: %s', async (_, head) => {
    const { nodes } = await read('pnpm-lock.yaml', {
      'pnpm-lock.yaml': `${head}packages:\n  a@1.0.0: {}\nsnapshots:\n  a@1.0.0: {}\n`,
    });
    expect(nodes.map(({ id }) => id)).toEqual(['a@1.0.0']);
  });

  it('an unknown file name is refused', async () => {
    await expect(read('composer.lock', { 'composer.lock': '' })).rejects.toMatchObject({
      code: 'lockfile-missing',
    });
  });
});
