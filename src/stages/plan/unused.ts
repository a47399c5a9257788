import type { SourceTree } from '../../ports/source-tree.ts';
import { loadParser, moduleFacts } from '../javascript/module-facts.ts';
import type { PackageGroup } from './graph-view.ts';
import type { World } from './world.ts';

/** Why a direct dependency may be in use, or `undefined` when it is certain that nothing uses it. */
export type UseOf = (group: PackageGroup) => Promise<string | undefined>;

const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro|mdx)$/;
const PROSE = /(?:\.(?:md|txt|rst|adoc)|(?:^|\/)(?:LICENSE|CHANGELOG|AUTHORS|NOTICE)[^/]*)$/i;
const LOCKFILE =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?)$/;
const BINARY =
  /\.(?:png|jpe?g|gif|webp|ico|pdf|zip|gz|tgz|woff2?|ttf|eot|mp[34]|wasm|node|map|snap)$/i;
const MANIFEST = /(?:^|\/)package\.json$/;

/**
 * Names of packages that tools find by themselves: by convention, by the ambient types rule of
 * TypeScript, or under a short name in a configuration.
 */
const FOUND_BY_NAME =
  /^@types\/|(?:^|[/-])(?:plugin|preset|config|loader|transform|reporter|adapter|theme|parser|resolver|runner|formatter|shareable|rules?)s?(?:-|$)|^(?:grunt|gulp|karma|hubot|metalsmith|hexo|postcss|babel|eslint|stylelint|prettier|rollup|vite|webpack)(?:-|$)|^@(?:babel|eslint|rollup|vitejs|commitlint|semantic-release)\//;

/** Files beyond which looking is given up; then nothing is certain. */
const MAX_FILES = 20_000;
const MAX_BYTES = 2_000_000;

interface Looked {
  readonly sources: readonly string[];
  /** Configuration, scripts, and manifests without their dependency sections. */
  readonly others: readonly string[];
  /** A place where any module may be loaded. */
  readonly opaque?: string;
  readonly gaveUp?: string;
}

/**
 * Looks whether a direct dependency is used anywhere: by import, by name in any configuration or
 * script, by one of its commands, or by an install script. Being somebody's peer shows in the graph:
 * removing it would not make it go. The tree is read once, at the first question. Whatever cannot be
 * ruled out counts as use.
 */
export function useOf(world: World, tree: SourceTree): UseOf {
  let looked: Promise<Looked> | undefined;
  return async (group) => {
    const { name } = group;
    if (FOUND_BY_NAME.test(name)) return `${name} may be found by its name alone, by a tool`;
    if ((await world.packuments.get(name)).status !== 'known')
      return 'the registry does not know it';
    const published = world.packuments.version(name, group.version);
    if (published?.hasInstallScript !== false)
      return `${name} may do something when it is installed`;
    looked ??= look(tree);
    const { sources, others, opaque, gaveUp } = await looked;
    const unclear = gaveUp ?? opaque;
    if (unclear !== undefined) return unclear;
    const quoted = new RegExp(`['"\`]${escapeRegExp(name)}['"\`/@:]`);
    if (sources.some((text) => quoted.test(text))) return `${name} is named in the source`;
    if (others.some((text) => text.includes(name)))
      return `${name} is named in a configuration or script`;
    const command = (await commandsOf(world, group)).find((bin) => mentions(others, bin));
    return command === undefined ? undefined : `its command ${command} may be run by a script`;
  };
}

async function commandsOf(world: World, group: PackageGroup): Promise<readonly string[]> {
  const files = await world.registry.contents(group.name, group.version);
  const manifest = parse(files.get('package.json') ?? '');
  const bin = manifest?.['bin'];
  if (typeof bin === 'string') return [group.name.split('/').at(-1) ?? group.name];
  const directories = manifest?.['directories'];
  const scattered = typeof directories === 'object' && directories !== null && 'bin' in directories;
  // Commands in a folder of their own are not listed; its very name then stands for them.
  if (scattered || manifest === undefined) return [''];
  return typeof bin === 'object' && bin !== null ? Object.keys(bin) : [];
}

function mentions(texts: readonly string[], word: string): boolean {
  if (word === '') return true;
  const pattern = new RegExp(`(?<![\\w-])${escapeRegExp(word)}(?![\\w-])`);
  return texts.some((text) => pattern.test(text));
}

async function look(tree: SourceTree): Promise<Looked> {
  const nothing = { sources: [], others: [] };
  const files = (await tree.list()).filter(
    (file) => !LOCKFILE.test(file) && !PROSE.test(file) && !BINARY.test(file),
  );
  if (files.length > MAX_FILES)
    return { ...nothing, gaveUp: 'the project has too many files to be certain' };
  if (!files.some((file) => SOURCE.test(file)))
    return { ...nothing, gaveUp: 'no source is at hand to look for uses' };
  await loadParser();
  const sources: string[] = [];
  const others: string[] = [];
  for (const file of files) {
    let text: string | undefined;
    try {
      text = await tree.read(file, { maxBytes: MAX_BYTES });
    } catch {
      return { ...nothing, gaveUp: `${file} is too large to be read` };
    }
    if (text === undefined) continue;
    if (MANIFEST.test(file)) {
      const rest = withoutDependencies(text);
      if (rest === undefined) return { ...nothing, gaveUp: `${file} cannot be read` };
      others.push(rest);
    } else if (SOURCE.test(file)) {
      sources.push(text);
      const spot = moduleFacts(file, text).opaque.find(({ mayLoad }) => mayLoad);
      if (spot !== undefined) {
        return {
          sources,
          others,
          opaque: `${file}:${spot.line} may load any module (${spot.what})`,
        };
      }
    } else {
      others.push(text);
    }
  }
  return { sources, others };
}

/** A manifest's text without the places where naming a package is not using it. */
function withoutDependencies(text: string): string | undefined {
  const manifest = parse(text);
  if (manifest === undefined) return undefined;
  const sections = new Set([
    'name',
    'dependencies',
    'devDependencies',
    'optionalDependencies',
    'overrides',
    'resolutions',
  ]);
  return JSON.stringify(
    Object.fromEntries(Object.entries(manifest).filter(([key]) => !sections.has(key))),
  );
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}
