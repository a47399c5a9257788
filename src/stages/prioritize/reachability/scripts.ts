import type { SourceTree } from '../../../ports/source-tree.ts';
import { Positions } from '../../javascript/positions.ts';
import type { Lookup } from './lookup.ts';
import type { Manifest } from './manifest.ts';
import { readManifest } from './manifest.ts';
import { Mentions, possibleImport } from './mentions.ts';
import { RUNTIME, TOOLING } from './module-graph.ts';
import { noModule, ownModule } from './own-code.ts';
import { splitSpecifier } from './resolve.ts';
import type { Traversal } from './traverse.ts';

/** Scripts that run where the application runs. */
const RUNTIME_SCRIPT = /^(pre|post)?(start|serve|install)(:|$)/;
const PRELOAD = /(?:^|\s)(?:-r|--require|--import|--loader|--experimental-loader)[\s=]+(\S+)/g;

/**
 * What manifests load besides code: commands of packages in scripts, preloaded modules, and names
 * in tool settings (`babel`, `eslintConfig`, `jest`, …).
 *
 * @param names - Packages that are vulnerable, and direct dependencies that can lead to one.
 */
export async function followManifests(
  tree: SourceTree,
  manifests: readonly string[],
  names: ReadonlySet<string>,
  lookup: Lookup,
  traversal: Traversal,
): Promise<void> {
  const mentions = new Mentions(names);
  for (const path of manifests) {
    const text = await tree.read(path);
    const manifest = readManifest(text);
    if (text === undefined || manifest === undefined) continue;
    await followScripts(path, text, manifest, names, lookup, traversal);
    const settings = ownModule(path, TOOLING, noModule(path));
    const place = new Positions(text).at(0);
    for (const { specifier } of mentions.inCode(settings, JSON.stringify(manifest.rest))) {
      const at = text.indexOf(`"${specifier}`);
      const where = at === -1 ? place : new Positions(text).at(at);
      await traversal.import(settings, possibleImport(specifier, where));
    }
  }
}

async function followScripts(
  path: string,
  text: string,
  manifest: Manifest,
  names: ReadonlySet<string>,
  lookup: Lookup,
  traversal: Traversal,
): Promise<void> {
  const positions = new Positions(text);
  for (const [script, line] of Object.entries(manifest.scripts)) {
    const at = Math.max(0, text.indexOf(JSON.stringify(script)));
    const place = positions.at(at);
    const rank = RUNTIME_SCRIPT.test(script) ? RUNTIME : TOOLING;
    const module = ownModule(path, rank, noModule(path));
    for (const [, specifier] of line.matchAll(PRELOAD)) {
      if (specifier !== undefined && !specifier.startsWith('.')) {
        await traversal.import(module, possibleImport(specifier, place, true));
      }
    }
    const words = new Set(line.split(/[\s;&|()"'=]+/).map((word) => commandOf(word)));
    for (const name of names) {
      for (const instance of lookup.fromFile(path, name)) {
        const commands = (await traversal.commandsOf(instance)).filter((one) => words.has(one));
        if (commands.length === 0) continue;
        await traversal.command(instance, commands, module, possibleImport(name, place, true));
      }
      if (words.has(name)) await traversal.import(module, possibleImport(name, place));
    }
  }
}

/** `node_modules/.bin/mocha` → `mocha`; `eslint@9` → `eslint`. */
function commandOf(word: string): string {
  const bare = word.replace(/^.*node_modules\/(\.bin\/)?/, '').replace(/(?<=.)@[\w.^~-]+$/, '');
  return splitSpecifier(bare)?.name ?? bare;
}
