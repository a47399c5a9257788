import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PATHS, type Scope } from '../../domain/component.ts';
import type {
  DependencyEdge,
  DependencyGraph,
  DependencyKind,
  PackageNode,
} from '../../domain/dependency-graph.ts';
import { componentsOf, mergeComponents } from './components.ts';

const npm = { osvName: 'npm', purlType: 'npm' };

/** `root: a b?` … one line for each package: `?` optional, `^` peer, `!` development. */
function graphOf(text: string, file = 'package-lock.json'): DependencyGraph {
  const packages = new Map<string, PackageNode>();
  let root: DependencyEdge[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const [id = '', rest = ''] = line.split(':').map((part) => part.trim());
    const dependencies = rest
      .split(' ')
      .filter(Boolean)
      .map((written): DependencyEdge => {
        const to = written.replace(/[?^!]$/, '');
        return { name: to, range: '*', kind: kindOf(written), to };
      });
    if (id === 'root') root = dependencies;
    else packages.set(id, node(id, dependencies));
  }
  for (const { to = '' } of [...root, ...[...packages.values()].flatMap((p) => p.dependencies)]) {
    if (!packages.has(to)) packages.set(to, node(to, []));
  }
  const workspaces = [{ path: '', name: 'root', dependencies: root }];
  return {
    ecosystem: 'npm',
    manager: 'npm',
    file,
    formatVersion: '3',
    workspaces,
    packages,
    overrides: {},
  };
}

/** `a@2#1` is an instance of version 2 of a; without a version it is 1. */
function node(id: string, dependencies: readonly DependencyEdge[]): PackageNode {
  const [name = '', version = '1'] = id.replace(/#.*/, '').split('@');
  return { id, name, version, source: 'registry', bundled: false, dependencies };
}

function kindOf(written: string): DependencyKind {
  if (written.endsWith('?')) return 'optional';
  if (written.endsWith('^')) return 'peer';
  return written.endsWith('!') ? 'development' : 'runtime';
}

function find(graph: DependencyGraph, name: string, version = '1') {
  return componentsOf(graph, npm).find((c) => c.name === name && c.version === version);
}

describe('scope', () => {
  it.each<[string, Scope]>([
    ['root: x', 'runtime'],
    ['root: x!', 'development'],
    ['root: x?', 'optional'],
    ['root: x^', 'peer'],
    ['root: a\na: x', 'runtime'],
    ['root: a!\na: x', 'development'],
    ['root: a?\na: x', 'optional'],
    ['root: a\na: x^', 'peer'],
    ['root: a?\na: x^', 'peer'],
    ['root: a!\na: x?', 'development'],
    ['root: a! b\na: x\nb: x', 'runtime'],
    ['root: a! b?\na: x\nb: x', 'optional'],
    ['root: a! b\na: x\nb: x^', 'peer'],
    ['root: a!\na: b\nb: a x', 'development'],
    // Nothing leads to it: it may be installed all the same.
    ['root: a\ny: x', 'runtime'],
    // Two instances of one version: one stale, one for development.
    ['root: a!\na: x\ny: x#2', 'development'],
  ])('%j: %s', (text, expected) => {
    expect(find(graphOf(text), 'x')?.scope).toBe(expected);
  });
});

describe('paths', () => {
  it('come shortest first and start at a direct dependency', () => {
    const graph = graphOf('root: a b\na: b c\nb: c\nc: x');
    expect(find(graph, 'x')?.paths).toEqual([
      ['a@1', 'c@1', 'x@1'],
      ['b@1', 'c@1', 'x@1'],
      ['a@1', 'b@1', 'c@1', 'x@1'],
    ]);
  });

  it('end where they would turn in a circle', () => {
    expect(find(graphOf('root: a\na: b\nb: a'), 'a')?.paths).toEqual([['a@1']]);
  });

  it('are joined over instances of one version', () => {
    const graph = graphOf('root: a b\na: x#1\nb: x#2');
    expect(find(graph, 'x')?.paths).toEqual([
      ['a@1', 'x@1'],
      ['b@1', 'x@1'],
    ]);
  });

  it('are bounded, also where their number is exponential', () => {
    const layers = Array.from({ length: 40 }, (_, at) =>
      [0, 1, 2].map((i) => `l${at}n${i}: l${at + 1}n0 l${at + 1}n1 l${at + 1}n2`).join('\n'),
    );
    const graph = graphOf(`root: l0n0 l0n1 l0n2\n${layers.join('\n')}`);
    const started = performance.now();
    const components = componentsOf(graph, npm);
    expect(performance.now() - started).toBeLessThan(500);
    expect(Math.max(...components.map(({ paths }) => paths.length))).toBe(MAX_PATHS);
    expect(components.find(({ name }) => name === 'l40n0')?.paths).toHaveLength(MAX_PATHS);
  });

  it('hold in any graph: real chains, shortest first, no repetition', () => {
    const edges = fc.array(fc.tuple(fc.nat(8), fc.nat(8)), { maxLength: 30 });
    fc.assert(
      fc.property(edges, fc.nat(8), (list, start) => {
        const lines = list.map(([from, to]) => [`p${from}`, `p${to}`] as const);
        const byFrom = Map.groupBy(lines, ([from]) => from);
        const text = [...byFrom].map(
          ([from, each]) => `${from}: ${[...new Set(each.map(([, to]) => to))].join(' ')}`,
        );
        const graph = graphOf(`root: p${start}\n${text.join('\n')}`);
        const links = new Set(lines.map(([from, to]) => `${from}@1 ${to}@1`));
        for (const { name, paths } of componentsOf(graph, npm)) {
          const lengths = paths.map((path) => path.length);
          expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
          for (const path of paths) {
            expect(path[0]).toBe(`p${start}@1`);
            expect(path.at(-1)).toBe(`${name}@1`);
            expect(new Set(path).size).toBe(path.length);
            const steps = path.slice(1).map((to, at) => `${path[at]} ${to}`);
            expect(steps.filter((step) => !links.has(step))).toEqual([]);
          }
        }
      }),
    );
  });
});

it('joins the components of several lockfiles by purl', () => {
  const one = componentsOf(graphOf('root: a!\na: x', 'a/package-lock.json'), npm);
  const two = componentsOf(graphOf('root: x', 'b/package-lock.json'), npm);
  const merged = mergeComponents([one, two]);
  expect(merged.map(({ purl }) => purl)).toEqual(['pkg:npm/a@1', 'pkg:npm/x@1']);
  expect(merged[1]).toMatchObject({
    scope: 'runtime',
    direct: true,
    paths: [['x@1'], ['a@1', 'x@1']],
    seenIn: ['a/package-lock.json', 'b/package-lock.json'],
  });
  expect(mergeComponents([two, one])[1]).toEqual(merged[1]);
  expect(mergeComponents([])).toEqual([]);
});

it('leaves out the asset itself and keeps other origins apart', () => {
  const graph = graphOf('root: a b c d');
  const packages = new Map(graph.packages);
  const origin = (id: string, more: Partial<PackageNode>) =>
    packages.set(id, { ...node(id, []), ...more });
  origin('a', { source: 'workspace' });
  origin('b', { source: 'file' });
  origin('c', { source: 'git', resolved: 'git+https://git.example/c.git#abc' });
  origin('d', { source: 'url', resolved: 'https://files.example/d.tgz' });
  expect(componentsOf({ ...graph, packages }, npm)).toMatchObject([
    {
      purl: 'pkg:npm/c@1?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fc.git%23abc',
      source: 'git',
    },
    { purl: 'pkg:npm/d@1?download_url=https:%2F%2Ffiles.example%2Fd.tgz', source: 'url' },
  ]);
});
