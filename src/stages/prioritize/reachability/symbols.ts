import type { VulnerableSymbol } from '../../../domain/advisory.ts';
import type { ImportUse } from '../../javascript/facts.ts';
import { splitSpecifier } from './resolve.ts';

/**
 * What a use says about a vulnerable symbol.
 *
 * - `uses`: the symbol itself is called or handed on.
 * - `may-use`: the module, or an object that holds the symbol, is handed on or run.
 * - `no`: something else of the module is used.
 */
export type SymbolVerdict = 'uses' | 'may-use' | 'no';

/** Judges one use of the vulnerable package against one symbol of an advisory. */
export function judgeUse(
  use: Pick<ImportUse, 'specifier' | 'name' | 'kind'>,
  symbol: VulnerableSymbol,
): SymbolVerdict {
  const used = subpathOf(use.specifier);
  const wanted = subpathOf(symbol.path);
  if (symbol.name === '') return used === wanted ? 'uses' : 'may-use';
  if (use.name === symbol.name || use.name.startsWith(`${symbol.name}.`)) return 'uses';
  // One function to a file: `lodash/template` is what `template` of `lodash` is.
  const file = used.split('/').at(-1) ?? '';
  if (used !== wanted && same(file, symbol.name)) return 'uses';
  if (use.name === '') return judgeWhole(use, symbol, used === wanted);
  if (symbol.name.startsWith(`${use.name}.`)) return 'may-use';
  return 'no';
}

/** The module itself, or its default export, is called or handed on. */
function judgeWhole(
  use: Pick<ImportUse, 'specifier' | 'kind'>,
  symbol: VulnerableSymbol,
  samePath: boolean,
): SymbolVerdict {
  if (use.kind === 'value' || !samePath) return 'may-use';
  const name = splitSpecifier(use.specifier)?.name ?? use.specifier;
  const isDefault =
    symbol.name === 'default' ||
    symbol.name === 'module.exports' ||
    same(name.split('/').at(-1) ?? name, symbol.name);
  return isDefault ? 'uses' : 'may-use';
}

/** `lodash/fp/index.js` → `fp`; empty for the package itself. */
export function subpathOf(specifier: string): string {
  const { subpath } = splitSpecifier(specifier) ?? { subpath: specifier };
  return subpath.replace(/\.[cm]?js$/, '').replace(/(^|\/)index$/, '');
}

function same(a: string, b: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  return plain(a) === plain(b);
}
