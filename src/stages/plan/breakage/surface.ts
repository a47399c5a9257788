import { type ModuleFacts, moduleFacts } from '../../javascript/module-facts.ts';
import { type ModuleFormat, resolveRelative } from './resolve.ts';

/** What a module offers to whoever loads it, as far as its text says. */
export interface Surface {
  /** Exported names, each with its declared number of parameters where it is a plain function. */
  readonly names: ReadonlyMap<string, number | undefined>;
  /** More may be exported than `names` lists. */
  readonly open: boolean;
  /** The module itself can be called; `undefined` where the text does not say. */
  readonly callable: boolean | undefined;
}

const UNKNOWN: Surface = { names: new Map(), open: true, callable: undefined };
/** Re-exports are followed this far; deeper chains count as open. */
const MAX_DEPTH = 8;

/** Reads the exports of one file of a package, through re-exports inside the package. */
export function surfaceOf(
  files: ReadonlyMap<string, string>,
  path: string,
  format: ModuleFormat,
  depth = 0,
): Surface {
  const text = files.get(path);
  if (text === undefined || depth > MAX_DEPTH || format === 'other') return UNKNOWN;
  const facts = moduleFacts(path, text);
  if (facts.opaque.some(({ kind }) => kind === 'unparsed')) return UNKNOWN;
  const follow = (specifier: string): Surface => {
    const target = specifier.startsWith('.') ? resolveRelative(files, path, specifier) : undefined;
    return target === undefined ? UNKNOWN : surfaceOf(files, target, format, depth + 1);
  };
  return facts.format === 'esm' ? esmSurface(facts, follow) : cjsSurface(facts, follow);
}

type Follow = (specifier: string) => Surface;

function esmSurface(facts: ModuleFacts, follow: Follow): Surface {
  const names = named(facts);
  let open = false;
  for (const { kind, specifier, typeOnly, names: taken } of facts.imports) {
    if (kind !== 're-export' || typeOnly) continue;
    for (const { exportedAs } of taken) {
      if (exportedAs !== '*') continue;
      const target = follow(specifier);
      open ||= target.open;
      for (const [name, parameters] of target.names) {
        if (name !== 'default' && !names.has(name)) names.set(name, parameters);
      }
    }
  }
  return { names, open, callable: false };
}

function cjsSurface(facts: ModuleFacts, follow: Follow): Surface {
  const through = facts.uses.find(
    ({ as, name, exportedAs, kind }) =>
      as === 'module.exports' && name === '' && exportedAs === '*' && kind === 'value',
  );
  const own = named(facts);
  if (through !== undefined) {
    const target = follow(through.specifier);
    own.delete('default');
    return { ...target, names: new Map([...target.names, ...own]) };
  }
  // UMD wrappers and generated files export in ways that the facts do not list.
  if (own.size === 0) return UNKNOWN;
  if (!facts.exportsOpen) return { names: own, open: false, callable: false };
  const whole = facts.exports.find(({ name }) => name === 'default');
  own.delete('default');
  const callable = whole?.parameters === undefined ? undefined : true;
  return { names: own, open: true, callable };
}

function named(facts: ModuleFacts): Map<string, number | undefined> {
  return new Map(facts.exports.map(({ name, parameters }) => [name, parameters]));
}
