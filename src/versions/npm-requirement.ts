// Not the whole of semver: ranges are a third of its files, and a scan's time is mostly loading.
import Range from 'semver/classes/range.js';

/** What an npm dependency requirement asks for, from the value in a manifest. */
export type NpmRequirement =
  | { readonly kind: 'range'; readonly range: string }
  | { readonly kind: 'alias'; readonly name: string; readonly range: string }
  /** A member of the same workspace; `range` is what it must satisfy, `*` for `workspace:^`. */
  | { readonly kind: 'workspace'; readonly range: string }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'git' | 'url' | 'file'; readonly location: string };

/** What nearly every requirement looks like; parsing a range costs a hundred times as much. */
const COMMON = /^[~^]?\d{1,15}\.\d{1,15}\.\d{1,15}$/;
const GIT = /^(?:git[+:@]|(?:github|gitlab|bitbucket|gist):|ssh:)|^[^@/\s:]+\/[^@/\s:]+(?:#.*)?$/;
const GIT_URL = /^https?:\/\/[^#]+\.git(?:#.*)?$/;
const FILE = /^(?:file:|link:|portal:|\.{0,2}\/|~\/|[A-Za-z]:[\\/])/;

/**
 * Sorts a requirement into its kind (npm-package-arg's grammar, package.json documentation of npm,
 * pnpm and yarn). Protocols that stand for "the registry" (`npm:^1`) are taken off.
 */
export function parseNpmRequirement(text: string): NpmRequirement {
  const requirement = text.trim();
  if (COMMON.test(requirement)) return { kind: 'range', range: requirement };
  if (requirement.startsWith('workspace:')) return workspace(requirement.slice(10));
  if (requirement.startsWith('npm:')) return alias(requirement.slice(4));
  if (requirement.startsWith('patch:')) return patched(requirement.slice(6));
  if (FILE.test(requirement)) return { kind: 'file', location: requirement };
  if (GIT.test(requirement) || GIT_URL.test(requirement)) {
    return { kind: 'git', location: requirement };
  }
  if (/^https?:\/\//.test(requirement)) return { kind: 'url', location: requirement };
  if (rangeOf(requirement) !== undefined) return { kind: 'range', range: requirement || '*' };
  return { kind: 'tag', tag: requirement };
}

/**
 * Whether a version satisfies a requirement as a manifest writes it. Dist tags, git, URL and file
 * requirements name something else than a set of versions: nothing satisfies them.
 */
export function satisfiesNpmRequirement(version: string, requirement: string): boolean {
  const parsed = parseNpmRequirement(requirement);
  if (!('range' in parsed)) return false;
  return rangeOf(parsed.range)?.test(version) ?? false;
}

function workspace(rest: string): NpmRequirement {
  // `workspace:^` and `workspace:~` take any version now and become a range on publish.
  if (rest === '' || rest === '^' || rest === '~') return { kind: 'workspace', range: '*' };
  const at = rest.lastIndexOf('@');
  const range = at > 0 ? rest.slice(at + 1) : rest;
  return rangeOf(range) === undefined
    ? { kind: 'file', location: rest }
    : { kind: 'workspace', range };
}

function alias(rest: string): NpmRequirement {
  const at = rest.lastIndexOf('@');
  if (at > 0) return { kind: 'alias', name: rest.slice(0, at), range: rest.slice(at + 1) || '*' };
  if (rest !== '' && rangeOf(rest) === undefined) return { kind: 'alias', name: rest, range: '*' };
  return { kind: 'range', range: rest || '*' };
}

/** Berry's `patch:name@npm%3A1.0.0#./fix.patch`: the requirement below the patch. */
function patched(rest: string): NpmRequirement {
  const source = rest.split('#', 1)[0] ?? '';
  const at = source.indexOf('@', 1);
  const range = at < 0 ? '*' : source.slice(at + 1).replace(/^npm(?:%3A|:)/i, '');
  return { kind: 'range', range: rangeOf(range) === undefined ? '*' : range };
}

const ranges = new Map<string, Range | undefined>();
const MAX_RANGES = 8192;
/** node-semver's own limit for a version is 256; a range is a handful of those. */
const MAX_RANGE_LENGTH = 4096;

function rangeOf(text: string): Range | undefined {
  const known = ranges.get(text);
  if (known !== undefined || ranges.has(text)) return known;
  if (ranges.size >= MAX_RANGES) ranges.clear();
  const range = text.length > MAX_RANGE_LENGTH ? undefined : tryRange(text);
  ranges.set(text, range);
  return range;
}

function tryRange(text: string): Range | undefined {
  try {
    return new Range(text, { loose: true });
  } catch {
    return undefined;
  }
}
