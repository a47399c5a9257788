import type { Component } from '../../domain/component.ts';
import type { DependencyGraph } from '../../domain/dependency-graph.ts';
import { messageOf, SutureError } from '../../domain/error.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Ecosystem } from '../../ports/ecosystem.ts';
import type { SourceTree } from '../../ports/source-tree.ts';
import { componentsOf } from './components.ts';
import { unlockedManifests } from './unlocked.ts';

/** One lockfile and what it locks. */
export interface Inventory {
  readonly graph: DependencyGraph;
  readonly components: readonly Component[];
}

export interface Discovery {
  readonly inventories: readonly Inventory[];
  /** Manifests with requirements that no lockfile covers; sorted. */
  readonly unlocked: readonly string[];
  readonly problems: readonly Problem[];
}

export interface DiscoverOptions {
  /** Only these lockfiles, relative to the tree; no manifests are then looked for. */
  readonly files?: readonly string[];
}

/**
 * Finds and reads every lockfile of a tree. One that cannot be read becomes a problem with its
 * place; the others are read all the same.
 */
export async function discover(
  tree: SourceTree,
  ecosystems: readonly Ecosystem[],
  options: DiscoverOptions = {},
): Promise<Discovery> {
  const paths = options.files ?? (await tree.list());
  const inventories: Inventory[] = [];
  const unlocked: string[] = [];
  const problems: Problem[] = [];
  for (const ecosystem of ecosystems) {
    const broken: string[] = [];
    const lockfiles = lockfilesIn(paths, ecosystem, problems);
    for (const path of lockfiles) {
      try {
        const { graph, problems: found } = await ecosystem.read(path, tree);
        inventories.push({ graph, components: componentsOf(graph, ecosystem) });
        problems.push(...found, ...withoutVersion(graph));
      } catch (error) {
        broken.push(path);
        problems.push(asProblem(path, error));
      }
    }
    if (options.files !== undefined) {
      problems.push(...foreign(options.files, ecosystems, ecosystem));
      continue;
    }
    const graphs = inventories.map(({ graph }) => graph);
    unlocked.push(...(await unlockedManifests(paths, tree, ecosystem, graphs, broken)));
  }
  return { inventories, unlocked: unlocked.sort(), problems: distinct(problems) };
}

/** One lockfile for each folder and manager; where two say the same thing the preferred one. */
function lockfilesIn(
  paths: readonly string[],
  ecosystem: Ecosystem,
  problems: Problem[],
): readonly string[] {
  const present = new Set(paths);
  const chosen = new Set<string>();
  for (const path of paths) {
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, slash + 1);
    for (const { fileNames } of ecosystem.lockfiles) {
      if (!fileNames.includes(path.slice(slash + 1))) continue;
      const preferred = fileNames.map((name) => folder + name).find((name) => present.has(name));
      if (preferred === path || preferred === undefined) chosen.add(path);
      else {
        const message = `not read: ${preferred} beside it is the one that counts`;
        problems.push({ severity: 'warning', file: path, message });
      }
    }
  }
  return [...chosen];
}

function asProblem(file: string, error: unknown): Problem {
  const known = error instanceof SutureError ? error : undefined;
  // A reader names the place first; the problem carries it in fields of its own.
  const message = messageOf(error);
  const text = message.startsWith(`${file}:`)
    ? message.slice(file.length + 1).replace(/^(?:\d+:)+ */, '')
    : message;
  return {
    severity: 'error',
    file,
    ...(known?.line === undefined ? {} : { line: known.line }),
    message: known ? `${text}. ${known.remedy}` : text,
  };
}

/** Git and URL dependencies whose version the lockfile does not tell cannot be matched. */
function withoutVersion(graph: DependencyGraph): Problem[] {
  const names = [...graph.packages.values()]
    .filter((node) => node.version === '' && (node.source === 'git' || node.source === 'url'))
    .map((node) => node.name);
  if (names.length === 0) return [];
  const some = names.slice(0, 5).join(', ') + (names.length > 5 ? ', …' : '');
  const message = `the lockfile tells no version of ${some} (from git or a URL), so advisories could not be matched`;
  return [{ severity: 'warning', file: graph.file, message }];
}

/** Files asked for by name that no ecosystem reads; reported once, by the last ecosystem. */
function foreign(
  files: readonly string[],
  ecosystems: readonly Ecosystem[],
  current: Ecosystem,
): Problem[] {
  if (current !== ecosystems.at(-1)) return [];
  const names = new Set(
    ecosystems.flatMap(({ lockfiles }) => lockfiles.flatMap(({ fileNames }) => fileNames)),
  );
  return files
    .filter((file) => !names.has(file.slice(file.lastIndexOf('/') + 1)))
    .map((file) => ({ severity: 'error', file, message: 'not a lockfile that Suture reads' }));
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  const known = new Map(
    problems.map((problem) => [
      JSON.stringify([problem.file, problem.line, problem.message]),
      problem,
    ]),
  );
  return [...known.values()];
}
