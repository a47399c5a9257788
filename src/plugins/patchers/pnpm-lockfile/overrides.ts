import { posix } from 'node:path';
import semver from 'semver';
import { parseDocument } from 'yaml';
import type { Remedy } from '../../../domain/remedy.ts';
import { removeFromJson, setInJson } from '../shared/json-edit.ts';
import { parseManifest } from '../shared/manifest.ts';
import { notApplied, selectorOf } from '../shared/request.ts';
import type { Session } from '../shared/session.ts';
import { removeFromYaml, setInYaml } from '../shared/yaml-edit.ts';

/** Where a project keeps its overrides, and the way to write them there. */
export interface OverridePlace {
  readonly file: string;
  has(key: string): boolean;
  set(text: string, key: string, version: string): string;
  remove(text: string, key: string): string;
}

/**
 * `pnpm.overrides` of the root manifest where the project has them there (pnpm ≤ 10 reads them),
 * `resolutions` never; else `overrides` in `pnpm-workspace.yaml` from pnpm 10 on
 * (pnpm.io/settings#overrides), the manifest before.
 */
export async function overridePlace(
  session: Session,
  folder: string,
  version: string,
): Promise<OverridePlace> {
  const manifestFile = posix.join(folder, 'package.json');
  const workspaceFile = posix.join(folder, 'pnpm-workspace.yaml');
  const manifest = parseManifest((await session.read(manifestFile)) ?? '{}', manifestFile);
  const pnpm = manifest['pnpm'] as Readonly<Record<string, unknown>> | undefined;
  const inManifest = (pnpm?.['overrides'] ?? {}) as Readonly<Record<string, unknown>>;
  const hasThere = Object.keys(inManifest).length > 0;
  if (semver.lt(version, '10.0.0') || (hasThere && semver.lt(version, '11.0.0-0'))) {
    return {
      file: manifestFile,
      has: (key) => key in inManifest,
      set: (text, key, to) => setInJson(text, ['pnpm', 'overrides', key], to),
      remove: (text, key) => removeFromJson(text, ['pnpm', 'overrides', key], 0),
    };
  }
  const document = parseDocument((await session.read(workspaceFile)) ?? '');
  return {
    file: workspaceFile,
    has: (key) => document.hasIn(['overrides', key]),
    set: (text, key, to) => setInYaml(text, ['overrides', key], to),
    remove: (text, key) => removeFromYaml(text, ['overrides', key]),
  };
}

/** pnpm's spelling of a selector: `parent@range>name`. */
export function overrideKey(remedy: Remedy): string {
  const { parent, range } = selectorOf(remedy);
  if (parent === '') return remedy.package;
  return `${parent}${range === '' ? '' : `@${range}`}>${remedy.package}`;
}

/** Adds or retires the override that a remedy speaks of. */
export async function rewriteOverride(
  session: Session,
  place: OverridePlace,
  remedy: Remedy,
  to: string | undefined,
): Promise<void> {
  const text = (await session.read(place.file)) ?? '';
  if (!remedy.retires) {
    await session.write(place.file, place.set(text, overrideKey(remedy), to ?? ''));
    return;
  }
  const { parent } = selectorOf(remedy);
  const bare = parent === '' ? remedy.package : `${parent}>${remedy.package}`;
  const key = [overrideKey(remedy), bare].find((one) => place.has(one));
  if (key === undefined) throw notApplied(remedy, `${place.file} holds no such override`);
  await session.write(place.file, place.remove(text, key));
}
