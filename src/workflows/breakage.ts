import type { PlannedChange } from '../domain/change.ts';
import type { DependencyGraph } from '../domain/dependency-graph.ts';
import { messageOf } from '../domain/error.ts';
import type { BreakageSign, Remedy } from '../domain/remedy.ts';
import type { PackageRegistry, PublishedVersion } from '../ports/package-registry.ts';
import type { PackageSources } from '../ports/package-sources.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import { loadParser, type ModuleFacts, moduleFacts } from '../stages/javascript/module-facts.ts';
import { breakageSigns } from '../stages/plan/breakage/signs.ts';
import { packageUses } from '../stages/plan/breakage/uses.ts';

/** Files read of the project, and of all packages that depend on one that moves. */
const MAX_FILES = 2_000;
const SOURCE_FILE = /\.[cm]?[jt]sx?$/;
const MAX_BYTES = 1_000_000;

export interface BreakageWorld {
  readonly graph: DependencyGraph;
  readonly registry: PackageRegistry;
  /** The project's own files. */
  readonly tree: SourceTree;
  readonly sources: PackageSources;
  progress(message: string): void;
}

/**
 * Compares the contents of the versions that a change moves between, and lists what may break the
 * project. A package whose contents cannot be had has no signs: prediction only orders the work,
 * verification decides.
 */
export async function predictBreakage(
  change: PlannedChange,
  world: BreakageWorld,
): Promise<readonly BreakageSign[]> {
  await loadParser();
  const own = await factsOf(world.tree);
  const type = await moduleType(world.tree);
  const installed = Map.groupBy(world.graph.packages.values(), ({ name }) => name);
  const versions = new Map(
    [...installed].map(([name, nodes]) => [name, nodes.map((n) => n.version)]),
  );
  const signs: BreakageSign[] = [];
  for (const remedy of change.remedies) {
    try {
      signs.push(...(await signsOf(remedy, own, type, versions, world)));
    } catch (error) {
      world.progress(`No prediction for ${remedy.package}: ${messageOf(error)}`);
    }
  }
  return signs;
}

async function signsOf(
  remedy: Remedy,
  own: readonly ModuleFacts[],
  type: string | undefined,
  installed: ReadonlyMap<string, readonly string[]>,
  world: BreakageWorld,
): Promise<readonly BreakageSign[]> {
  if (remedy.to === undefined || remedy.from === remedy.to) return [];
  const published = await world.registry.package(remedy.package);
  const from = published?.versions.find(({ version }) => version === remedy.from);
  const to = published?.versions.find(({ version }) => version === remedy.to);
  if (from === undefined || to === undefined) return [];
  const [fromFiles, toFiles] = await Promise.all([
    world.registry.contents(remedy.package, from.version),
    world.registry.contents(remedy.package, to.version),
  ]);
  const dependents = await dependentFacts(remedy.package, world);
  return breakageSigns({
    package: remedy.package,
    from,
    to,
    fromFiles,
    toFiles,
    uses: [...packageUses(own, remedy.package, type), ...packageUses(dependents, remedy.package)],
    ...floorOf(from),
    installed,
  });
}

/** What runs today runs on what the installed version asks for, at least. */
function floorOf({ engines }: PublishedVersion): { nodeFloor?: string } {
  const floor = /\d+(?:\.\d+){0,2}/.exec(engines['node'] ?? '')?.[0];
  return floor === undefined ? {} : { nodeFloor: floor };
}

/** Facts of the packages that require `name`: for a transitive one, they are what may break. */
async function dependentFacts(name: string, world: BreakageWorld): Promise<readonly ModuleFacts[]> {
  const facts: ModuleFacts[] = [];
  for (const node of world.graph.packages.values()) {
    if (!node.dependencies.some((edge) => edge.name === name && edge.to !== undefined)) continue;
    const tree = await world.sources.open(node);
    if (tree === undefined || facts.length >= MAX_FILES) continue;
    const prefixed = await factsOf(tree, `${node.name}/`);
    facts.push(...prefixed.slice(0, MAX_FILES - facts.length));
  }
  return facts;
}

async function factsOf(tree: SourceTree, prefix = ''): Promise<readonly ModuleFacts[]> {
  const facts: ModuleFacts[] = [];
  const files = (await tree.list()).filter((path) => SOURCE_FILE.test(path)).slice(0, MAX_FILES);
  for (const path of files) {
    const text = await tree.read(path, { maxBytes: MAX_BYTES }).catch(() => undefined);
    if (text !== undefined) facts.push(moduleFacts(prefix + path, text));
  }
  return facts;
}

async function moduleType(tree: SourceTree): Promise<string | undefined> {
  try {
    const manifest = JSON.parse((await tree.read('package.json')) ?? '{}') as { type?: unknown };
    return typeof manifest.type === 'string' ? manifest.type : undefined;
  } catch {
    return undefined;
  }
}
