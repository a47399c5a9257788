import type { OpaqueSpot } from '../../javascript/facts.ts';
import { type BlindSpot, type LoadedModule, placeOf } from './module-graph.ts';

/** What an opaque spot of a module hides. Relative prefixes are not blind: they are followed. */
export function blindSpot(module: LoadedModule, spot: OpaqueSpot): BlindSpot | undefined {
  if (!spot.mayLoad || isRelative(spot.prefix)) return undefined;
  return {
    owner: module.owner?.key,
    prefix: spot.prefix.startsWith('@') || /^[a-z]/i.test(spot.prefix) ? spot.prefix : '',
    why: `${placeOf(module, spot)} ${clause(spot)}`,
    rank: module.rank,
  };
}

export function isRelative(prefix: string): boolean {
  return prefix.startsWith('./') || prefix.startsWith('../') || prefix === '.' || prefix === '..';
}

function clause({ kind, what }: OpaqueSpot): string {
  switch (kind) {
    case 'computed-import':
      return what === 'require is handed on'
        ? 'hands require on to other code'
        : `loads a module by a computed name (${what})`;
    case 'generated-code':
      return `runs code made from strings (${what})`;
    case 'unparsed':
      return `could not be parsed (${what})`;
  }
}
