import { describe, expect, it } from 'vitest';
import type { DependencyGraph, PackageNode } from '../../../domain/dependency-graph.ts';
import type { Remedy } from '../../../domain/remedy.ts';
import type { PackageRegistry, PublishedVersion } from '../../../ports/package-registry.ts';
import type { PackageSources } from '../../../ports/package-sources.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import { changeSigns } from './change-signs.ts';

const published = (version: string, more: Partial<PublishedVersion> = {}): PublishedVersion => {
  return {
    version,
    dependencies: {},
    optionalDependencies: {},
    peerDependencies: {},
    engines: {},
    hasInstallScript: false,
    provenance: false,
    ...more,
  };
};

const tree = (files: Record<string, string>): SourceTree => {
  return {
    list: () => Promise.resolve(Object.keys(files).sort()),
    read: (path) => Promise.resolve(files[path]),
  };
};

const node = (name: string, version: string, to: readonly string[] = []): PackageNode => {
  return {
    id: `${name}@${version}`,
    name,
    version,
    source: 'registry',
    bundled: false,
    dependencies: to.map((id) => ({
      name: id.split('@')[0] ?? '',
      range: '*',
      kind: 'runtime',
      to: id,
    })),
  };
};

const graph: DependencyGraph = {
  ecosystem: 'npm',
  manager: 'npm',
  file: 'shop/package-lock.json',
  formatVersion: '3',
  workspaces: [],
  packages: new Map(
    [node('dep', '1.0.0'), node('parent', '3.0.0', ['dep@1.0.0']), node('react', '17.0.2')].map(
      (one) => [one.id, one],
    ),
  ),
  overrides: {},
};

const contents: Record<string, Record<string, string>> = {
  'dep@1.0.0': { 'package.json': '{}', 'index.js': 'exports.a = 1; exports.b = 1;' },
  'dep@2.0.0': { 'package.json': '{}', 'index.js': 'exports.c = 1;' },
  'parent@3.0.0': {
    'package.json': '{}',
    'index.js': "require('dep').b();",
    'test/index.js': "require('dep').a();",
  },
};

const registry: PackageRegistry = {
  package: (name) =>
    Promise.resolve({
      name,
      versions: [
        published('1.0.0'),
        published('2.0.0', { engines: { node: '>=20' }, peerDependencies: { react: '>=18' } }),
      ],
    }),
  contents: (name, version) =>
    Promise.resolve(new Map(Object.entries(contents[`${name}@${version}`] ?? {}))),
};

const sources: PackageSources = {
  open: ({ name, version: v }) => {
    const files = contents[`${name}@${v}`];
    return Promise.resolve(files === undefined ? undefined : tree(files));
  },
};

const remedy: Remedy = {
  kind: 'upgrade',
  package: 'dep',
  from: '1.0.0',
  to: '2.0.0',
  workspaces: [],
  because: '',
  closes: [],
};

const shop = tree({
  'shop/package.json': JSON.stringify({ engines: { node: '>=18.0.0' } }),
  'shop/src/app.js': "const { a } = require('dep');\na();",
});

describe('changeSigns', () => {
  it('reads the project, its dependents, its Node and its peers', async () => {
    const signs = await changeSigns([remedy], { graph, registry, tree: shop, sources });
    expect(signs.map(({ kind, message }) => [kind, message])).toEqual([
      [
        'removed-and-used',
        'no longer exports a (shop/src/app.js:2); no longer exports b (parent/index.js:1)',
      ],
      ['major', '1.0.0 → 2.0.0 is a step that may break what depends on it'],
      ['peer', 'asks for the peer react >=18, and 17.0.2 is installed'],
      ['engines', 'asks for Node >=20, and the project runs on 18.0.0'],
    ]);
  });

  it('has nothing to say of removals and retired overrides', async () => {
    const { to: _, ...removal } = remedy;
    const retired: Remedy = { ...remedy, kind: 'override', retires: true };
    const remedies: readonly Remedy[] = [{ ...removal, kind: 'remove' }, retired];
    expect(await changeSigns(remedies, { graph, registry, tree: shop, sources })).toEqual([]);
  });

  it('says what it can when the registry gives no contents', async () => {
    const silent: PackageRegistry = {
      ...registry,
      contents: () => Promise.reject(new Error('offline')),
    };
    const signs = await changeSigns([remedy], { graph, registry: silent, tree: shop, sources });
    expect(signs.map(({ kind }) => kind)).toEqual(['major', 'peer', 'engines']);
  });

  it('says nothing when the registry does not answer at all', async () => {
    const dead: PackageRegistry = {
      package: () => Promise.reject(new Error('offline')),
      contents: () => Promise.reject(new Error('offline')),
    };
    expect(await changeSigns([remedy], { graph, registry: dead, tree: shop, sources })).toEqual([]);
  });

  it('takes import declarations at their word only in module packages', async () => {
    const code = { 'app.js': "import dep from 'dep';\ndep();" };
    const esm: PackageRegistry = {
      ...registry,
      contents: (name, version) =>
        Promise.resolve(
          new Map([
            ['package.json', version === '2.0.0' ? '{"type":"module"}' : '{}'],
            ['index.js', name === 'dep' ? 'export default 1;' : ''],
          ]),
        ),
    };
    const none: PackageSources = { open: () => Promise.resolve(undefined) };
    const kinds = async (manifest: string) => {
      const project = tree({ ...code, 'package.json': manifest });
      const signs = await changeSigns([remedy], {
        graph,
        registry: esm,
        tree: project,
        sources: none,
      });
      return signs.map(({ kind }) => kind);
    };
    expect(await kinds('{"type":"module"}')).not.toContain('module-system');
    expect(await kinds('{}')).toContain('module-system');
  });
});
