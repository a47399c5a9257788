import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DependencyGraph } from '../../../src/domain/dependency-graph.ts';
import { exec } from '../../../src/platform/exec.ts';
import { fileTree } from '../../../src/platform/file-tree.ts';
import { installedPackages } from '../../../src/platform/installed-packages.ts';
import { npmEcosystem } from '../../../src/plugins/ecosystems/npm/index.ts';
import { analyseReachability } from '../../../src/stages/prioritize/reachability/analyse.ts';
import { findingOf } from './mini-project.ts';
import { INSTALLED, type RealCase } from './real-cases.ts';

export interface Installed extends AsyncDisposable {
  readonly root: string;
  readonly graph: DependencyGraph;
}

/** Installs the packages of the labelled set, scripts off; `undefined` without a registry. */
export async function install(): Promise<Installed | undefined> {
  const root = await mkdtemp(join(tmpdir(), 'suture-reachability-'));
  await writeFile(
    join(root, 'package.json'),
    JSON.stringify({ name: 'labelled', version: '1.0.0', dependencies: INSTALLED }),
  );
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=0'];
  const result = await exec(['npm', 'install', ...flags], { cwd: root, timeoutMs: 90_000 });
  const remove = async () => await rm(root, { recursive: true, force: true });
  if (result.exitCode !== 0) {
    await remove();
    return undefined;
  }
  const { graph } = await npmEcosystem.read('package-lock.json', fileTree(root));
  return { root, graph, [Symbol.asyncDispose]: remove };
}

export interface Labels {
  readonly loaded: ReadonlySet<string>;
  readonly called: ReadonlySet<string>;
}

/** Runs a case's program and reports what was really loaded and called. */
export async function label(installed: Installed, one: RealCase, folder: string): Promise<Labels> {
  for (const [path, text] of Object.entries(one.files)) {
    const full = join(installed.root, folder, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, text);
  }
  const watched: Record<string, string[]> = {};
  for (const question of one.questions) {
    const [name, key] = question.split('#');
    if (name !== undefined && key !== undefined) (watched[name] ??= []).push(key);
  }
  const entry = Object.keys(one.files).find((path) => /app\.m?js$/.test(path)) ?? '';
  const hook = join(import.meta.dirname, 'record-loads.cjs');
  const result = await exec(
    [process.execPath, '--permission', '--allow-fs-read=*', '--require', hook, join(folder, entry)],
    {
      cwd: installed.root,
      timeoutMs: 30_000,
      env: { PATH: process.env['PATH'], WATCHED: JSON.stringify(watched), NODE_NO_WARNINGS: '1' },
    },
  );
  const line = result.stdout.split('\n').find((text) => text.startsWith('LABELS '));
  if (result.exitCode !== 0 || line === undefined) {
    throw new Error(`${one.name} did not run: ${result.stderr.slice(0, 2_000)}`);
  }
  const { loaded, called } = JSON.parse(line.slice(7)) as { loaded: string[]; called: string[] };
  return { loaded: new Set(loaded), called: new Set(called) };
}

/** What the analysis says to each question of a case. */
export async function answer(installed: Installed, one: RealCase) {
  const manifest = await readFile(join(installed.root, 'package.json'), 'utf8');
  const files: Readonly<Record<string, string>> = { ...one.files, 'package.json': manifest };
  const findings = one.questions.flatMap((question) => {
    const [name = '', symbol] = question.split('#');
    return [...installed.graph.packages.values()]
      .filter((node) => node.name === name)
      .map((node) => ({
        ...findingOf(node, symbol === undefined ? [] : [symbol]),
        id: `${question}@${node.id}`,
      }));
  });
  const results = await analyseReachability({
    tree: {
      list: async () => Object.keys(files).sort(),
      read: async (path) => files[path],
    },
    graphs: [installed.graph],
    findings,
    sources: installedPackages(installed.root),
  });
  return one.questions.map((question) => ({
    question,
    // Several instances of one name: what is loaded is known by name only, so the best counts.
    answers: [...results].filter(([id]) => id.startsWith(`${question}@`)).map(([, value]) => value),
  }));
}
