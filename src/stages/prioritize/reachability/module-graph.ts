import type { ModuleFacts, ModuleImport, Place } from '../../javascript/facts.ts';
import type { PackageView } from './package-view.ts';

/**
 * How surely a module is loaded, and by what: the best way to it counts. Ordered; bits add up along
 * a chain.
 */
export const RUNTIME = 0;
/** Only by tests, configuration or development scripts. */
export const TOOLING = 1;
/** By something that may or may not happen: a string that names it, an import that may be erased. */
export const POSSIBLE = 2;
export type Rank = number;
export const RANKS: readonly Rank[] = [RUNTIME, TOOLING, POSSIBLE, POSSIBLE | TOOLING];

/** A module that is loaded, with the chain that leads to it. */
export interface LoadedModule {
  readonly key: string;
  /** Absent for the project's own files. */
  readonly owner: PackageView | undefined;
  /** Relative to the project or to the package. */
  readonly path: string;
  readonly rank: Rank;
  /** Who loads it, and where; absent for the project's own files. */
  readonly parent: { readonly module: LoadedModule; readonly place: Place } | undefined;
  readonly facts: ModuleFacts;
}

/** A module that imports a package. */
export interface Importer {
  readonly module: LoadedModule;
  readonly import: ModuleImport;
  readonly rank: Rank;
}

/** Something that keeps part of what may be loaded out of sight. */
export interface BlindSpot {
  /** The package it is in; absent for the project's own code: there it may hide anything. */
  readonly owner: string | undefined;
  /** Only packages whose name begins so can be meant; empty for any. */
  readonly prefix: string;
  /** For a person, a clause: `src/a.js:3 loads a module by a computed name (require(x))`. */
  readonly why: string;
  readonly rank: Rank;
  /** The owner is not installed, so that nothing of it could be looked at. */
  readonly absent?: boolean;
}

/** `src/app.js:3`; of a package `express/lib/view.js:81`. */
export function placeOf(module: LoadedModule, place: Place): string {
  return `${fileOf(module)}:${place.line}`;
}

export function fileOf({ owner, path }: Pick<LoadedModule, 'owner' | 'path'>): string {
  return owner === undefined ? path : `${owner.instance.node.name}/${path}`;
}

/** Packages between the project's own code and a module, outermost first, with its own last. */
export function chainOf(module: LoadedModule): readonly string[] {
  const names: string[] = [];
  for (let at: LoadedModule | undefined = module; at !== undefined; at = at.parent?.module) {
    const name = at.owner?.instance.node.name;
    if (name !== undefined && names[0] !== name) names.unshift(name);
  }
  return names;
}

/** The place in the project's own code where the chain to a module starts. */
export function startOf(module: LoadedModule): { module: LoadedModule; place: Place } | undefined {
  let at = module;
  let start: { module: LoadedModule; place: Place } | undefined;
  while (at.parent !== undefined) {
    start = at.parent;
    at = start.module;
  }
  return start;
}
