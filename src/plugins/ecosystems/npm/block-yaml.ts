/** YAML as lockfiles use it: every scalar is text, as YAML 1.2's failsafe schema has it. */
export type YamlValue = string | YamlMap | readonly YamlValue[];
export type YamlMap = ReadonlyMap<string, YamlValue>;

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
  const lines = text.split('\n');
  const root = new Map<string, YamlValue>();
  const levels: Level[] = [{ indent: 0, value: root }];
  /** A key whose value is still to come on deeper lines. */
  let open: { indent: number; map: Map<string, YamlValue>; key: string } | undefined;
  let explicit: { indent: number; key: string } | undefined;

  for (let at = 0; at < lines.length; at += 1) {
    let line = lines[at] ?? '';
    if (line.endsWith('\r')) line = line.slice(0, -1);
    if (at === 0 && line.charCodeAt(0) === 0xfeff) line = line.slice(1);
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
      const value = scalarOrFlow(line.slice(indent + 2).trim());
      if (value === undefined || isMappingLike(line.slice(indent + 2))) return undefined;
      top.value.push(value);
      continue;
    }

    let key: string | undefined;
    let rest: string;
    if (explicit === undefined) {
      if (line.startsWith('? ', indent)) {
        const written = scalar(line.slice(indent + 2).trim());
        if (written === undefined) return undefined;
        explicit = { indent, key: written };
        continue;
      }
      const end = keyEnd(line, indent);
      if (end < 0) return undefined;
      key = scalar(line.slice(indent, end));
      rest = line.slice(end + 1).trim();
    } else {
      if (explicit.indent !== indent || line.charCodeAt(indent) !== COLON) return undefined;
      if (indent + 1 < line.length && line.charCodeAt(indent + 1) !== SPACE) return undefined;
      key = explicit.key;
      rest = line.slice(indent + 1).trim();
      explicit = undefined;
    }
    if (key === undefined || key === '' || top.value.has(key)) return undefined;

    if (rest === '') {
      top.value.set(key, '');
      open = { indent, map: top.value, key };
    } else if (rest === '|' || rest === '|-') {
      const block = literalBlock(lines, at + 1, indent);
      if (block === undefined) return undefined;
      top.value.set(key, rest === '|' && block.text !== '' ? `${block.text}\n` : block.text);
      at = block.last;
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
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const COLON = 58;
/** A plain scalar cannot begin with an indicator (YAML 1.2.2, rule 123 `ns-plain-first`). */
const INDICATORS = new Set('[]{},#&*!|>\'"%@`');
/** Deeper flow collections than any lockfile has are left to a parser with limits of its own. */
const MAX_FLOW_DEPTH = 16;

function indentOf(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === SPACE) indent += 1;
  return indent;
}

/** Index of the colon that ends the key, or -1. */
function keyEnd(line: string, from: number): number {
  const first = line.charCodeAt(from);
  let at: number;
  if (first === QUOTE || first === APOSTROPHE) {
    at = quotedEnd(line, from);
    if (at < 0 || line.charCodeAt(at) !== COLON) return -1;
    return at + 1 === line.length || line.charCodeAt(at + 1) === SPACE ? at : -1;
  }
  for (at = line.indexOf(':', from); at >= 0; at = line.indexOf(':', at + 1)) {
    if (at + 1 === line.length || line.charCodeAt(at + 1) === SPACE) return at;
  }
  return -1;
}

/** Index after the closing quote, or -1. Escapes in double quotes are left to a full parser. */
function quotedEnd(text: string, from: number): number {
  const quote = text.charAt(from);
  for (let at = text.indexOf(quote, from + 1); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (quote === "'" && text.charCodeAt(at + 1) === APOSTROPHE) at += 1;
    else return at + 1;
  }
  return -1;
}

function scalar(text: string): string | undefined {
  const first = text.charAt(0);
  if (first === '"' || first === "'") {
    if (quotedEnd(text, 0) !== text.length) return undefined;
    const inner = text.slice(1, -1);
    if (first === '"') return inner.includes('\\') ? undefined : inner;
    return inner.includes("''") ? inner.replaceAll("''", "'") : inner;
  }
  return isPlain(text) ? text : undefined;
}

function isPlain(text: string): boolean {
  const first = text.charAt(0);
  if (text === '' || INDICATORS.has(first)) return false;
  if (first === '-' || first === '?' || first === ':') {
    if (text.length === 1 || text.charCodeAt(1) === SPACE) return false;
    if (text === '---' || text.startsWith('--- ')) return false;
  }
  if (text === '...' || text.startsWith('... ')) return false;
  return !text.includes(': ') && !text.endsWith(':') && !/[\t ]#|\t/.test(text);
}

function isMappingLike(text: string): boolean {
  return keyEnd(text.trim(), 0) >= 0 || text.startsWith(' ') || text.startsWith('- ');
}

function scalarOrFlow(text: string): YamlValue | undefined {
  const first = text.charAt(0);
  if (first !== '{' && first !== '[') return scalar(text);
  const cursor = { text, at: 0 };
  const value = flow(cursor, 0);
  return cursor.at === text.length ? value : undefined;
}

interface Cursor {
  readonly text: string;
  at: number;
}

function flow(cursor: Cursor, depth: number): YamlValue | undefined {
  if (depth > MAX_FLOW_DEPTH) return undefined;
  const opener = cursor.text.charAt(cursor.at);
  if (opener !== '{' && opener !== '[') return flowScalar(cursor);
  const closer = opener === '{' ? '}' : ']';
  const map = new Map<string, YamlValue>();
  const list: YamlValue[] = [];
  cursor.at += 1;
  for (;;) {
    skipSpaces(cursor);
    if (cursor.text.charAt(cursor.at) === closer) break;
    if (opener === '{') {
      const key = flowScalar(cursor);
      if (key === undefined || map.has(key) || cursor.text.charAt(cursor.at) !== ':') {
        return undefined;
      }
      if (cursor.text.charAt(cursor.at + 1) !== ' ') return undefined;
      cursor.at += 1;
      skipSpaces(cursor);
      const value = flow(cursor, depth + 1);
      if (value === undefined) return undefined;
      map.set(key, value);
    } else {
      const value = flow(cursor, depth + 1);
      if (value === undefined) return undefined;
      list.push(value);
    }
    skipSpaces(cursor);
    const next = cursor.text.charAt(cursor.at);
    if (next === ',') cursor.at += 1;
    else if (next !== closer) return undefined;
  }
  cursor.at += 1;
  return opener === '{' ? map : list;
}

function skipSpaces(cursor: Cursor): void {
  while (cursor.text.charCodeAt(cursor.at) === SPACE) cursor.at += 1;
}

const FLOW_PLAIN_END = /[,{}[\]]|:(?=[ ,{}[\]]|$)/g;

function flowScalar(cursor: Cursor): string | undefined {
  const first = cursor.text.charAt(cursor.at);
  const start = cursor.at;
  if (first === '"' || first === "'") {
    const end = quotedEnd(cursor.text, start);
    if (end < 0) return undefined;
    cursor.at = end;
    return scalar(cursor.text.slice(start, end));
  }
  FLOW_PLAIN_END.lastIndex = start;
  cursor.at = FLOW_PLAIN_END.exec(cursor.text)?.index ?? cursor.text.length;
  return scalar(cursor.text.slice(start, cursor.at).trimEnd());
}

/** The lines of a `|` block deeper than its key; trailing empty lines are dropped. */
function literalBlock(
  lines: readonly string[],
  from: number,
  parent: number,
): { text: string; last: number } | undefined {
  const taken: string[] = [];
  let indent = -1;
  let last = from - 1;
  for (let at = from; at < lines.length; at += 1) {
    const line = (lines[at] ?? '').replace(/\r$/, '');
    const own = indentOf(line);
    if (own === line.length) {
      // Spaces beyond the block's indent would be content: leave that to a full parser.
      if (own > parent + 1 && (indent < 0 || own > indent)) return undefined;
      taken.push('');
      continue;
    }
    if (own <= parent) break;
    if (indent < 0) indent = own;
    if (own < indent) return undefined;
    taken.push(line.slice(indent));
    last = at;
  }
  taken.length = last - from + 1;
  return { text: taken.join('\n'), last };
}
