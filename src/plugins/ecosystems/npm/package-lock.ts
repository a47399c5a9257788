import type { DependencyGraph } from '../../../domain/dependency-graph.ts';
import type { Problem } from '../../../domain/problem.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import { field, isObject, parseJson } from './json-text.ts';
import { readManifest } from './manifest.ts';
import { readNestedLock } from './package-lock-nested.ts';
import { readPlacedLock } from './package-lock-placed.ts';
import { folderOf, joinInside } from './paths.ts';

const REGENERATE = 'npm install --package-lock-only --ignore-scripts';

/**
 * package-lock.json and npm-shrinkwrap.json, versions 1 to 3 (package-lock.json documentation of
 * npm). Version 2 carries both forms; like npm 7 and later we read `packages`.
 */
export async function readPackageLock(
  file: string,
  text: string,
  tree: SourceTree,
): Promise<{ graph: DependencyGraph; problems: Problem[] }> {
  const lock = parseJson(text, file, REGENERATE);
  const problems: Problem[] = [];
  const folder = folderOf(file);
  const manifest = await readManifest(
    joinInside(folder, 'package.json') ?? 'package.json',
    tree,
    problems,
  );
  const input = { file, folder, lock, manifest, problems, formatVersion: versionOf(lock) };
  const packages = field(lock, 'packages');
  return isObject(packages) ? readPlacedLock(input, packages) : readNestedLock(input);
}

function versionOf(lock: Parameters<typeof field>[0]): string {
  const version = field(lock, 'lockfileVersion');
  return typeof version === 'number' || typeof version === 'string' ? String(version) : '1';
}
