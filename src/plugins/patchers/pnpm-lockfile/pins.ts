import { posix } from 'node:path';
import { parseDocument } from 'yaml';
import type { Remedy } from '../../../domain/remedy.ts';
import { setInJson } from '../shared/json-edit.ts';
import { parseManifest } from '../shared/manifest.ts';
import { manifestOf } from '../shared/request.ts';
import type { Session } from '../shared/session.ts';
import { removeFromYaml, setInYaml } from '../shared/yaml-edit.ts';
import type { Dependent } from './lockfile.ts';
import type { OverridePlace } from './overrides.ts';

/** A consumer that a remedy gives another version. */
export interface Move {
  readonly remedy: Remedy;
  readonly to: string;
  /** An importer's path is relative to the copy's root. */
  readonly dependent: Dependent;
}

/** What was narrowed for a run, to be taken out of the lockfile again. */
export interface Pins {
  /** Keys of overrides. */
  readonly overrides: readonly string[];
  readonly specifiers: readonly Specifier[];
}

interface Specifier {
  /** As the lockfile names it. */
  readonly importer: string;
  readonly section: string;
  readonly key: string;
  /** What the manifest really says. */
  readonly range: string;
}

/** Pins consumers for the next runs: a direct one in its manifest, others by an override each. */
export async function pin(
  session: Session,
  moves: readonly Move[],
  place: OverridePlace,
  folder: string,
): Promise<Pins> {
  const texts = new Map<string, string>();
  const textOf = async (path: string) => texts.get(path) ?? (await session.read(path)) ?? '';
  const overrides: string[] = [];
  const specifiers: Specifier[] = [];
  for (const { remedy, dependent, to } of moves) {
    const { key, importer, parent } = dependent;
    const version = key === remedy.package ? to : `npm:${remedy.package}@${to}`;
    if (parent) {
      const selector = `${parent.name}@${parent.version}>${key}`;
      texts.set(place.file, place.set(await textOf(place.file), selector, version));
      overrides.push(selector);
      continue;
    }
    const path = manifestOf(importer ?? folder);
    const manifest = parseManifest(await textOf(path), path);
    for (const section of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      const range = (manifest[section] as Readonly<Record<string, string>> | undefined)?.[key];
      if (range === undefined) continue;
      texts.set(path, setInJson(await textOf(path), [section, key], version));
      const own = posix.relative(folder, importer ?? folder) || '.';
      specifiers.push({ importer: own, section, key, range });
    }
  }
  for (const [path, text] of texts) await session.pretend(path, text);
  return { overrides, specifiers };
}

/**
 * The lockfile that pnpm wrote with pins, as it would have written it without: the overrides are
 * taken out, and importers require again what their manifests say (`specifier` from format 6 on,
 * `specifiers` before).
 */
export function unpin(text: string, pins: Pins): string {
  // Everything concerned stands before the packages, which can be a hundred times as long.
  const end = /^(?:packages|snapshots):/m.exec(text)?.index ?? text.length;
  // pnpm ≥ 11 may put a document of its own before the project's.
  const start = /^[\s\S]*\n---\r?\n/.exec(text.slice(0, end))?.[0].length ?? 0;
  let head = text.slice(start, end);
  for (const key of pins.overrides) head = removeFromYaml(head, ['overrides', key]);
  // What followed the last override after a blank line must not follow two.
  if (pins.overrides.length > 0) head = head.replace(/\n{3,}/g, '\n\n');
  for (const { importer, section, key, range } of pins.specifiers) {
    const document = parseDocument(head);
    const path = [
      ['importers', importer, section, key, 'specifier'],
      [section, key, 'specifier'],
      ['importers', importer, 'specifiers', key],
      ['specifiers', key],
    ].find((one) => typeof document.getIn(one) === 'string');
    if (path) head = setInYaml(head, path, range);
  }
  return text.slice(0, start) + head + text.slice(end);
}
