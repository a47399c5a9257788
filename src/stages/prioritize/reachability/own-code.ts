import { messageOf } from '../../../domain/error.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import type { ModuleFacts } from '../../javascript/facts.ts';
import { loadParser, moduleFacts } from '../../javascript/module-facts.ts';
import { type LoadedModule, type Rank, RUNTIME, TOOLING } from './module-graph.ts';
import { isScript } from './package-view.ts';
import { directoryOf, joinPath, resolveFile } from './resolve.ts';

const MAX_FILE_BYTES = 4_000_000;
const TESTS =
  /(^|\/)(__tests__|__mocks__|__fixtures__|tests?|specs?|e2e|cypress|playwright|fixtures|stories|\.storybook|\.github|\.husky|\.vscode)\/|[.-](test|spec|e2e|bench|stories|cy)\.[cm]?[jt]sx?$|(^|\/)(test|gulpfile|gruntfile)\.[cm]?[jt]s$/i;
/** Folders beside the source; inside it, names like these are the application's own. */
const BESIDE_SOURCE =
  /^((?!(src|lib|app|server|source)\/)[^/]+\/)*?(bench(marks?)?|examples?|docs?|scripts|tools?|tasks)\//i;
const CONFIGURATION =
  /(^|\/)(\.[^/]+rc\.[cm]?[jt]s|[^/]+\.(config|conf|setup)\.[cm]?[jt]sx?|\.[^/]+\.[cm]?js)$/i;

/** Tests, configuration and development scripts: what they load does not run in production. */
function rankOfFile(path: string): Rank {
  const development = TESTS.test(path) || BESIDE_SOURCE.test(path) || CONFIGURATION.test(path);
  return development ? TOOLING : RUNTIME;
}

export interface OwnFile {
  readonly module: LoadedModule;
  readonly text: string;
}

/** The project's own source files, parsed. Every one of them counts as loaded. */
export async function readOwnCode(
  tree: SourceTree,
  visit: (file: OwnFile) => void,
): Promise<readonly string[]> {
  const files = (await tree.list()).filter(isScript);
  if (files.length > 0) await loadParser();
  for (const path of files) {
    const { facts, text } = await readFacts(tree, path);
    visit({ module: ownModule(path, rankOfFile(path), facts), text });
  }
  return files;
}

export function ownModule(path: string, rank: Rank, facts: ModuleFacts): LoadedModule {
  return { key: `\0${path}`, owner: undefined, path, rank, parent: undefined, facts };
}

/**
 * The same modules, where those that run in production give their rank to what they load: a
 * `tools/` folder that the application imports is part of it.
 */
export function withSharedRank(modules: readonly LoadedModule[]): readonly LoadedModule[] {
  const files = new Set(modules.map(({ path }) => path));
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const pending = modules.filter(({ rank }) => rank === RUNTIME);
  for (let module = pending.pop(); module !== undefined; module = pending.pop()) {
    for (const { specifier, typeOnly } of module.facts.imports) {
      if (typeOnly || !specifier.startsWith('.')) continue;
      const path = resolveFile(joinPath(directoryOf(module.path), specifier), files);
      const loaded = path === undefined ? undefined : byPath.get(path);
      if (loaded === undefined || loaded.rank === RUNTIME) continue;
      const promoted = { ...loaded, rank: RUNTIME };
      byPath.set(promoted.path, promoted);
      pending.push(promoted);
    }
  }
  return [...byPath.values()];
}

async function readFacts(
  tree: SourceTree,
  path: string,
): Promise<{ facts: ModuleFacts; text: string }> {
  try {
    const text = (await tree.read(path, { maxBytes: MAX_FILE_BYTES })) ?? '';
    return { facts: moduleFacts(path, text), text };
  } catch (thrown) {
    return { facts: unreadable(path, messageOf(thrown)), text: '' };
  }
}

/** Facts of a file that cannot be read: it may do anything. */
export function unreadable(path: string, why: string): ModuleFacts {
  const place = { line: 1, column: 1, code: '' };
  return {
    path,
    format: 'none',
    imports: [],
    uses: [],
    exports: [],
    exportsOpen: true,
    opaque: [{ ...place, kind: 'unparsed', what: why, prefix: '', mayLoad: true }],
    calledNames: new Set(),
  };
}

/** Facts of a file that is no module but loads some: a manifest's scripts, a configuration file. */
export function noModule(path: string): ModuleFacts {
  return { ...unreadable(path, ''), opaque: [], exportsOpen: false };
}
