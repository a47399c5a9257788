import type { VulnerableSymbol } from '../../../domain/advisory.ts';
import type { CallSite, Reachability } from '../../../domain/reachability.ts';
import {
  type BlindSpot,
  chainOf,
  fileOf,
  type Importer,
  type LoadedModule,
  POSSIBLE,
  placeOf,
  type Rank,
  startOf,
  TOOLING,
} from './module-graph.ts';
import { type SymbolUse, searchSymbols } from './symbol-search.ts';
import type { Target } from './targets.ts';
import type { Traversal } from './traverse.ts';

const MAX_EVIDENCE = 5;

/** What was looked at, for the reason of "not reachable". */
export interface Looked {
  readonly ownFiles: number;
}

/** Judges one finding by what the traversal saw. */
export function judge(target: Target, traversal: Traversal, looked: Looked): Reachability {
  const symbols = symbolsOf(target);
  if (target.instances.size === 0) {
    return unknown(`${target.finding.component.name} is in none of the lockfiles that were read.`);
  }
  return symbols.length === 0
    ? judgeLoading(target, traversal, looked)
    : judgeSymbols(target, symbols, traversal, looked);
}

/** Vulnerable symbols that the advisory's records name for this package. */
export function symbolsOf({ finding }: Target): readonly VulnerableSymbol[] {
  const { affected } = finding.advisory;
  const matched = affected.filter(({ record }) => record === finding.match.record);
  const own = matched.flatMap(({ symbols }) => symbols);
  return own.length > 0 ? own : affected.flatMap(({ symbols }) => symbols);
}

/** The advisory names no symbol: whoever loads the package is exposed. */
function judgeLoading(target: Target, traversal: Traversal, looked: Looked): Reachability {
  const { name } = target.finding.component;
  const importers = importersOf(target, traversal);
  const first = importers[0];
  const evidence = importers.slice(0, MAX_EVIDENCE).map((one) => importSite(one, name));
  if (first === undefined) return unreached(target, traversal, looked);
  if ((first.rank & POSSIBLE) !== 0) {
    return unknown(`${possibly(first, name)}; whether that loads it cannot be told.`, evidence);
  }
  const chain = [...chainOf(first.module), name].join(' → ');
  const start = startOf(first.module) ?? { module: first.module, place: first.import };
  const because = `${chain} is loaded by ${placeOf(start.module, start.place)}; the advisory names no function, so loading counts.`;
  return { status: 'reachable', because: toolingOnly(first.rank, because), evidence };
}

function judgeSymbols(
  target: Target,
  symbols: readonly VulnerableSymbol[],
  traversal: Traversal,
  looked: Looked,
): Reachability {
  const { name } = target.finding.component;
  const wanted = [...new Set(symbols.map((symbol) => symbol.name || symbol.path))].join(', ');
  const found = searchSymbols(target, symbols, traversal);
  const uses = found.uses.toSorted(bySureness);
  const evidence = uses.slice(0, MAX_EVIDENCE).map((one) => useSite(one, name));
  const first = uses[0];
  if (first !== undefined && (first.rank & POSSIBLE) === 0) {
    return {
      status: 'reachable',
      because: toolingOnly(first.rank, usedBecause(first, name)),
      evidence,
    };
  }
  if (first !== undefined) {
    return unknown(`${usedBecause(first, name).slice(0, -1)}, if that is loaded at all.`, evidence);
  }
  const whole = symbols.find((symbol) => symbol.name === '');
  const importers = importersOf(target, traversal);
  const importer = importers[0];
  if (importer === undefined) return unreached(target, traversal, looked);
  const sites = importSites(importers, name);
  if (whole !== undefined) {
    const because = `${placeOf(importer.module, importer.import)} loads ${name}; whether it loads ${whole.path} cannot be told.`;
    return unknown(because, sites);
  }
  const handedOn = found.mayUse.toSorted(bySureness);
  const loose = handedOn[0];
  if (loose !== undefined) {
    const because = `${placeOf(loose.module, loose.use)} ${handsOn(loose, name)}; whether ${wanted} is called then cannot be told.`;
    return unknown(
      because,
      handedOn.slice(0, MAX_EVIDENCE).map((one) => useSite(one, name)),
    );
  }
  if (found.inside !== undefined) {
    const because = `No code names ${wanted}, but ${name} is loaded by ${placeOf(importer.module, importer.import)} and ${found.inside} by itself.`;
    return unknown(because, sites);
  }
  const absent = traversal.blindSpots.find(
    ({ owner, absent }) => absent === true && owner !== undefined && target.instances.has(owner),
  );
  if (absent !== undefined) {
    const because = `No code names ${wanted}, but ${absent.why}; other functions of ${name} may call them.`;
    return unknown(because, sites);
  }
  const hidden = hiding(target, traversal);
  if (hidden !== undefined) return unknown(`${hidden}; it may use ${name}.`, sites);
  const because = `${name} is loaded by ${placeOf(importer.module, importer.import)}, but nothing that is loaded uses ${wanted}: ${lookedAt(traversal, looked)} looked at.`;
  return { status: 'not-reachable', because, evidence: [] };
}

/** Nothing was seen to load the package: is that because nothing does? */
function unreached(target: Target, traversal: Traversal, looked: Looked): Reachability {
  const hidden = hiding(target, traversal);
  const { name } = target.finding.component;
  if (hidden !== undefined) return unknown(`${hidden}; it may load ${name}.`);
  // A lockfile on its own: that nothing was seen means that there was nothing to see.
  if (looked.ownFiles === 0)
    return unknown('There is no source code beside the lockfile to look at.');
  const because = `No file loads ${name}: ${lookedAt(traversal, looked)} looked at.`;
  return { status: 'not-reachable', because, evidence: [] };
}

/** What may load the package unseen, as a clause. */
function hiding(target: Target, traversal: Traversal): string | undefined {
  if (traversal.exhausted) return 'The dependencies are too large to be looked at in full';
  const spot = traversal.blindSpots
    .filter((one) => concerns(one, target))
    .toSorted((a, b) => a.rank - b.rank)[0];
  return spot?.why;
}

function concerns(spot: BlindSpot, target: Target): boolean {
  if (spot.owner !== undefined && !target.ancestors.has(spot.owner)) return false;
  return spot.prefix === '' || [...target.names].some((name) => name.startsWith(spot.prefix));
}

function importersOf(target: Target, traversal: Traversal): readonly Importer[] {
  const importers = [...target.instances].flatMap((key) => traversal.importers.get(key) ?? []);
  return importers.toSorted(
    (a, b) =>
      a.rank - b.rank ||
      chainOf(a.module).length - chainOf(b.module).length ||
      compareText(fileOf(a.module), fileOf(b.module)),
  );
}

function bySureness(a: SymbolUse, b: SymbolUse): number {
  return (
    a.rank - b.rank ||
    chainOf(a.module).length - chainOf(b.module).length ||
    (a.use.kind === 'value' ? 1 : 0) - (b.use.kind === 'value' ? 1 : 0) ||
    compareText(fileOf(a.module), fileOf(b.module)) ||
    a.use.line - b.use.line
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** One site per line: a string that names a package may stand in its own import. */
function importSites(importers: readonly Importer[], name: string): readonly CallSite[] {
  const sites = new Map<string, CallSite>();
  for (const one of importers) {
    const place = placeOf(one.module, one.import);
    if (!sites.has(place)) sites.set(place, importSite(one, name));
    if (sites.size === MAX_EVIDENCE) break;
  }
  return [...sites.values()];
}

function importSite({ module, import: one }: Importer, name: string): CallSite {
  const verb = one.kind === 'require' ? 'require' : 'import';
  const symbol = one.specifier === name ? `${verb} ${name}` : `${verb} ${one.specifier}`;
  return site(module, one, symbol);
}

function useSite({ module, use, name }: SymbolUse, packageName: string): CallSite {
  return site(module, use, name === '' ? packageName : `${packageName}.${name}`);
}

function site(
  module: LoadedModule,
  { line, column, code }: { line: number; column: number; code: string },
  symbol: string,
): CallSite {
  return { file: fileOf(module), line, column, symbol, code, via: chainOf(module) };
}

function usedBecause(first: SymbolUse, name: string): string {
  const verbs = { call: 'calls', new: 'constructs', value: 'hands on' };
  const what = first.name === '' ? name : `${name}.${first.name}`;
  const use = `${placeOf(first.module, first.use)} ${verbs[first.use.kind]} ${what}`;
  const start = startOf(first.module);
  if (start === undefined) return `${use}.`;
  const chain = chainOf(first.module).join(' → ');
  return `${use}; ${chain} is loaded by ${placeOf(start.module, start.place)}.`;
}

function handsOn({ use, name }: SymbolUse, packageName: string): string {
  const what = name === '' ? packageName : `${packageName}.${name}`;
  if (use.exportedAs !== undefined) return `exports ${what}`;
  if (use.kind === 'value') return `hands ${what} on`;
  return use.kind === 'new' ? `constructs ${what}` : `calls ${what} itself`;
}

function possibly({ module, import: one, rank }: Importer, name: string): string {
  const chain = [...chainOf(module), name].join(' → ');
  const start = startOf(module);
  const where = placeOf(start?.module ?? module, start?.place ?? one);
  const kind = (rank & TOOLING) === 0 ? 'may load' : 'may load, for development,';
  return `${where} ${kind} ${chain}`;
}

function toolingOnly(rank: Rank, because: string): string {
  return (rank & TOOLING) === 0
    ? because
    : `Only tests and development tooling reach it: ${because}`;
}

function lookedAt(traversal: Traversal, { ownFiles }: Looked): string {
  const others = [...traversal.modules.values()].filter(({ owner }) => owner !== undefined).length;
  const own = ownFiles === 1 ? '1 file' : `${ownFiles} files`;
  return others === 0 ? own : `${own} and ${others} of dependencies`;
}

export function unknown(because: string, evidence: readonly CallSite[] = []): Reachability {
  return { status: 'unknown', because, evidence };
}
