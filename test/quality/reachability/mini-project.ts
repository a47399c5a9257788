import type { DependencyGraph, PackageNode } from '../../../src/domain/dependency-graph.ts';
import type { MatchedFinding } from '../../../src/domain/finding.ts';
import type { Reachability } from '../../../src/domain/reachability.ts';
import type { PackageSources } from '../../../src/ports/package-sources.ts';
import type { SourceTree } from '../../../src/ports/source-tree.ts';
import { analyseReachability } from '../../../src/stages/prioritize/reachability/analyse.ts';
import type { Budget } from '../../../src/stages/prioritize/reachability/traverse.ts';

/** A project as data: every file by path; packages lie in `node_modules` as npm puts them. */
export type Files = Readonly<Record<string, string>>;

export interface Question {
  /** The vulnerable package; all its instances are asked about unless `version` says which. */
  readonly package: string;
  readonly version?: string;
  /** Vulnerable symbols: `template`, or `lodash/template#default` with a path of its own. */
  readonly symbols?: readonly string[];
  readonly installed?: boolean;
  readonly budget?: Budget;
}

/** Answers for the first instance that the question means. */
export async function ask(files: Files, question: Question): Promise<Reachability> {
  const graph = graphOf(files);
  const node = [...graph.packages.values()].find(
    ({ name, version }) => name === question.package && version === (question.version ?? version),
  );
  if (node === undefined) throw new Error(`no ${question.package} in the project`);
  const results = await analyseReachability({
    tree: treeOf(files, (path) => !path.includes('node_modules/')),
    graphs: [graph],
    findings: [findingOf(node, question.symbols ?? [])],
    sources: question.installed === false ? { open: async () => undefined } : sourcesOf(files),
    ...(question.budget === undefined ? {} : { budget: question.budget }),
  });
  const answer = results.get('finding');
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

export function findingOf(
  { name, version }: Pick<PackageNode, 'name' | 'version'>,
  symbols: readonly string[],
): MatchedFinding {
  return {
    id: 'finding',
    component: {
      purl: `pkg:npm/${name}@${version}`,
      ecosystem: 'npm',
      name,
      version,
      scope: 'runtime',
      direct: false,
      paths: [],
      seenIn: ['package-lock.json'],
    },
    advisory: {
      id: 'TEST-1',
      aliases: [],
      summary: '',
      published: '',
      severities: [],
      cwes: [],
      affected: [
        {
          ecosystem: 'npm',
          name,
          ranges: [],
          versions: [version],
          symbols: symbols.map((symbol) => {
            const [path, member] = symbol.split('#');
            return member === undefined
              ? { path: name, name: symbol }
              : { path: path ?? name, name: member };
          }),
          record: 'TEST-1',
        },
      ],
      threat: {},
    },
    match: { how: 'enumerated', range: version, record: 'TEST-1', grammar: 'semver' },
    fixedIn: [],
  };
}

function treeOf(files: Files, include: (path: string) => boolean): SourceTree {
  const paths = Object.keys(files).filter(include).sort();
  return {
    list: async (under = '') => paths.filter((path) => path.startsWith(under)),
    read: async (path) => (include(path) ? files[path] : undefined),
  };
}

function sourcesOf(files: Files): PackageSources {
  return {
    async open({ id }) {
      const own = Object.entries(files).filter(
        ([path]) => path.startsWith(`${id}/`) && !path.slice(id.length).includes('node_modules/'),
      );
      if (own.length === 0) return undefined;
      const inside = Object.fromEntries(
        own.map(([path, text]) => [path.slice(id.length + 1), text]),
      );
      return treeOf(inside, () => true);
    },
  };
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The lockfile that npm would have written for these folders. */
function graphOf(files: Files): DependencyGraph {
  const manifests = Object.entries(files)
    .filter(([path]) => /(^|\/)package\.json$/.test(path))
    .map(([path, text]) => ({ at: path.replace(/\/?package\.json$/, ''), ...parse(text) }));
  const placed = new Map(
    manifests
      .filter(({ at }) => /node_modules\/(@[^/]+\/)?[^/]+$/.test(at))
      .map((one) => [one.at, one]),
  );
  const resolve = (from: string, name: string): string | undefined => {
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      const id = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
      if (placed.has(id)) return id;
      if (at === '') return undefined;
    }
  };
  const edges = (from: string, manifest: Manifest) =>
    [
      ...Object.entries(manifest.dependencies ?? {}).map(
        ([name, range]) => [name, range, 'runtime'] as const,
      ),
      ...Object.entries(manifest.devDependencies ?? {}).map(
        ([name, range]) => [name, range, 'development'] as const,
      ),
    ].map(([name, range, kind]) => {
      const to = resolve(from, name);
      return { name, range, kind, ...(to === undefined ? {} : { to }) };
    });
  const packages = new Map<string, PackageNode>();
  for (const [id, manifest] of placed) {
    packages.set(id, {
      id,
      name: manifest.name ?? id.slice(id.lastIndexOf('node_modules/') + 13),
      version: manifest.version ?? '1.0.0',
      source: 'registry',
      bundled: false,
      dependencies: edges(id, manifest),
    });
  }
  return {
    ecosystem: 'npm',
    manager: 'npm',
    file: 'package-lock.json',
    formatVersion: '3',
    workspaces: manifests
      .filter(({ at }) => !at.includes('node_modules'))
      .map(({ at, ...manifest }) => ({
        path: at,
        name: manifest.name ?? '',
        dependencies: edges(at, manifest),
      })),
    packages,
    overrides: {},
  };
}

function parse(text: string): Manifest {
  return JSON.parse(text) as Manifest;
}
