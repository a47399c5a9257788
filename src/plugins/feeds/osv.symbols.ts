import type { VulnerableSymbol } from '../../domain/advisory.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf, textsOf } from './formats/fields.ts';

const MAX_SYMBOLS = 500;
/** Where databases without imports name functions, over the record and the affected entry. */
const FUNCTION_LISTS = ['symbols', 'vulnerable_functions', 'affected_functions'] as const;

/**
 * The vulnerable functions an affected entry names. No two databases write them alike:
 *
 * - Go: `ecosystem_specific.imports: [{ path, symbols }]`; no symbols means the whole package.
 * - RustSec: `ecosystem_specific.affects.functions: ["krate::module::function"]`.
 * - elsewhere: Go's shape, or lists of names under `symbols`, `vulnerable_functions` or
 *   `affected_functions` in `ecosystem_specific` or `database_specific`.
 */
export function vulnerableSymbols(
  packageName: string,
  entry: Fields,
  recordSpecific: Fields,
): VulnerableSymbol[] {
  const ecosystem = fieldsOf(entry['ecosystem_specific']);
  const places = [ecosystem, fieldsOf(entry['database_specific']), recordSpecific];
  const found = [
    ...imports(packageName, ecosystem['imports']),
    ...rustFunctions(fieldsOf(ecosystem['affects'])['functions']),
    ...places.flatMap((place) => FUNCTION_LISTS.flatMap((list) => named(packageName, place[list]))),
  ];
  const unique = new Map(found.map((symbol) => [`${symbol.path}\n${symbol.name}`, symbol]));
  return [...unique.values()].slice(0, MAX_SYMBOLS);
}

function imports(packageName: string, value: unknown): VulnerableSymbol[] {
  return listOf(value)
    .filter(isFields)
    .flatMap((item) => {
      const path = textOf(item['path']) || packageName;
      const names = textsOf(item['symbols']);
      return names.length === 0 ? [{ path, name: '' }] : names.map((name) => ({ path, name }));
    });
}

/** Older exports have an object from function to version requirements. */
function rustFunctions(value: unknown): VulnerableSymbol[] {
  const names = isFields(value) ? Object.keys(value) : textsOf(value);
  return names.map((full) => {
    const end = full.lastIndexOf('::');
    return end === -1
      ? { path: full, name: '' }
      : { path: full.slice(0, end), name: full.slice(end + 2) };
  });
}

function named(packageName: string, value: unknown): VulnerableSymbol[] {
  if (listOf(value).some(isFields)) return imports(packageName, value);
  return textsOf(value).map((text) => ({
    path: packageName,
    name: text.startsWith(`${packageName}.`) ? text.slice(packageName.length + 1) : text,
  }));
}
