/**
 * The same value with all text as PostgreSQL can keep it: no NUL, and no half of a surrogate pair
 * (where a line was cut), each replaced by U+FFFD. Text from repositories and advisories may have
 * either, and one such character would keep a whole scan from being recorded.
 */
export function storable<T>(value: T): T {
  const text = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' ? part.toWellFormed().replaceAll('\0', '\uFFFD') : part,
  );
  return JSON.parse(text) as T;
}
