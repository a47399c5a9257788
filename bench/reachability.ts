/**
 * How long reachability takes on a real Express application with its 70-odd packages installed,
 * beside parsing the same files with oxc-parser alone, trees thrown away. Each number is the median
 * of fresh processes, modules loaded and nothing warm: what a scan pays.
 *
 *   node bench/reachability.ts [PROJECT]     a project of your own with a package-lock.json
 *
 * Needs the npm registry, once, to install the application (scripts off).
 * Target: below 300 ms, below 100 MB on top of an idle Node. Then a made-up project of 1,500
 * packages with 10 findings, which must stay in seconds.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DependencyGraph, PackageNode } from '../src/domain/dependency-graph.ts';
import { fileTree } from '../src/platform/file-tree.ts';
import { installedPackages } from '../src/platform/installed-packages.ts';
import { npmEcosystem } from '../src/plugins/ecosystems/npm/index.ts';
import type { PackageSources } from '../src/ports/package-sources.ts';
import type { SourceTree } from '../src/ports/source-tree.ts';
import { analyseReachability } from '../src/stages/prioritize/reachability/analyse.ts';
import { findingOf } from '../test/quality/reachability/mini-project.ts';

const RUNS = 5;
const MANIFEST = {
  name: 'bench',
  version: '1.0.0',
  dependencies: { express: '4.17.1', jsonwebtoken: '8.5.1', lodash: '4.17.15', minimist: '1.2.0' },
};
const APP = `const express = require('express');
const jwt = require('jsonwebtoken');
const { template } = require('lodash');
const app = express();
app.use(express.json());
app.get('/', (req, res) => res.send(template('<%= a %>')(jwt.verify(req.query.token, 'k'))));
app.listen(3000);
`;
const QUESTIONS: readonly (readonly [string, ...string[]])[] = [
  ['qs'],
  ['send'],
  ['path-to-regexp'],
  ['minimist'],
  ['semver'],
  ['jws'],
  ['lodash', 'template'],
  ['lodash', 'zipObjectDeep'],
  ['jsonwebtoken', 'verify'],
  ['debug'],
];

interface Sample {
  readonly milliseconds: number;
  /** User and system time of all threads: the wall clock of a busy machine says little. */
  readonly cpu: number;
  readonly megabytes: number;
  /** Files that were parsed, when asked for. */
  readonly files: readonly string[];
  readonly summary: string;
}

async function application(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'suture-bench-'));
  await mkdir(join(root, 'src'));
  await writeFile(join(root, 'package.json'), JSON.stringify(MANIFEST));
  await writeFile(join(root, 'src', 'app.js'), APP);
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund'];
  execFileSync('npm', ['install', ...flags], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  return root;
}

/** Remembers every file that is read, so that the baseline parses the same ones. */
function recording(tree: SourceTree, read: Set<string>, prefix: string): SourceTree {
  return {
    list: async (under) => await tree.list(under),
    read: async (path, options) => {
      const text = await tree.read(path, options);
      if (text !== undefined && !path.endsWith('.json'))
        read.add(prefix === '' ? path : `${prefix}/${path}`);
      return text;
    },
  };
}

async function sample(root: string, record: boolean): Promise<Sample> {
  const tree = fileTree(root);
  const { graph } = await npmEcosystem.read('package-lock.json', tree);
  const installed = installedPackages(root);
  const read = new Set<string>();
  const sources: PackageSources = {
    open: async (node) => {
      const files = await installed.open(node);
      return files === undefined ? undefined : recording(files, read, node.id);
    },
  };
  const findings = QUESTIONS.flatMap(([name, ...symbols]) =>
    [...graph.packages.values()]
      .filter((node) => node.name === name)
      .map((node) => ({ ...findingOf(node, symbols), id: `${name} ${symbols.join()} ${node.id}` })),
  );
  const idle = process.memoryUsage.rss();
  const before = process.cpuUsage();
  const started = performance.now();
  const answers = await analyseReachability({
    tree: record ? recording(tree, read, '') : tree,
    graphs: [graph],
    findings,
    sources: record ? sources : installed,
  });
  const sampled = {
    milliseconds: performance.now() - started,
    cpu: cpuSince(before),
    megabytes: (process.memoryUsage.rss() - idle) / 1e6,
  };
  const count = (status: string) =>
    [...answers.values()].filter((one) => one.status === status).length;
  const summary = `${graph.packages.size} packages, ${answers.size} findings: ${count('reachable')} reachable, ${count('not-reachable')} not, ${count('unknown')} unknown`;
  return { ...sampled, files: [...read], summary };
}

/** The parser as its own documentation shows it, on the files of an earlier run. */
function parseAlone(root: string, paths: readonly string[]): Sample {
  const { parseSync } = createRequire(import.meta.url)('oxc-parser') as typeof import('oxc-parser');
  const texts = paths.map((path) => [path, readFileSync(join(root, path), 'utf8')] as const);
  const before = process.cpuUsage();
  const started = performance.now();
  let statements = 0;
  for (const [path, text] of texts) {
    statements += parseSync(path, text, { sourceType: 'unambiguous' }).program.body.length;
  }
  if (statements === 0) throw new Error('nothing was parsed');
  const milliseconds = performance.now() - started;
  return { milliseconds, cpu: cpuSince(before), megabytes: 0, files: paths, summary: '' };
}

/** Packages that require three earlier ones each; own code loads the last twenty. */
function madeUp(count: number): {
  graph: DependencyGraph;
  files: Map<string, Map<string, string>>;
} {
  const packages = new Map<string, PackageNode>();
  const files = new Map<string, Map<string, string>>();
  const body = Array.from(
    { length: 60 },
    (_, n) => `exports.f${n} = (a, b) => (a ? [a, b].map(String) : { n: ${n} });`,
  ).join('\n');
  for (let at = 0; at < count; at += 1) {
    const requires = [...new Set([at - 1, at >> 1, at >> 2])].filter((one) => one >= 0 && one < at);
    const id = `node_modules/p${at}`;
    packages.set(id, {
      id,
      name: `p${at}`,
      version: '1.0.0',
      source: 'registry',
      bundled: false,
      dependencies: requires.map((one) => ({
        name: `p${one}`,
        range: '1',
        kind: 'runtime',
        to: `node_modules/p${one}`,
      })),
    });
    const loads = requires.map((one) => `require('p${one}');`).join('\n');
    files.set(
      id,
      new Map([
        ['package.json', JSON.stringify({ name: `p${at}`, version: '1.0.0' })],
        ['index.js', `${loads}\nrequire('./lib/a');\n${body}`],
        ['lib/a.js', body],
      ]),
    );
  }
  const dependencies = Array.from({ length: 20 }, (_, n) => `p${count - 1 - n}`).map((name) => ({
    name,
    range: '1',
    kind: 'runtime' as const,
    to: `node_modules/${name}`,
  }));
  const graph: DependencyGraph = {
    ecosystem: 'npm',
    manager: 'npm',
    file: 'package-lock.json',
    formatVersion: '3',
    workspaces: [{ path: '', name: 'made-up', dependencies }],
    packages,
    overrides: {},
  };
  return { graph, files };
}

async function large(count: number): Promise<string> {
  const { graph, files } = madeUp(count);
  const inMemory = (own: ReadonlyMap<string, string>): SourceTree => ({
    list: async () => [...own.keys()],
    read: async (path) => own.get(path),
  });
  const own = graph.workspaces[0]?.dependencies.map(({ name }) => `require('${name}');`).join('\n');
  const findings = Array.from({ length: 10 }, (_, n) => {
    const name = `p${Math.floor((count / 10) * n)}`;
    return { ...findingOf({ name, version: '1.0.0' }, []), id: name };
  });
  const idle = process.memoryUsage.rss();
  const started = performance.now();
  const answers = await analyseReachability({
    tree: inMemory(new Map([['app.js', own ?? '']])),
    graphs: [graph],
    findings,
    sources: { open: async ({ id }) => inMemory(files.get(id) ?? new Map()) },
  });
  const reachable = [...answers.values()].filter(({ status }) => status === 'reachable').length;
  const megabytes = (process.memoryUsage.rss() - idle) / 1e6;
  return `${(performance.now() - started).toFixed(0)} ms, ${megabytes.toFixed(0)} MB, ${reachable} of 10 reachable`;
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
}

const [argument, mode, directory = ''] = process.argv.slice(2);
if (argument === '--sample') {
  const paths = mode === 'parse' ? (JSON.parse(readFileSync(0, 'utf8')) as string[]) : [];
  const sampled =
    mode === 'parse' ? parseAlone(directory, paths) : await sample(directory, mode === 'record');
  console.log(JSON.stringify(sampled));
} else {
  const root = argument ?? (await application());
  try {
    const run = (what: string, input = ''): Sample => {
      const args = [fileURLToPath(import.meta.url), '--sample', what, root];
      return JSON.parse(
        execFileSync(process.execPath, args, { encoding: 'utf8', input }),
      ) as Sample;
    };
    const { files, summary } = run('record');
    const analysed = Array.from({ length: RUNS }, () => run('analyse'));
    const parsed = Array.from({ length: RUNS }, () => run('parse', JSON.stringify(files)));
    const of = (samples: readonly Sample[], field: 'milliseconds' | 'cpu' | 'megabytes') =>
      Math.round(median(samples.map((one) => one[field])));
    const line = (samples: readonly Sample[]) =>
      `${of(samples, 'milliseconds')} ms, ${of(samples, 'cpu')} ms of processor`;
    console.log(summary);
    console.log(`reachability            ${line(analysed)}, ${of(analysed, 'megabytes')} MB`);
    console.log(`oxc-parser, same files  ${line(parsed)} (${files.length} files)`);
    console.log(`ratio of processor time ${(of(analysed, 'cpu') / of(parsed, 'cpu')).toFixed(2)}`);
    console.log(`1,500 made-up packages  ${await large(1_500)}`);
  } finally {
    if (argument === undefined) await rm(root, { recursive: true, force: true });
  }
}
