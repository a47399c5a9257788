import type { DependencyGraph } from '../../domain/dependency-graph.ts';
import type { Ecosystem } from '../../ports/ecosystem.ts';
import type { SourceTree } from '../../ports/source-tree.ts';

/**
 * Manifests that require something and that no lockfile covers: neither one beside them nor one
 * above them of which they are a workspace member or a local folder.
 *
 * Under a lockfile that could not be read nothing is reported: that lockfile is the problem.
 */
export async function unlockedManifests(
  paths: readonly string[],
  tree: SourceTree,
  ecosystem: Pick<Ecosystem, 'manifest'>,
  graphs: readonly DependencyGraph[],
  broken: readonly string[],
): Promise<readonly string[]> {
  const covered = new Set(graphs.flatMap(coveredFolders));
  const brokenFolders = broken.map(folderOf);
  const candidates = paths.filter((path) => {
    if (path.slice(path.lastIndexOf('/') + 1) !== ecosystem.manifest) return false;
    const folder = folderOf(path);
    return (
      !covered.has(folder) &&
      !brokenFolders.some((above) => above === '' || `${folder}/`.startsWith(`${above}/`))
    );
  });
  const unlocked: string[] = [];
  for (const path of candidates) if (await requiresSomething(path, tree)) unlocked.push(path);
  return unlocked;
}

function coveredFolders(graph: DependencyGraph): string[] {
  const folder = folderOf(graph.file);
  const local = [...graph.packages.values()].flatMap((node) =>
    node.source === 'file' && node.resolved !== undefined ? [node.resolved] : [],
  );
  return [folder, ...graph.workspaces.map((workspace) => workspace.path), ...local];
}

/**
 * Many manifests only mark a folder (`{"type": "module"}`) or describe a fixture: nothing is
 * missed there. One that cannot be parsed is reported, since nobody knows what it requires.
 */
async function requiresSomething(path: string, tree: SourceTree): Promise<boolean> {
  try {
    const manifest: unknown = JSON.parse((await tree.read(path)) ?? '{}');
    return FIELDS.some((field) => hasEntries(manifest, field));
  } catch {
    return true;
  }
}

const FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

function hasEntries(manifest: unknown, field: string): boolean {
  if (typeof manifest !== 'object' || manifest === null || !Object.hasOwn(manifest, field)) {
    return false;
  }
  const value: unknown = Reflect.get(manifest, field);
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
