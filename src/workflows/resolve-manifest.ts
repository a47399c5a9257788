import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { messageOf } from '../domain/error.ts';
import type { Problem } from '../domain/problem.ts';
import { fileTree } from '../platform/file-tree.ts';
import { scratchDirectory } from '../platform/scratch.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import { componentsOf } from '../stages/discover/components.ts';
import type { Inventory } from '../stages/discover/discover.ts';
import type { Services } from './services.ts';

/** Configuration that decides where packages come from; copied along with a bare manifest. */
const CONFIGURATION_FILES = ['.npmrc'];

/**
 * A manifest without a lockfile is resolved in a throw-away copy, scripts off: what is found is
 * what an install would bring today, and the report says so.
 */
export async function resolveManifest(
  manifest: string,
  tree: SourceTree,
  options: { readonly offline: boolean },
  services: Services,
): Promise<{ readonly inventory?: Inventory; readonly problem: Problem }> {
  if (options.offline) {
    const message =
      'No lockfile, and --offline forbids resolving it: not scanned. Commit a lockfile.';
    return { problem: { severity: 'error', file: manifest, message } };
  }
  services.progress(`Resolving ${manifest} in a throw-away copy`);
  try {
    await using scratch = await scratchDirectory('resolve');
    const folder = dirname(manifest);
    for (const name of ['package.json', ...CONFIGURATION_FILES]) {
      const text = await tree.read(posix.join(folder, name));
      if (text === undefined) continue;
      await mkdir(scratch.path, { recursive: true });
      await writeFile(join(scratch.path, name), text);
    }
    const patcher = (await services.patchers()).find(({ manager }) => manager === 'npm');
    const ecosystem = services.ecosystems.find(({ id }) => id === 'npm');
    if (patcher === undefined || ecosystem === undefined) throw new Error('npm support is missing');
    await patcher.resolve(scratch.path);
    const { graph } = await ecosystem.read('package-lock.json', fileTree(scratch.path));
    const shown = { ...graph, file: manifest };
    const message =
      'No lockfile: resolved in a throw-away copy, so the versions are those an install would bring today. Commit a lockfile to pin them.';
    return {
      inventory: { graph: shown, components: componentsOf(shown, ecosystem) },
      problem: { severity: 'warning', file: manifest, message },
    };
  } catch (error) {
    const message = `No lockfile, and it could not be resolved: ${messageOf(error)}`;
    return { problem: { severity: 'error', file: manifest, message } };
  }
}
