import type { DependencyGraph } from '../../../domain/dependency-graph.ts';
import type { MatchedFinding } from '../../../domain/finding.ts';
import type { Reachability } from '../../../domain/reachability.ts';
import type { PackageSources } from '../../../ports/package-sources.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import type { ModuleImport } from '../../javascript/facts.ts';
import { judge, symbolsOf, unknown } from './judge.ts';
import { Lookup } from './lookup.ts';
import { isPickedUpByName, Mentions, possibleImport } from './mentions.ts';
import { type LoadedModule, TOOLING } from './module-graph.ts';
import { noModule, ownModule, readOwnCode, withSharedRank } from './own-code.ts';
import { followManifests } from './scripts.ts';
import { instanceKey, type Target, targetsOf } from './targets.ts';
import { type Budget, Traversal } from './traverse.ts';

/** Some 5 seconds of parsing. */
const DEFAULT_BUDGET: Budget = { modules: 12_000, characters: 60_000_000 };

export interface ReachabilityInput {
  readonly tree: SourceTree;
  readonly graphs: readonly DependencyGraph[];
  readonly findings: readonly MatchedFinding[];
  readonly sources: PackageSources;
  readonly budget?: Budget;
}

/**
 * Whether the project's code can get to the vulnerable code of each finding, by finding id.
 *
 * Starts at every file of the project's own, follows imports through the source of installed
 * packages (only those that can lead to a vulnerable one), and where an advisory names symbols
 * looks for their use. `not-reachable` is said only when everything that could load the package was
 * looked at: packages depend on what they declare, so a chain that is not in the lockfile counts as
 * possible only where own code or configuration names the package.
 *
 * Only npm packages are analysed; all others are `unknown`.
 */
export async function analyseReachability(
  input: ReachabilityInput,
): Promise<ReadonlyMap<string, Reachability>> {
  const { tree, graphs, findings, sources, budget = DEFAULT_BUDGET } = input;
  const results = new Map<string, Reachability>();
  const ours = findings.filter(({ component, id }) => {
    if (component.ecosystem === 'npm') return true;
    results.set(id, unknown(`Reachability is not analysed for ${component.ecosystem}.`));
    return false;
  });
  if (ours.length === 0) return results;

  const targets = targetsOf(ours, graphs);
  const lookup = new Lookup(graphs);
  const projectFiles = await tree.list();
  const symbolHolders = holdersOf(targets);
  // Only the inside of these decides: they can lead to a vulnerable package, or hold a symbol.
  const worthOpening = new Set([
    ...targets.flatMap(({ ancestors }) => [...ancestors]),
    ...symbolHolders,
  ]);
  const traversal = new Traversal({
    sources,
    lookup,
    worthOpening,
    symbolHolders,
    projectFiles,
    budget,
  });
  const direct = directNames(graphs, targets);
  // What is hoisted can be named without being declared.
  const names = new Set([...direct, ...targets.map(({ finding }) => finding.component.name)]);
  const mentions = new Mentions(names);

  const read: LoadedModule[] = [];
  const named = new Map<string, readonly ModuleImport[]>();
  const files = await readOwnCode(tree, ({ module, text }) => {
    read.push(module);
    named.set(module.key, mentions.inCode(module, text));
  });
  const own = withSharedRank(read);
  for (const module of own) await traversal.addOwn(module);
  for (const module of own) {
    for (const one of named.get(module.key) ?? []) await traversal.import(module, one);
  }
  const manifests = projectFiles.filter((path) => /(^|\/)package\.json$/.test(path));
  await followManifests(tree, manifests, names, lookup, traversal);
  await followMentions(tree, mentions, direct, projectFiles, traversal);
  await traversal.run();

  for (const target of targets) {
    results.set(target.finding.id, judge(target, traversal, { ownFiles: files.length }));
  }
  return results;
}

/** Instances of which an advisory names symbols: what they export and call matters. */
function holdersOf(targets: readonly Target[]): ReadonlySet<string> {
  const named = targets.filter((target) => symbolsOf(target).length > 0);
  return new Set(named.flatMap(({ instances }) => [...instances]));
}

/** Names under which the project itself requires a package that is, or leads to, a target. */
function directNames(
  graphs: readonly DependencyGraph[],
  targets: readonly Target[],
): ReadonlySet<string> {
  const keys = new Set(targets.flatMap(({ instances, ancestors }) => [...instances, ...ancestors]));
  const names = new Set<string>();
  for (const graph of graphs) {
    for (const { dependencies } of graph.workspaces) {
      for (const { name, to } of dependencies) {
        const node = to === undefined ? undefined : graph.packages.get(to);
        if (node !== undefined && keys.has(instanceKey({ graph, node }))) names.add(name);
      }
    }
  }
  return names;
}

/** Everything outside source files that may name a package for a tool or framework to load. */
async function followMentions(
  tree: SourceTree,
  mentions: Mentions,
  direct: ReadonlySet<string>,
  projectFiles: readonly string[],
  traversal: Traversal,
): Promise<void> {
  for (const { module, imports } of await mentions.inConfiguration(tree)) {
    for (const one of imports) await traversal.import(module, one);
  }
  const start = { line: 1, column: 1, code: '' };
  for (const { file, name } of mentions.byExtension(projectFiles)) {
    const module = ownModule(file, 0, noModule(file));
    await traversal.import(module, possibleImport(name, start));
  }
  for (const name of [...direct].filter(isPickedUpByName)) {
    const module = ownModule('package.json', TOOLING, noModule('package.json'));
    await traversal.import(module, possibleImport(name, start));
  }
}
