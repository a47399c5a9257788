import { messageOf } from '../../../domain/error.ts';
import type { PackageSources } from '../../../ports/package-sources.ts';
import type { ModuleFacts, ModuleImport, Place } from '../../javascript/facts.ts';
import { loadParser, moduleFacts } from '../../javascript/module-facts.ts';
import { blindSpot, isRelative } from './blind-spots.ts';
import type { Lookup } from './lookup.ts';
import {
  type BlindSpot,
  type Importer,
  type LoadedModule,
  POSSIBLE,
  placeOf,
  RANKS,
  type Rank,
} from './module-graph.ts';
import { NODE_MODULES } from './node-modules.ts';
import { noModule, unreadable } from './own-code.ts';
import { isScript, openPackage, PackageView } from './package-view.ts';
import { directoryOf, joinPath, resolveFile, splitSpecifier } from './resolve.ts';
import { type Instance, instanceKey } from './targets.ts';

const NO_NAMES: ReadonlySet<string> = new Set();
/** Folders that builds write from the source that is looked at. */
const BUILD_OUTPUT = /(^|\/)(dist|build|out|lib|es|esm|cjs|\.next|\.nuxt|\.output|coverage)(\/|$)/;

/** How much of the dependencies is looked at before the answer is "unknown". */
export interface Budget {
  /** Modules of dependencies. */
  readonly modules: number;
  /** Characters of their source. */
  readonly characters: number;
}

interface Step {
  readonly owner: PackageView;
  readonly path: string;
  readonly rank: Rank;
  readonly parent: { readonly module: LoadedModule; readonly place: Place };
}

/**
 * The modules that are loaded from the project's own code on, breadth first and surest ways first.
 * Only packages that can lead to a vulnerable one are opened.
 */
export class Traversal {
  readonly modules = new Map<string, LoadedModule>();
  /** By instance: who imports it. */
  readonly importers = new Map<string, Importer[]>();
  /** By module: which modules its imports loaded, under which specifier. */
  readonly edges = new Map<string, { readonly specifier: string; readonly to: string }[]>();
  readonly blindSpots: BlindSpot[] = [];
  /** Instances that something loads, opened or not. */
  readonly reached = new Set<string>();
  exhausted = false;
  readonly #sources: PackageSources;
  readonly #lookup: Lookup;
  /** Instances whose inside matters. */
  readonly #worthOpening: ReadonlySet<string>;
  /** Instances of which an advisory names symbols. */
  readonly #symbolHolders: ReadonlySet<string>;
  /** The project's own source files, and all its files. */
  readonly #ownFiles: ReadonlySet<string>;
  readonly #allFiles: ReadonlySet<string>;
  readonly #views = new Map<string, Promise<PackageView | { readonly missing: string }>>();
  readonly #queues = new Map<Rank, Step[]>(RANKS.map((rank) => [rank, []]));
  readonly #blamed = new Set<string>();
  #modulesLeft: number;
  #charactersLeft: number;

  constructor(input: {
    readonly sources: PackageSources;
    readonly lookup: Lookup;
    readonly worthOpening: ReadonlySet<string>;
    readonly symbolHolders: ReadonlySet<string>;
    readonly projectFiles: readonly string[];
    readonly budget: Budget;
  }) {
    this.#sources = input.sources;
    this.#lookup = input.lookup;
    this.#worthOpening = input.worthOpening;
    this.#symbolHolders = input.symbolHolders;
    this.#ownFiles = new Set(input.projectFiles.filter(isScript));
    this.#allFiles = new Set(input.projectFiles);
    this.#modulesLeft = input.budget.modules;
    this.#charactersLeft = input.budget.characters;
  }

  /** A file of the project's own: what it imports is loaded. */
  async addOwn(module: LoadedModule): Promise<void> {
    this.modules.set(module.key, module);
    for (const spot of module.facts.opaque) this.#blind(blindSpot(module, spot));
    for (const one of module.facts.imports) await this.import(module, one);
  }

  /** Follows one import of a module. */
  async import(module: LoadedModule, one: ModuleImport): Promise<void> {
    if (one.typeOnly) return;
    const { specifier } = one;
    // A bundler may put a package where Node has a module of its own; Node does not.
    const certain = one.certain && !NODE_MODULES.has(specifier);
    const rank = certain ? module.rank : module.rank | POSSIBLE;
    if (isRelative(specifier)) {
      this.#relative(module, one, rank);
      return;
    }
    if (specifier.startsWith('#')) {
      for (const target of module.owner?.internal(specifier) ?? []) {
        const path = target.startsWith('.') ? module.owner?.relative('', target) : undefined;
        if (path !== undefined && module.owner !== undefined) {
          this.#enqueue(
            { owner: module.owner, path, rank, parent: { module, place: one } },
            specifier,
          );
        } else if (!target.startsWith('.')) {
          await this.import(module, { ...one, specifier: target });
        }
      }
      return;
    }
    const parts = splitSpecifier(specifier);
    if (parts === undefined) return;
    const instances =
      module.owner === undefined
        ? this.#lookup.fromFile(module.path, parts.name)
        : this.#lookup.fromPackage(module.owner.instance, parts.name);
    const kinds = kindsOf(module, one);
    for (const instance of instances) {
      const key = instanceKey(instance);
      if (key !== module.owner?.key) this.#noteImporter(key, { module, import: one, rank });
      await this.#enter(instance, parts.subpath, kinds, { module, place: one }, rank, specifier);
    }
  }

  /** Runs a package's commands, as a script of the manifest does. */
  async command(
    instance: Instance,
    names: readonly string[],
    module: LoadedModule,
    place: ModuleImport,
  ): Promise<void> {
    const key = instanceKey(instance);
    const { rank } = module;
    this.reached.add(key);
    this.#noteImporter(key, { module, import: place, rank });
    if (!this.#worthOpening.has(key)) return;
    const view = await this.#view(instance);
    if (!(view instanceof PackageView)) {
      this.#blind({ owner: key, prefix: '', why: view.missing, rank, absent: true });
      return;
    }
    for (const name of names) {
      const target = view.manifest.bin[name];
      const path = target === undefined ? undefined : view.relative('', target);
      if (path !== undefined) this.#enqueue({ owner: view, path, rank, parent: { module, place } });
    }
  }

  /** The commands a package installs; by its name where it is not installed. */
  async commandsOf(instance: Instance): Promise<readonly string[]> {
    const view = await this.#view(instance);
    if (view instanceof PackageView) return Object.keys(view.manifest.bin);
    const { name } = instance.node;
    return [name.split('/').at(-1) ?? name];
  }

  /** Runs until everything was looked at, or the budget is spent. */
  async run(): Promise<void> {
    for (const rank of RANKS) {
      const queue = this.#queues.get(rank) ?? [];
      // Steps are added while the loop runs.
      for (const step of queue) {
        if (this.#modulesLeft <= 0 || this.#charactersLeft <= 0) {
          this.exhausted = true;
          return;
        }
        await this.#load(step);
      }
      queue.length = 0;
    }
  }

  async #load(step: Step): Promise<void> {
    const { owner, path, rank, parent } = step;
    const key = `${owner.key}\0${path}`;
    if (this.modules.has(key)) return;
    const module = { key, owner, path, rank, parent, facts: await this.#facts(owner, path) };
    this.modules.set(key, module);
    for (const spot of module.facts.opaque) {
      if (isRelative(spot.prefix)) {
        for (const file of owner.startingWith(path, spot.prefix)) {
          this.#enqueue({
            owner,
            path: file,
            rank: rank | POSSIBLE,
            parent: { module, place: spot },
          });
        }
      }
      this.#blind(blindSpot(module, spot));
    }
    for (const one of module.facts.imports) await this.import(module, one);
  }

  async #facts(owner: PackageView, path: string) {
    this.#modulesLeft -= 1;
    if (isLeaf(path)) return noModule(path);
    await loadParser();
    try {
      const text = (await owner.read(path)) ?? '';
      this.#charactersLeft -= text.length;
      return this.#needed(owner, moduleFacts(path, text));
    } catch (thrown) {
      return unreadable(path, messageOf(thrown));
    }
  }

  /** Thousands of modules are kept: of each only what some finding is decided by. */
  #needed(owner: PackageView, facts: ModuleFacts): ModuleFacts {
    if (this.#symbolHolders.has(owner.key)) return facts;
    const uses = this.#symbolHolders.size === 0 ? [] : facts.uses;
    return { ...facts, uses, exports: [], calledNames: NO_NAMES };
  }

  #relative(module: LoadedModule, place: ModuleImport, rank: Rank): void {
    const { owner } = module;
    if (owner === undefined) {
      this.#ownRelative(module, place, rank);
      return;
    }
    // What is not there fails to load at run time too.
    const path = owner.relative(module.path, place.specifier);
    if (path === undefined) return;
    this.#enqueue({ owner, path, rank, parent: { module, place } }, place.specifier);
  }

  /** Own files are all loaded anyway; one that is missing hides what it would load. */
  #ownRelative(module: LoadedModule, place: ModuleImport, rank: Rank): void {
    const path = joinPath(directoryOf(module.path), place.specifier);
    const file = resolveFile(path, this.#ownFiles);
    if (file !== undefined) this.#edge(module, place.specifier, `\0${file}`);
    else if (!isLeaf(path) && !BUILD_OUTPUT.test(path) && !this.#allFiles.has(path)) {
      const why = `${placeOf(module, place)} loads ${place.specifier}, which is not in the project`;
      this.#blind({ owner: undefined, prefix: '', why, rank });
    }
  }

  async #enter(
    instance: Instance,
    subpath: string,
    kinds: readonly ('import' | 'require')[],
    parent: Step['parent'],
    rank: Rank,
    specifier: string,
  ): Promise<void> {
    const key = instanceKey(instance);
    this.reached.add(key);
    if (!this.#worthOpening.has(key)) return;
    const view = await this.#view(instance);
    if (!(view instanceof PackageView)) {
      this.#blind({ owner: key, prefix: '', why: view.missing, rank, absent: true });
      return;
    }
    const entries = view.entry(subpath, kinds);
    for (const { file, certain } of entries) {
      const best = certain ? rank : rank | POSSIBLE;
      this.#enqueue({ owner: view, path: file, rank: best, parent }, specifier);
    }
    if (entries.length === 0 && view.hasCode) {
      const what = subpath === '' ? 'its entry point' : `"${subpath}"`;
      const why = `${placeOf(parent.module, parent.place)} loads ${instance.node.name}, of which ${what} was not found`;
      this.#blind({ owner: key, prefix: '', why, rank });
    }
  }

  async #view(instance: Instance): Promise<PackageView | { readonly missing: string }> {
    const key = instanceKey(instance);
    let view = this.#views.get(key);
    if (view === undefined) {
      view = openPackage(this.#sources, instance);
      this.#views.set(key, view);
    }
    return await view;
  }

  #enqueue(step: Step, specifier = ''): void {
    const key = `${step.owner.key}\0${step.path}`;
    this.#edge(step.parent.module, specifier, key);
    if (!this.modules.has(key)) this.#queues.get(step.rank)?.push(step);
  }

  #edge(from: LoadedModule, specifier: string, to: string): void {
    const list = this.edges.get(from.key);
    if (list === undefined) this.edges.set(from.key, [{ specifier, to }]);
    else list.push({ specifier, to });
  }

  #noteImporter(key: string, importer: Importer): void {
    const list = this.importers.get(key);
    if (list === undefined) this.importers.set(key, [importer]);
    else list.push(importer);
  }

  #blind(spot: BlindSpot | undefined): void {
    if (spot === undefined) return;
    const key = `${spot.owner}\0${spot.why}`;
    if (this.#blamed.has(key)) return;
    this.#blamed.add(key);
    this.blindSpots.push(spot);
  }
}

function isLeaf(path: string): boolean {
  return /\.(json|node|css|wasm|html|txt|md|d\.[cm]?ts)$/.test(path);
}

/** Own code may be compiled to either module system, so an `import` there may mean both. */
function kindsOf(module: LoadedModule, one: ModuleImport): readonly ('import' | 'require')[] {
  if (one.kind === 'require' || one.kind === 'require-resolve' || one.kind === 'import-equals') {
    return ['require'];
  }
  return module.owner === undefined ? ['import', 'require'] : ['import'];
}
