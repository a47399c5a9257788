import type { Side, Trouble } from './bump.ts';
import type { Resolution } from './resolve.ts';
import type { Surface } from './surface.ts';
import type { PackageUse } from './uses.ts';
import { WEIGHT } from './weights.ts';

/** Members that every function, object or promise has. */
const INHERITED = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  ...Object.getOwnPropertyNames(Function.prototype),
  ...Object.getOwnPropertyNames(Promise.prototype),
  'prototype',
]);

type Loaded = Resolution & { readonly status: 'file' };

/** Whether what is used of the module is still there, and can still be used that way. */
export function removalTrouble(use: PackageUse, before: Side, after: Side): Trouble | undefined {
  const old = before.resolve(use.subpath, use.loader);
  const now = after.resolve(use.subpath, use.loader);
  if (old.status !== 'file' || now.status !== 'file') return undefined;
  const from = before.surface(old);
  const to = after.surface(now);
  if (use.name === '')
    return use.kind === 'load' ? noDefault(use, from, to, now) : notCallable(use, from, to, now);
  if (INHERITED.has(use.name) || use.name === 'default') return undefined;
  const trouble = (what: string, weight: number): Trouble => {
    return { kind: 'removed-and-used', what, place: use.place, weight };
  };
  if (from.names.has(use.name) && !to.open && isProperty(use, now) && !to.names.has(use.name)) {
    return trouble(`no longer exports ${use.name}`, WEIGHT.exportGone);
  }
  const listed = to.names.has(use.name) || (!from.open && !from.names.has(use.name));
  if (listed || (!to.open && isProperty(use, now))) return undefined;
  const gone =
    before.vocabulary?.has(use.name) === true && after.vocabulary?.has(use.name) === false;
  return gone ? trouble(`may no longer have ${use.name}`, WEIGHT.wordGone) : undefined;
}

/** Whether the name is looked up on the exports: members of an ES module's default are not. */
function isProperty({ binding }: PackageUse, now: Loaded): boolean {
  return now.format !== 'esm' || binding !== 'default';
}

function noDefault(use: PackageUse, from: Surface, to: Surface, now: Loaded): Trouble | undefined {
  if (use.binding !== 'default' || use.compiled || now.format !== 'esm') return undefined;
  if (to.open || to.names.has('default') || from.names.size === 0) return undefined;
  return {
    kind: 'removed-and-used',
    what: 'has no default export any more',
    place: use.place,
    weight: WEIGHT.exportGone,
  };
}

/** `require('marked')(text)`, when the new version only exports names. */
function notCallable(
  use: PackageUse,
  from: Surface,
  to: Surface,
  now: Loaded,
): Trouble | undefined {
  const called = use.kind === 'call' || use.kind === 'new';
  if (!called || use.binding === 'named' || now.format === 'esm') return undefined;
  const interop = use.binding === 'default' && to.names.has('default');
  if (to.callable !== false || from.callable === false || interop) return undefined;
  return {
    kind: 'removed-and-used',
    what: 'exports names only and can no longer be called itself',
    place: use.place,
    weight: WEIGHT.notCallable,
  };
}

/** Calls with more arguments than the new function declares, where the old one took them all. */
export function arityTrouble(use: PackageUse, before: Side, after: Side): Trouble | undefined {
  const count = use.argumentCount;
  if (use.kind !== 'call' || count === undefined) return undefined;
  const old = before.resolve(use.subpath, use.loader);
  const now = after.resolve(use.subpath, use.loader);
  if (old.status !== 'file' || now.status !== 'file') return undefined;
  const [took, takes] =
    use.name === ''
      ? [wholeParameters(before, old), wholeParameters(after, now)]
      : [before.surface(old).names.get(use.name), after.surface(now).names.get(use.name)];
  if (took === undefined || takes === undefined || takes >= count || took < count) return undefined;
  const whom = use.name === '' ? 'itself' : use.name;
  return {
    kind: 'arity',
    what: `takes ${takes} arguments at ${whom}, which is called with ${count}`,
    place: use.place,
    weight: use.name === '' ? WEIGHT.fewerParameters : WEIGHT.fewerParametersOfName,
  };
}

function wholeParameters(side: Side, { path }: Loaded): number | undefined {
  const whole = side.wholeFunction(path);
  return whole === undefined || whole.variadic ? undefined : whole.parameters;
}
