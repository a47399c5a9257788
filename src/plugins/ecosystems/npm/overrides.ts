import { field, isObject, type JsonObject, objectField, textEntries } from './json-text.ts';

/**
 * Forced versions, whatever the package manager calls them, as `selector → version`. A selector
 * lists the packages on the way from the outside in: `parent@range > name`.
 */
export type Overrides = Readonly<Record<string, string>>;

/** npm's nested `overrides` (package.json documentation); `$name` is the root's own requirement. */
export function npmOverrides(manifest: JsonObject): Overrides {
  const result = new Map<string, string>();
  const queue: { prefix: readonly string[]; value: JsonObject }[] = [
    { prefix: [], value: objectField(manifest, 'overrides') },
  ];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (next.prefix.length > MAX_OVERRIDE_DEPTH) continue;
    for (const [key, value] of Object.entries(next.value)) {
      const path = key === '.' ? next.prefix : [...next.prefix, key];
      if (typeof value === 'string') {
        if (path.length > 0) result.set(path.join(' > '), reference(value, manifest));
      } else if (isObject(value) && key !== '.') {
        queue.push({ prefix: path, value });
      }
    }
  }
  return sorted(result);
}

const MAX_OVERRIDE_DEPTH = 32;

/** pnpm's flat overrides: `parent@1>name` selects a dependency of certain parents. */
export function pnpmOverrides(
  entries: Iterable<readonly [string, string]>,
  manifest: JsonObject,
): Overrides {
  const result = new Map<string, string>();
  for (const [selector, version] of entries) {
    // `>` also begins a comparator: `name@>=1` is one selector, not two.
    const parts = selector.split(/(?<=[^@|\s<>=])\s*>(?!=)\s*(?=[@A-Za-z])/);
    result.set(parts.map((part) => part.trim()).join(' > '), reference(version, manifest));
  }
  return sorted(result);
}

/** yarn's `resolutions`: paths with `/`, and in classic a leading glob that means nothing more. */
export function yarnResolutions(manifest: JsonObject): Overrides {
  const result = new Map<string, string>();
  for (const [selector, version] of textEntries(objectField(manifest, 'resolutions'))) {
    // A scope's slash belongs to the name: `a/@s/b` is `a > @s/b`. So does one inside a range.
    const parts = selector.match(/(?:@[^/@]+\/)?[^/@]+(?:@(?:[a-z]+:)?[^/]*)?/g) ?? [];
    const path = parts.filter((part) => part !== '**');
    if (path.length > 0) result.set(path.join(' > '), version);
  }
  return sorted(result);
}

function reference(version: string, manifest: JsonObject): string {
  if (!version.startsWith('$')) return version;
  const name = version.slice(1);
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    const value = field(objectField(manifest, kind), name);
    if (typeof value === 'string') return value;
  }
  return version;
}

function sorted(map: ReadonlyMap<string, string>): Overrides {
  // fromEntries defines own properties, so that a selector `__proto__` stays a selector.
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
