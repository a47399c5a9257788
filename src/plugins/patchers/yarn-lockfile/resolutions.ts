import semver from 'semver';
import type { Remedy } from '../../../domain/remedy.ts';
import { removeFromJson, setInJson } from '../shared/json-edit.ts';
import { parseManifest } from '../shared/manifest.ts';
import { notApplied, selectorOf } from '../shared/request.ts';

type Style = 'classic' | 'berry';

/**
 * yarn's spelling of a selector. Classic matches a glob on the path from the root, so that a
 * parent anywhere needs `**` before it, and knows no versions of parents; berry matches any parent
 * and takes an exact version (`parent@npm:1.0.0/name`).
 */
function resolutionKey(remedy: Remedy, style: Style): string {
  const { parent, range } = selectorOf(remedy);
  if (parent === '') return remedy.package;
  if (style === 'classic') return `**/${parent}/${remedy.package}`;
  const exact = semver.valid(range);
  return `${parent}${exact === null ? '' : `@npm:${exact}`}/${remedy.package}`;
}

export function addResolution(text: string, remedy: Remedy, to: string, style: Style): string {
  return setInJson(text, ['resolutions', resolutionKey(remedy, style)], to);
}

export function retireResolution(text: string, file: string, remedy: Remedy, style: Style): string {
  const resolutions = parseManifest(text, file)['resolutions'] ?? {};
  const { parent } = selectorOf(remedy);
  const spelled = [
    resolutionKey(remedy, style),
    ...(parent === ''
      ? [`**/${remedy.package}`]
      : [`${parent}/${remedy.package}`, `**/${parent}/${remedy.package}`]),
  ];
  const key =
    spelled.find((one) => Object.hasOwn(resolutions, one)) ??
    Object.keys(resolutions).find((one) => parent === '' && one.startsWith(`${remedy.package}@`));
  if (key === undefined) throw notApplied(remedy, `${file} holds no such resolution`);
  return removeFromJson(text, ['resolutions', key], 0);
}
