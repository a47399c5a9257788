import type { Scalar } from 'yaml';

/** Escapes of a double-quoted scalar that stand for one character, by length (YAML 1.2.2, 5.7). */
const ESCAPE_LENGTH: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };
const BLANK_ESCAPES = new Set(['n', 't', 'r', 'v', 'f', 'L', 'P', ' ', '_', '\n', '\r']);

/**
 * Where in the file a character of a scalar's text stands.
 *
 * Quoting, escapes, indentation and folding put characters in, but they neither drop nor reorder
 * any that is not blank: the n-th such character of the text is the n-th of the source.
 *
 * @param index UTF-16 position in the scalar's value; at or past its end: the place behind it
 */
export function sourceOffset(source: string, scalar: Scalar, index: number): number | undefined {
  const { range, value, type } = scalar;
  if (!range || typeof value !== 'string') return undefined;
  const wanted = Array.from(value.slice(0, index)).filter((each) => !isBlank(each)).length;
  const offsets = visibleOffsets(source, range[0], range[1], type);
  const last = offsets.at(-1);
  return offsets[wanted] ?? (last === undefined ? range[0] : last + 1);
}

/** Offsets of all characters of the value that are not blank. */
function visibleOffsets(
  source: string,
  start: number,
  end: number,
  type: Scalar['type'],
): readonly number[] {
  const offsets: number[] = [];
  const isQuoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
  let at = start;
  // A block scalar begins with its header: `|`, `>-`, `|2 # comment`.
  if (type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED') at = source.indexOf('\n', start) + 1;
  if (isQuoted) at += 1;
  const stop = isQuoted ? end - 1 : end;
  while (at < stop) {
    const { length, blank } = characterAt(source, at, type);
    if (!blank) offsets.push(at);
    at += length;
  }
  return offsets;
}

function characterAt(
  source: string,
  at: number,
  type: Scalar['type'],
): { readonly length: number; readonly blank: boolean } {
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  const next = source.charAt(at + 1);
  if (type === 'QUOTE_DOUBLE' && character === '\\') {
    return { length: ESCAPE_LENGTH[next] ?? 2, blank: BLANK_ESCAPES.has(next) };
  }
  if (type === 'QUOTE_SINGLE' && character === "'" && next === "'") {
    return { length: 2, blank: false };
  }
  return { length: character.length, blank: isBlank(character) };
}

function isBlank(character: string): boolean {
  return /\s/.test(character);
}
