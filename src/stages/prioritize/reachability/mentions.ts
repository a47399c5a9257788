import type { SourceTree } from '../../../ports/source-tree.ts';
import type { ModuleImport, Place } from '../../javascript/facts.ts';
import { Positions } from '../../javascript/positions.ts';
import { type LoadedModule, TOOLING } from './module-graph.ts';
import { noModule, ownModule } from './own-code.ts';

const LOCKFILES = new Set([
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
  'package.json',
]);
const CONFIGURATION =
  /(^|\/)(\.[^/]+|[^/]*(config|conf|rc|settings|plugins?|presets?|project|angular|nest-cli|turbo|nx|renovate|tsconfig)[^/]*)\.?(json5?|ya?ml|toml|ini)?$|(^|\/)(Dockerfile[^/]*|Procfile|Makefile|[^/]+\.(sh|bash|mk|ya?ml))$/i;
const MAX_BYTES = 200_000;
const PICKED_UP_BY_NAME =
  /(^|[/-])(plugin|preset|loader|transformer|reporter|adapter|formatter|config)(-|$)|^(babel|eslint|karma|gulp|grunt|postcss|stylelint|prettier|semantic-release|hubot|yo|generator|serverless|cordova|gatsby|hexo)-./;

/**
 * Looks for package names in strings and configuration: tools and frameworks load plugins, presets,
 * drivers and template engines by such names. A mention may load the package; it need not.
 */
export class Mentions {
  readonly #names: ReadonlySet<string>;
  readonly #inCode: RegExp | undefined;
  readonly #inText: RegExp | undefined;

  constructor(names: Iterable<string>) {
    this.#names = new Set(names);
    const alternatives = [...this.#names]
      .sort((a, b) => b.length - a.length)
      .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('|');
    if (alternatives === '') return;
    this.#inCode = new RegExp(
      `(['"\`])(?:npx\\s+|[^'"\`\\n]*node_modules/(?:\\.bin/)?)?((?:${alternatives})(?:/[^'"\`\\s]*)?)(?:\\s[^'"\`\\n]*)?\\1`,
      'g',
    );
    this.#inText = new RegExp(
      `(?<![\\w@./-])(?:[\\w./-]*node_modules/)?((?:${alternatives})(?:/[\\w./-]+)?)(?![\\w-])`,
      'g',
    );
  }

  /** Mentions in a source file, besides its imports (which are certain already). */
  inCode(module: LoadedModule, text: string): readonly ModuleImport[] {
    if (this.#inCode === undefined) return [];
    const imported = new Map<string, number>();
    for (const { specifier } of module.facts.imports) {
      imported.set(specifier, (imported.get(specifier) ?? 0) + 1);
    }
    return find(text, this.#inCode, 2, imported);
  }

  /** Configuration files that mention a package, as modules which import it, perhaps. */
  async inConfiguration(
    tree: SourceTree,
  ): Promise<readonly { module: LoadedModule; imports: readonly ModuleImport[] }[]> {
    const found: { module: LoadedModule; imports: readonly ModuleImport[] }[] = [];
    if (this.#inText === undefined) return found;
    for (const path of await tree.list()) {
      const name = path.slice(path.lastIndexOf('/') + 1);
      if (LOCKFILES.has(name) || !(CONFIGURATION.test(path) || /\.html?$/.test(path))) continue;
      const text = await tree.read(path, { maxBytes: MAX_BYTES }).catch(() => undefined);
      const imports = text === undefined ? [] : find(text, this.#inText, 1);
      if (imports.length > 0)
        found.push({ module: ownModule(path, TOOLING, noModule(path)), imports });
    }
    return found;
  }

  /** Template files by whose extension a framework finds the engine of the same name. */
  byExtension(files: readonly string[]): readonly { file: string; name: string }[] {
    const seen = new Map<string, string>();
    for (const file of files) {
      const extension = /[^/.]\.([a-z]+)$/.exec(file)?.[1];
      if (extension !== undefined && this.#names.has(extension) && !seen.has(extension)) {
        seen.set(extension, file);
      }
    }
    return [...seen].map(([name, file]) => ({ name, file }));
  }
}

/** Packages that a tool finds by their name alone, whether or not anything mentions them. */
export function isPickedUpByName(name: string): boolean {
  return PICKED_UP_BY_NAME.test(name);
}

/** The first mention of each name that is mentioned more often than `known` says. */
function find(
  text: string,
  pattern: RegExp,
  group: number,
  known: ReadonlyMap<string, number> = new Map(),
): readonly ModuleImport[] {
  const positions = new Positions(text);
  const found = new Map<string, { count: number; at: number }>();
  for (const match of text.matchAll(pattern)) {
    const specifier = match[group] ?? '';
    if (isComment(text, match.index)) continue;
    const before = found.get(specifier);
    if (before === undefined) found.set(specifier, { count: 1, at: match.index });
    else before.count += 1;
  }
  return [...found]
    .filter(([specifier, { count }]) => count > (known.get(specifier) ?? 0))
    .map(([specifier, { at }]) => possibleImport(specifier, positions.at(at)));
}

/** Whether a line begins as a comment does. What follows code on its line counts. */
function isComment(text: string, at: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', at) + 1, at);
  return /^\s*(\/\/|\/?\*|# )/.test(line);
}

export function possibleImport(specifier: string, place: Place, certain = false): ModuleImport {
  return { ...place, kind: 'require', specifier, typeOnly: false, certain, names: [] };
}
