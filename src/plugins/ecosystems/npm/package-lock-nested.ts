import type {
  DependencyGraph,
  DependencyKind,
  WorkspaceNode,
} from '../../../domain/dependency-graph.ts';
import type { Problem } from '../../../domain/problem.ts';
import { parseNpmRequirement } from '../../../versions/npm-requirement.ts';
import {
  type DraftEdge,
  type DraftPackage,
  edgesOf,
  localOrigin,
  MAX_NAME,
  MAX_PATH,
  sourceOfRequirement,
  toGraph,
  warning,
  withoutCredentials,
} from './graph-parts.ts';
import {
  field,
  isObject,
  type JsonObject,
  objectField,
  textEntries,
  textField,
} from './json-text.ts';
import { npmOverrides } from './overrides.ts';
import type { PackageLockInput } from './package-lock-placed.ts';

interface Place {
  readonly node: DraftPackage;
  readonly parent: Place | undefined;
  readonly children: Map<string, Place>;
  readonly requires: readonly [string, string][];
  readonly optional: boolean;
  readonly development: boolean;
}

/**
 * Version 1 (npm 5 and 6): `dependencies` nested as on disk. It says nothing of the root's own
 * requirements, so the manifest beside it is read; without one they are told from the flags.
 */
export function readNestedLock(input: PackageLockInput): {
  graph: DependencyGraph;
  problems: Problem[];
} {
  const { file, lock, manifest, problems } = input;
  const top = new Map<string, Place>();
  const places: Place[] = [];
  const packages = new Map<string, DraftPackage>();
  let malformed = 0;
  const queue: { entries: JsonObject; parent: Place | undefined; siblings: Map<string, Place> }[] =
    [{ entries: objectField(lock, 'dependencies'), parent: undefined, siblings: top }];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const [key, entry] of Object.entries(next.entries)) {
      const prefix = next.parent === undefined ? '' : `${next.parent.node.id}/`;
      const node = isObject(entry)
        ? nodeOf(`${prefix}node_modules/${key}`, key, entry, input.folder)
        : undefined;
      if (node === undefined || !isObject(entry)) {
        malformed += 1;
        continue;
      }
      const place: Place = {
        node,
        parent: next.parent,
        children: new Map(),
        requires: textEntries(objectField(entry, 'requires')),
        optional: field(entry, 'optional') === true,
        development: field(entry, 'dev') === true,
      };
      places.push(place);
      packages.set(node.id, node);
      next.siblings.set(key, place);
      const nested = field(entry, 'dependencies');
      if (isObject(nested))
        queue.push({ entries: nested, parent: place, siblings: place.children });
    }
  }

  for (const place of places) {
    place.node.dependencies = place.requires.map(([name, range]) => {
      const found = locate(place, name, top);
      // An edge into the optional part from outside of it is what makes that part optional.
      const kind = found?.optional === true && !place.optional ? 'optional' : 'runtime';
      return edge(name, range, kind, found);
    });
  }
  const dependencies = manifest
    ? edgesOf(manifest.requirements).map(({ name, range, kind }) =>
        edge(name, range, kind, top.get(name)),
      )
    : rootEdges(top, places);
  if (!manifest) {
    problems.push(
      warning(file, 'no package.json beside it: which packages are required directly is a guess'),
    );
  }
  if (malformed > 0) {
    problems.push(warning(file, `${malformed} entries are malformed and were left out`));
  }
  const root: WorkspaceNode = {
    path: input.folder,
    name: manifest?.name ?? textField(lock, 'name') ?? '',
    dependencies,
  };
  return toGraph({
    manager: 'npm',
    file,
    formatVersion: input.formatVersion,
    workspaces: [root],
    packages,
    overrides: manifest ? npmOverrides(manifest.json) : {},
    problems,
  });
}

function edge(name: string, range: string, kind: DependencyKind, to: Place | undefined): DraftEdge {
  return { name, range: range || '*', kind, ...(to === undefined ? {} : { to: to.node.id }) };
}

function nodeOf(
  id: string,
  key: string,
  entry: JsonObject,
  folder: string,
): DraftPackage | undefined {
  const written = textField(entry, 'version');
  if (written === undefined || key === '' || key.length > MAX_NAME || id.length > MAX_PATH) {
    return undefined;
  }
  const integrity = textField(entry, 'integrity');
  const source = sourceOfRequirement(written);
  const requirement = parseNpmRequirement(written);
  const alias = requirement.kind === 'alias' ? requirement : undefined;
  return {
    id,
    name: alias?.name ?? key,
    // For git, URL and folders this version writes the location where the version would stand.
    version: alias?.range ?? (source === 'registry' ? written : ''),
    source,
    bundled: field(entry, 'bundled') === true,
    ...(integrity === undefined ? {} : { integrity }),
    ...(source === 'git' || source === 'url' ? { resolved: withoutCredentials(written) } : {}),
    ...(source === 'file' ? localOrigin(folder, written) : {}),
    dependencies: [],
  };
}

function locate(from: Place, name: string, top: ReadonlyMap<string, Place>): Place | undefined {
  for (let at: Place | undefined = from; at !== undefined; at = at.parent) {
    const found = at.children.get(name);
    if (found !== undefined) return found;
  }
  return top.get(name);
}

/** What nothing else requires must be required by the root. */
function rootEdges(top: ReadonlyMap<string, Place>, places: readonly Place[]): DraftEdge[] {
  const required = new Set(
    places.flatMap((place) => place.node.dependencies.map((dependency) => dependency.to)),
  );
  return [...top]
    .filter(([, place]) => !required.has(place.node.id))
    .map(([name, place]) =>
      edge(
        name,
        place.node.version,
        place.development ? 'development' : place.optional ? 'optional' : 'runtime',
        place,
      ),
    );
}
