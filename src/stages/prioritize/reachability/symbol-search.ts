import type { VulnerableSymbol } from '../../../domain/advisory.ts';
import type { ImportUse } from '../../javascript/facts.ts';
import type { LoadedModule, Rank } from './module-graph.ts';
import { POSSIBLE } from './module-graph.ts';
import { judgeUse, type SymbolVerdict, subpathOf } from './symbols.ts';
import type { Target } from './targets.ts';
import type { Traversal } from './traverse.ts';

/** A place that uses, or may use, a vulnerable symbol. */
export interface SymbolUse {
  readonly module: LoadedModule;
  readonly use: ImportUse;
  /** The chain from the package: `template`; empty where the module itself is handed on. */
  readonly name: string;
  readonly rank: Rank;
}

export interface SymbolUses {
  readonly uses: readonly SymbolUse[];
  readonly mayUse: readonly SymbolUse[];
  /** A loaded file of the package itself that calls the symbol. */
  readonly inside: string | undefined;
}

/** A value of the vulnerable package in a module: imported there, or from one that exports it. */
interface Carrier {
  readonly module: LoadedModule;
  readonly specifier: string;
  readonly rank: Rank;
  /** Name under which the other module exports it; `*` where that module is the package. */
  readonly exportedAs: string;
  /** Member chain from the package. */
  readonly name: string;
  /** How the package itself was imported where the way started. */
  readonly origin: string;
  readonly entries: readonly string[];
}

/** Searches all loaded modules for uses of an advisory's symbols. */
export function searchSymbols(
  target: Target,
  symbols: readonly VulnerableSymbol[],
  traversal: Traversal,
): SymbolUses {
  const uses: SymbolUse[] = [];
  const mayUse: SymbolUse[] = [];
  const consumers = consumersOf(traversal);
  const pending: Carrier[] = [];
  const seen = new Set<string>();
  for (const instance of target.instances) {
    for (const { module, import: one, rank } of traversal.importers.get(instance) ?? []) {
      const { specifier } = one;
      const entries = (traversal.edges.get(module.key) ?? [])
        .filter((edge) => edge.specifier === specifier)
        .map(({ to }) => to);
      pending.push({
        module,
        specifier,
        rank,
        exportedAs: '*',
        name: '',
        origin: specifier,
        entries,
      });
    }
  }
  for (let carrier = pending.pop(); carrier !== undefined; carrier = pending.pop()) {
    const id = `${carrier.module.key}\0${carrier.specifier}\0${carrier.exportedAs}\0${carrier.name}\0${carrier.rank}`;
    if (seen.has(id)) continue;
    seen.add(id);
    for (const use of carrier.module.facts.uses) {
      if (use.specifier !== carrier.specifier) continue;
      const name = rebased(use.name, carrier);
      if (name === undefined) continue;
      const verdict = strongest(use, name, carrier, symbols, traversal);
      if (verdict === 'no') continue;
      const found = { module: carrier.module, use, name, rank: carrier.rank };
      if (use.exportedAs === undefined) (verdict === 'uses' ? uses : mayUse).push(found);
      else {
        mayUse.push(found);
        for (const { module, specifier } of consumers.get(carrier.module.key) ?? []) {
          const rank = module.rank | (carrier.rank & POSSIBLE);
          pending.push({ ...carrier, module, specifier, rank, exportedAs: use.exportedAs, name });
        }
      }
    }
  }
  return { uses, mayUse, inside: calledInside(target, symbols, traversal) };
}

/** The chain from the package, of a use seen through a module that exports part of it. */
function rebased(used: string, { exportedAs, name }: Carrier): string | undefined {
  if (exportedAs === '*') return joined(name, used);
  if (used === exportedAs) return name;
  if (used.startsWith(`${exportedAs}.`)) return joined(name, used.slice(exportedAs.length + 1));
  // The exporting module is handed on as a whole: what it exports may be used or not.
  return used === '' ? '' : undefined;
}

function joined(a: string, b: string): string {
  return a === '' || b === '' ? a + b : `${a}.${b}`;
}

function strongest(
  use: ImportUse,
  name: string,
  carrier: Carrier,
  symbols: readonly VulnerableSymbol[],
  traversal: Traversal,
): SymbolVerdict {
  let best: SymbolVerdict = 'no';
  for (const symbol of symbols) {
    let verdict = judgeUse({ specifier: carrier.origin, name, kind: use.kind }, symbol);
    const elsewhere = subpathOf(carrier.origin) !== subpathOf(symbol.path);
    if (verdict === 'may-use' && elsewhere && !mayHold(carrier.entries, symbol, traversal)) {
      verdict = 'no';
    }
    if (verdict === 'uses') return 'uses';
    if (verdict === 'may-use') best = 'may-use';
  }
  return best;
}

/** Whether a module, with all it loads of its package, may hold a symbol. */
function mayHold(
  entries: readonly string[],
  symbol: VulnerableSymbol,
  traversal: Traversal,
): boolean {
  const last = symbol.name.split('.').at(-1) ?? symbol.name;
  const pending = [...entries];
  if (pending.length === 0) return true;
  const seen = new Set(pending);
  for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
    const module = traversal.modules.get(key);
    if (module === undefined) return true;
    const { facts, path } = module;
    const file = path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
    if (file.toLowerCase() === last.toLowerCase()) return true;
    if (facts.calledNames.has(last) || facts.exports.some((one) => one.name === last)) return true;
    if (facts.opaque.some(({ mayLoad }) => mayLoad)) return true;
    for (const { to } of traversal.edges.get(key) ?? []) {
      if (!seen.has(to)) {
        seen.add(to);
        pending.push(to);
      }
    }
  }
  return false;
}

/** Who imports each module, under which specifier. */
function consumersOf(
  traversal: Traversal,
): ReadonlyMap<string, readonly { module: LoadedModule; specifier: string }[]> {
  const consumers = new Map<string, { module: LoadedModule; specifier: string }[]>();
  for (const [from, edges] of traversal.edges) {
    const module = traversal.modules.get(from);
    if (module === undefined) continue;
    for (const { specifier, to } of edges) {
      const list = consumers.get(to);
      if (list === undefined) consumers.set(to, [{ module, specifier }]);
      else list.push({ module, specifier });
    }
  }
  return consumers;
}

/** A vulnerable function may be run by another one of its own package. */
function calledInside(
  target: Target,
  symbols: readonly VulnerableSymbol[],
  traversal: Traversal,
): string | undefined {
  const names = new Set(symbols.map(({ name }) => name.split('.').at(-1) ?? name));
  for (const module of traversal.modules.values()) {
    if (module.owner === undefined || !target.instances.has(module.owner.key)) continue;
    for (const name of names) {
      const called = module.facts.calledNames.has(name);
      const across = module.facts.uses.some(
        (use) =>
          use.kind !== 'value' &&
          use.specifier.startsWith('.') &&
          (use.name === name || use.name.endsWith(`.${name}`)),
      );
      if (called || across)
        return `${module.owner.instance.node.name}/${module.path} calls ${name}`;
    }
  }
  return undefined;
}
