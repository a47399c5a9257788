import semver from 'semver';
import type { Side, Trouble } from './bump.ts';
import type { Resolution } from './resolve.ts';
import type { PackageUse } from './uses.ts';
import { COMPILED, WEIGHT } from './weights.ts';

/**
 * Whether what is loaded can still be loaded: paths that `exports` closes, files that are gone,
 * `require()` of what has become an ES module.
 */
export function loadingTrouble(
  use: PackageUse,
  others: readonly PackageUse[],
  before: Side,
  after: Side,
  nodeFloor: string | undefined,
): Trouble | undefined {
  const loader = use.compiled ? 'require' : use.loader;
  const old = before.resolve(use.subpath, loader);
  const now = after.resolve(use.subpath, loader);
  if (old.status !== 'file') return undefined;
  const share = use.compiled ? COMPILED : 1;
  const trouble = (kind: Trouble['kind'], what: string, weight: number): Trouble => {
    return { kind, what, place: use.place, weight: weight * share };
  };
  const name = use.subpath === '' ? 'the package' : `its path ${use.subpath}`;
  if (now.status === 'closed') {
    if (loader === 'require' && after.resolve(use.subpath, 'import').status === 'file') {
      return trouble(
        'module-system',
        `no longer lets ${name} be loaded with require()`,
        WEIGHT.requireThrows,
      );
    }
    return trouble('subpath-closed', `no longer exports ${name}`, WEIGHT.subpathClosed);
  }
  if (now.status === 'missing') {
    if (use.subpath === '') return undefined;
    return trouble('removed-and-used', `may no longer have ${name}`, WEIGHT.fileGone);
  }
  if (loader !== 'require' || now.format !== 'esm' || old.format === 'esm') return undefined;
  const what = `has become an ES module, and it is loaded with require()`;
  return trouble('module-system', what, requireWeight(use, others, after, now, nodeFloor));
}

function requireWeight(
  { subpath }: PackageUse,
  others: readonly PackageUse[],
  after: Side,
  now: Resolution & { readonly status: 'file' },
  nodeFloor: string | undefined,
): number {
  if (!requiresModules(nodeFloor)) return WEIGHT.requireThrows;
  const { names, open } = after.surface(now);
  if (names.has('module.exports')) return WEIGHT.requireStillFits;
  const used = others.filter((other) => other.subpath === subpath && other.kind !== 'load');
  const fits = used.every(({ name }) => name !== '' && (names.has(name) || open));
  return fits && used.length > 0 ? WEIGHT.requireStillFits : WEIGHT.requireGivesNamespace;
}

/** Node loads ES modules with require() without a flag from 20.19 and 22.12 on. */
function requiresModules(nodeFloor: string | undefined): boolean {
  return nodeFloor !== undefined && semver.satisfies(nodeFloor, '^20.19.0 || >=22.12.0');
}
