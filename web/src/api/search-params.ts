/**
 * Addresses as people can read and write them: `?band=act,attend&text=express`. Everything is text;
 * each route says what it makes of it.
 */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** Lists are joined by commas; what is absent or empty is left out. */
export function stringifySearch(search: Record<string, unknown>): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(search)) {
    const text = Array.isArray(value)
      ? value.map(String).join(',')
      : typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? String(value)
        : '';
    if (text === '') continue;
    const escaped = encodeURIComponent(text).replaceAll('%2C', ',').replaceAll('%3A', ':');
    parts.push(`${encodeURIComponent(name)}=${escaped}`);
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

type Raw = Record<string, unknown>;

/** A text of the address; absent when empty. */
export function textOf(search: Raw, name: string): string | undefined {
  const value = search[name];
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** One of several words; absent when it is none of them. */
export function oneOf<T extends string>(
  search: Raw,
  name: string,
  words: readonly T[],
): T | undefined {
  const value = textOf(search, name);
  return words.find((word) => word === value);
}

/** Those of several words that are given; absent when none is. */
export function someOf<T extends string>(
  search: Raw,
  name: string,
  words: readonly T[],
): T[] | undefined {
  const value = search[name];
  const given = Array.isArray(value) ? value.map(String) : (textOf(search, name)?.split(',') ?? []);
  const known = words.filter((word) => given.includes(word));
  return known.length === 0 ? undefined : known;
}

/** Whole number at or above `least`; absent when it is none. */
export function numberOf(search: Raw, name: string, least = 1): number | undefined {
  const value = Number(textOf(search, name) ?? Number.NaN);
  return Number.isInteger(value) && value >= least ? value : undefined;
}

/** Leaves out what is undefined, as exact optional types want it. */
export function present<T extends Raw>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/**
 * What a route makes of its address. What is absent stays as `undefined`: the router would let
 * through as it came what the route does not name.
 */
export function searchOf<T extends Raw>(values: T): Partial<T> {
  return values;
}
