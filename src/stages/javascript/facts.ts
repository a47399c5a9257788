/** A place in a source file. */
export interface Place {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
  /** The line of code, trimmed and bounded. */
  readonly code: string;
}

export type ImportKind =
  | 'import'
  | 'import-equals'
  | 'require'
  | 'require-resolve'
  | 'dynamic-import'
  | 're-export';

/** A name taken from a module: `{ merge as m }` is `{ imported: 'merge', local: 'm' }`. */
export interface ImportedName {
  /** `default`, an exported name, or `*` for the module as a whole. */
  readonly imported: string;
  /** The binding it got, where it got one. */
  readonly local?: string;
  /** The name under which this module exports it again; `*` for all names. */
  readonly exportedAs?: string;
}

/** One literal import of another module. */
export interface ModuleImport extends Place {
  readonly kind: ImportKind;
  readonly specifier: string;
  /** Erased by the compiler (`import type`, `export type`): it loads nothing. */
  readonly typeOnly: boolean;
  /**
   * Whether it loads the module for certain when this module runs. `false` where a compiler may
   * drop it (TypeScript: no binding is used as a value) or where `require` is a parameter.
   */
  readonly certain: boolean;
  readonly names: readonly ImportedName[];
}

/**
 * What is done with something imported.
 *
 * - `call`, `new`: the function or class is run.
 * - `value`: it is handed on (argument, return value, export, computed member), so what happens to
 *   it later cannot be told; for the empty name the whole module is handed on.
 */
export type UseKind = 'call' | 'new' | 'value';

export interface ImportUse extends Place {
  readonly specifier: string;
  /**
   * The member chain from the module: `template`, `Parser.parse`; empty for the module itself or
   * its default export (`extend(…)`). Longer chains hold their prefixes: `template.call`.
   */
  readonly name: string;
  readonly kind: UseKind;
  /** As written in code: `_.template`. */
  readonly as: string;
  /** Absent for `value` and where a spread makes it unknowable. */
  readonly argumentCount?: number;
  /**
   * Set where the value becomes an export of this module: the name it gets, `*` where it becomes
   * the module itself (`module.exports = x`, `export default x`, `export * from`).
   */
  readonly exportedAs?: string;
}

export interface ModuleExport {
  /** `default` for `export default`, and for `module.exports = f`. */
  readonly name: string;
  /** Declared parameters, where a function is exported in place or by its declaration. */
  readonly parameters?: number;
}

export type OpaqueKind =
  /** `require(x)`, `import(x)`, or `require` itself handed on. */
  | 'computed-import'
  /** `eval(x)`, `new Function(x)` or `vm` with text that is not a literal. */
  | 'generated-code'
  /** The file could not be parsed (syntax, size, nesting): nothing is known of it. */
  | 'unparsed';

/** Something that keeps the facts from being complete. */
export interface OpaqueSpot extends Place {
  readonly kind: OpaqueKind;
  /** For a person: `require(name)`. */
  readonly what: string;
  /**
   * The constant beginning of a computed specifier: `./locales/` for `` import(`./locales/${x}`) ``.
   * Empty when any module may be meant.
   */
  readonly prefix: string;
  /**
   * Whether a module may be loaded there. `false` for code made from strings in a file of which no
   * string speaks of `require` or `import`.
   */
  readonly mayLoad: boolean;
}

/** What one module says about others and about itself. */
export interface ModuleFacts {
  readonly path: string;
  /** `esm` where it has import or export declarations; `cjs` where it uses require or exports. */
  readonly format: 'esm' | 'cjs' | 'none';
  readonly imports: readonly ModuleImport[];
  readonly uses: readonly ImportUse[];
  readonly exports: readonly ModuleExport[];
  /** Exports exist that `exports` cannot list (`module.exports = make()`, `export * from`). */
  readonly exportsOpen: boolean;
  readonly opaque: readonly OpaqueSpot[];
  /**
   * Names of functions that the module itself calls (`f()`, `exports.f()`, `this.f()`), other than
   * from inside a function of the same name.
   */
  readonly calledNames: ReadonlySet<string>;
}
