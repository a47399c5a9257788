import type { Remedy } from '../../../domain/remedy.ts';
import { removeFromJson, setInJson } from '../shared/json-edit.ts';
import { entriesOf, parseManifest } from '../shared/manifest.ts';
import { notApplied, selectorOf } from '../shared/request.ts';
import { admits } from './tree.ts';

type Overrides = Readonly<Record<string, unknown>>;

/**
 * Adds an override to the root manifest (npm docs, package.json, "overrides"): `{name: to}` or
 * `{"parent@range": {name: to}}`. A string that is in the way of a nested rule becomes its `.` key.
 *
 * @param parentVersions versions of the parent that are locked
 */
export function addOverride(
  text: string,
  file: string,
  remedy: Remedy,
  to: string,
  parentVersions: readonly string[],
): string {
  const manifest = parseManifest(text, file);
  const overrides = (manifest['overrides'] ?? {}) as Overrides;
  const { parent, range } = selectorOf(remedy);
  if (parent === '') {
    // npm refuses (EOVERRIDE) an override that differs from the root's own requirement; `$name`
    // is its way to say "whatever the root says".
    const own = entriesOf(manifest, remedy.package).find(
      ({ key, section }) => key === remedy.package && section !== 'peerDependencies',
    );
    const value = own === undefined ? to : `$${remedy.package}`;
    const nested = isRecord(overrides[remedy.package]);
    return setInJson(text, ['overrides', remedy.package, ...(nested ? ['.'] : [])], value);
  }
  const key =
    range === '' || isExtra(manifest, parent, range, parentVersions)
      ? parent
      : `${parent}@${range}`;
  const existing = overrides[key];
  if (typeof existing === 'string') {
    return setInJson(text, ['overrides', key], { '.': existing, [remedy.package]: to });
  }
  return setInJson(text, ['overrides', key, remedy.package], to);
}

/**
 * Whether the range in `parent@range` does not need saying. npm takes it for an override of the
 * parent as well (`OverrideSet`: the value of a nested rule defaults to the range of its key),
 * which pins the parent, and conflicts with a direct requirement (EOVERRIDE).
 */
function isExtra(
  manifest: Readonly<Record<string, unknown>>,
  parent: string,
  range: string,
  parentVersions: readonly string[],
): boolean {
  const direct = entriesOf(manifest, parent).length > 0;
  return direct || parentVersions.every((version) => admits(range, version));
}

/** Takes an override out again, and what this leaves empty. */
export function retireOverride(text: string, file: string, remedy: Remedy): string {
  const overrides = parseManifest(text, file)['overrides'];
  const { parent, range } = selectorOf(remedy);
  const path = isRecord(overrides) ? pathOf(overrides, remedy.package, parent, range) : undefined;
  if (path === undefined) throw notApplied(remedy, `${file} holds no such override`);
  return removeFromJson(text, ['overrides', ...path], 0);
}

function pathOf(
  overrides: Overrides,
  name: string,
  parent: string,
  range: string,
): string[] | undefined {
  if (parent === '') {
    const key = [name, ...Object.keys(overrides).filter((one) => one.startsWith(`${name}@`))].find(
      (one) => one in overrides,
    );
    if (key === undefined) return undefined;
    return isRecord(overrides[key]) ? [key, '.'] : [key];
  }
  for (const key of range === '' ? [parent] : [`${parent}@${range}`, parent]) {
    const rules = overrides[key];
    if (isRecord(rules) && name in rules) return [key, name];
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
