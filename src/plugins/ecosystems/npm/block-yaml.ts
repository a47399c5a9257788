import {
  isKeyed,
  keyEnd,
  scalar,
  scalarOrFlow,
  type YamlMap,
  type YamlValue,
} from './yaml-scalars.ts';

type Container = Map<string, YamlValue> | YamlValue[];
interface Level {
  readonly indent: number;
  readonly value: Container;
}

/**
 * Reads the part of YAML that package managers write: block mappings and sequences by indentation,
 * plain and quoted scalars, flow collections on one line, literal blocks, explicit keys. One pass
 * over the lines, no recursion over the nesting, an order of magnitude faster than a full parser.
 *
 * `undefined` for anything else, malformed or merely unusual: a full parser must judge then. What
 * it does return equals what a full parser returns.
 */
export function readBlockYaml(text: string): YamlMap | undefined {
  const lines = new Lines(text);
  const root = new Map<string, YamlValue>();
  const levels: Level[] = [{ indent: 0, value: root }];
  /** A key whose value is still to come on deeper lines. */
  let open: { indent: number; map: Map<string, YamlValue>; key: string } | undefined;
  let explicit: { indent: number; key: string } | undefined;

  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const indent = indentOf(line);
    if (indent === line.length || line.charCodeAt(indent) === HASH) continue;
    if (line.charCodeAt(indent) === TAB) return undefined;
    const item = line.startsWith('- ', indent);

    if (open !== undefined) {
      const nests = indent > open.indent || (item && indent === open.indent);
      if (nests) {
        const value: Container = item ? [] : new Map<string, YamlValue>();
        open.map.set(open.key, value);
        levels.push({ indent, value });
      }
      open = undefined;
    }
    const top = enclosing(levels, indent, item);
    if (top === undefined || top.indent !== indent || Array.isArray(top.value) !== item) {
      return undefined;
    }

    if (Array.isArray(top.value)) {
      if (isKeyed(line, indent + 2)) return undefined;
      const value = scalarOrFlow(line.slice(indent + 2));
      if (value === undefined) return undefined;
      top.value.push(value);
      continue;
    }

    let key: string | undefined;
    let rest: string;
    if (explicit === undefined) {
      if (line.startsWith('? ', indent)) {
        const written = scalar(line.slice(indent + 2));
        if (written === undefined) return undefined;
        explicit = { indent, key: written };
        continue;
      }
      const end = keyEnd(line, indent);
      if (end < 0) return undefined;
      key = scalar(line.slice(indent, end));
      rest = afterSpaces(line, end + 1);
    } else {
      if (explicit.indent !== indent || line.charCodeAt(indent) !== COLON) return undefined;
      if (indent + 1 < line.length && line.charCodeAt(indent + 1) !== SPACE) return undefined;
      key = explicit.key;
      rest = afterSpaces(line, indent + 1);
      explicit = undefined;
    }
    if (key === undefined || key === '' || top.value.has(key)) return undefined;

    if (rest === '') {
      top.value.set(key, '');
      open = { indent, map: top.value, key };
    } else if (rest === '|' || rest === '|-') {
      const block = literalBlock(lines, indent);
      if (block === undefined) return undefined;
      top.value.set(key, rest === '|' && block !== '' ? `${block}\n` : block);
    } else {
      const value = scalarOrFlow(rest);
      if (value === undefined) return undefined;
      top.value.set(key, value);
    }
  }
  return explicit === undefined ? root : undefined;
}

/** Leaves the levels that end before this line. A sequence may stand as deep as its own key. */
function enclosing(levels: Level[], indent: number, item: boolean): Level | undefined {
  for (let top = levels.at(-1); top !== undefined; top = levels.at(-1)) {
    const ends =
      top.indent > indent || (top.indent === indent && Array.isArray(top.value) && !item);
    if (!ends) return top;
    levels.pop();
  }
  return undefined;
}

const TAB = 9;
const SPACE = 32;
const HASH = 35;
const COLON = 58;

function indentOf(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === SPACE) indent += 1;
  return indent;
}

function afterSpaces(line: string, from: number): string {
  let at = from;
  while (line.charCodeAt(at) === SPACE) at += 1;
  return line.slice(at);
}

/** The lines of a text one by one, without what ends them. */
class Lines {
  readonly #text: string;
  #at: number;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  }

  next(): string | undefined {
    return this.#take(true);
  }

  /** The next line with the spaces at its end. */
  nextWhole(): string | undefined {
    return this.#take(false);
  }

  #take(trimmed: boolean): string | undefined {
    const start = this.#at;
    if (start >= this.#text.length) return undefined;
    const newline = this.#text.indexOf('\n', start);
    let end = newline < 0 ? this.#text.length : newline;
    this.#at = end + 1;
    if (end > start && this.#text.charCodeAt(end - 1) === CARRIAGE_RETURN) end -= 1;
    if (trimmed) while (end > start && this.#text.charCodeAt(end - 1) === SPACE) end -= 1;
    return this.#text.slice(start, end);
  }

  /** Puts the reader back to where it was, as {@link place} told. */
  back(place: number): void {
    this.#at = place;
  }

  place(): number {
    return this.#at;
  }
}

const CARRIAGE_RETURN = 13;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * The lines of a `|` block deeper than its key, without the empty ones at its end. Trailing spaces
 * would be content of it: a block with any is left to a full parser.
 */
function literalBlock(lines: Lines, parent: number): string | undefined {
  const taken: string[] = [];
  let kept = 0;
  let indent = -1;
  let place = lines.place();
  for (let line = lines.nextWhole(); line !== undefined; line = lines.nextWhole()) {
    const own = indentOf(line);
    if (own === line.length) {
      if (own > 0) return undefined;
      taken.push('');
      continue;
    }
    if (own <= parent) break;
    if (indent < 0) indent = own;
    if (own < indent) return undefined;
    taken.push(line.slice(indent));
    kept = taken.length;
    place = lines.place();
  }
  // Comments and empty lines after it belong to what follows.
  lines.back(place);
  taken.length = kept;
  return taken.join('\n');
}
