import type { ImportUse, ModuleFacts, ModuleImport } from '../../javascript/module-facts.ts';
import type { Loader } from './resolve.ts';

/** One way in which some code uses a package. */
export interface PackageUse {
  /** `src/app.js:12`, for a person. */
  readonly place: string;
  /** What follows the package name in the specifier; empty for the package itself. */
  readonly subpath: string;
  readonly loader: Loader;
  /** A compiler stands between the source and Node and may turn `import` into `require`. */
  readonly compiled: boolean;
  /** How the name below was bound: by its name, through the default import, or the whole module. */
  readonly binding: 'named' | 'default' | 'module';
  /** First name of the member chain; empty for the module or its default export itself. */
  readonly name: string;
  readonly kind: 'load' | ImportUse['kind'];
  readonly argumentCount?: number;
}

/**
 * How code uses a package, from facts of its modules.
 *
 * @param facts of the project's own files and of dependents that are at hand
 * @param type `type` of the manifest the files belong to; without `module`, import declarations in
 *   `.js` and `.ts` files only run after a compiler has rewritten them
 */
export function packageUses(
  facts: readonly ModuleFacts[],
  packageName: string,
  type?: string,
): readonly PackageUse[] {
  return facts.flatMap((module) => {
    const imports = module.imports.filter(
      (one) => !one.typeOnly && subpathOf(one.specifier, packageName) !== undefined,
    );
    if (imports.length === 0) return [];
    const compiled = isCompiled(module.path, type);
    const loads = imports.flatMap((one) => loadsOf(module, one, packageName, compiled));
    const uses = module.uses.flatMap((use) =>
      memberUse(module, imports, use, packageName, compiled),
    );
    return [...loads, ...uses];
  });
}

/** What follows the package name, or `undefined` for another package. */
function subpathOf(specifier: string, packageName: string): string | undefined {
  if (specifier === packageName) return '';
  return specifier.startsWith(`${packageName}/`)
    ? specifier.slice(packageName.length + 1)
    : undefined;
}

function isCompiled(path: string, type: string | undefined): boolean {
  if (/\.(?:mjs|cjs)$/.test(path)) return false;
  return type !== 'module' || !path.endsWith('.js');
}

function loaderOf(kind: ModuleImport['kind']): Loader {
  return kind === 'require' || kind === 'import-equals' || kind === 'require-resolve'
    ? 'require'
    : 'import';
}

function loadsOf(
  module: ModuleFacts,
  one: ModuleImport,
  packageName: string,
  compiled: boolean,
): readonly PackageUse[] {
  const base = {
    place: `${module.path}:${one.line}`,
    subpath: subpathOf(one.specifier, packageName) ?? '',
    loader: loaderOf(one.kind),
    compiled: compiled && loaderOf(one.kind) === 'import' && one.kind !== 'dynamic-import',
    kind: 'load',
  } as const;
  const names = one.names.filter(({ imported }) => imported !== '*');
  const bound = names.map(({ imported }): PackageUse => {
    return imported === 'default'
      ? { ...base, binding: 'default', name: '' }
      : { ...base, binding: 'named', name: imported };
  });
  return bound.length > 0 ? bound : [{ ...base, binding: 'module', name: '' }];
}

function memberUse(
  module: ModuleFacts,
  imports: readonly ModuleImport[],
  use: ImportUse,
  packageName: string,
  compiled: boolean,
): readonly PackageUse[] {
  const subpath = subpathOf(use.specifier, packageName);
  const root = /^[\w$]+/.exec(use.as)?.[0];
  const sources = imports.filter(({ specifier }) => specifier === use.specifier);
  const bound = sources.find(({ names }) =>
    names.some(({ local }) => local !== undefined && local === root),
  );
  const source =
    bound ?? sources.find(({ names }) => names.every(({ local }) => local === undefined));
  if (subpath === undefined || source === undefined) return [];
  const imported = source.names.find(({ local }) => local === root)?.imported ?? '*';
  const loader = loaderOf(source.kind);
  const [name = ''] = use.name.split('.');
  return [
    {
      place: `${module.path}:${use.line}`,
      subpath,
      loader,
      compiled: compiled && loader === 'import' && source.kind !== 'dynamic-import',
      binding: imported === '*' ? 'module' : imported === 'default' ? 'default' : 'named',
      name,
      kind: use.kind,
      ...(use.argumentCount === undefined ? {} : { argumentCount: use.argumentCount }),
    },
  ];
}
