import { parseNpmRequirement } from '../../versions/npm-requirement.ts';

/** A requirement taken apart: what is asked for, under whatever name it is required. */
export interface Requirement {
  /** The name in the registry: an alias (`npm:other@1`) is resolved. */
  readonly name: string;
  /** For `range` a semver range, for `tag` a distribution tag, else the requirement as written. */
  readonly range: string;
  /** `elsewhere`: git, file, URL, workspace, catalog: no registry version satisfies it. */
  readonly kind: 'range' | 'tag' | 'elsewhere';
}

const remembered = new Map<string, Requirement>();
const MAX_REMEMBERED = 20_000;

/** Reads a requirement as a manifest, lockfile or the registry writes it. */
export function readRequirement(name: string, written: string): Requirement {
  const key = `${name} ${written}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  const requirement = classify(name, written);
  remembered.set(key, requirement);
  return requirement;
}

function classify(name: string, written: string): Requirement {
  const parsed = parseNpmRequirement(written);
  switch (parsed.kind) {
    case 'range':
      return { name, range: parsed.range, kind: 'range' };
    case 'alias':
      return { name: parsed.name, range: parsed.range, kind: 'range' };
    case 'tag':
      // A tag cannot hold a colon: `catalog:`, `jsr:` and whatever comes next are protocols.
      return { name, range: parsed.tag, kind: parsed.tag.includes(':') ? 'elsewhere' : 'tag' };
    case 'workspace':
    case 'git':
    case 'url':
    case 'file':
      return { name, range: written, kind: 'elsewhere' };
  }
}
