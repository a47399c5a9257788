import type { Problem } from '../../../domain/problem.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import { objectField, textEntries } from './json-text.ts';
import { mapAt, parseYaml, textPairs } from './lockfile-yaml.ts';
import type { Manifest } from './manifest.ts';
import { type Overrides, pnpmOverrides, yarnResolutions } from './overrides.ts';
import { folderOf, joinInside } from './paths.ts';
import type { YamlMap } from './yaml-scalars.ts';

/**
 * The overrides in force: those the lockfile records, with references already resolved; for a
 * lockfile that records none those of pnpm-workspace.yaml and the manifest, where later pnpm looks
 * first.
 */
export async function pnpmOverridesAround(
  file: string,
  lock: YamlMap,
  manifest: Manifest | undefined,
  tree: SourceTree,
  problems: Problem[],
): Promise<Overrides> {
  const json = manifest?.json ?? {};
  const recorded = mapAt(lock, 'overrides');
  if (recorded !== undefined) return pnpmOverrides(textPairs(recorded), json);
  const settings = joinInside(folderOf(file), 'pnpm-workspace.yaml') ?? 'pnpm-workspace.yaml';
  return {
    ...yarnResolutions(json),
    ...pnpmOverrides(textEntries(objectField(objectField(json, 'pnpm'), 'overrides')), json),
    ...pnpmOverrides(textPairs(await settingsOverrides(settings, tree, problems)), json),
  };
}

async function settingsOverrides(
  path: string,
  tree: SourceTree,
  problems: Problem[],
): Promise<YamlMap | undefined> {
  try {
    const text = await tree.read(path);
    if (text === undefined || text.trim() === '') return undefined;
    return mapAt(await parseYaml(text, path, `git checkout ${path}`), 'overrides');
  } catch (error) {
    problems.push({
      severity: 'warning',
      file: path,
      message: error instanceof Error ? error.message : String(error),
    });
    return undefined;
  }
}
