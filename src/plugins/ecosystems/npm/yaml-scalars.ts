/** YAML as lockfiles use it: every scalar is text, as YAML 1.2's failsafe schema has it. */
export type YamlValue = string | YamlMap | readonly YamlValue[];
export type YamlMap = ReadonlyMap<string, YamlValue>;

const TAB = 9;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const COMMA = 44;
const HYPHEN = 45;
const DOT = 46;
const COLON = 58;
const QUESTION = 63;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** A plain scalar cannot begin with an indicator (YAML 1.2.2, rule 126 `ns-plain-first`). */
const INDICATORS = new Set(Array.from('[]{},#&*!|>\'"%@`', (mark) => mark.charCodeAt(0)));
/** Deeper flow collections than any lockfile has are left to a parser with limits of its own. */
const MAX_FLOW_DEPTH = 16;

/**
 * A plain or quoted scalar on one line, without spaces around it; `undefined` for anything else.
 * Escapes in double quotes are left to a full parser.
 */
export function scalar(text: string): string | undefined {
  const first = text.charCodeAt(0);
  if (first !== QUOTE && first !== APOSTROPHE) return isPlain(text, first) ? text : undefined;
  if (quotedEnd(text, 0) !== text.length) return undefined;
  const inner = text.slice(1, -1);
  if (first === QUOTE) return inner.includes('\\') ? undefined : inner;
  return inner.includes("''") ? inner.replaceAll("''", "'") : inner;
}

/** A scalar, or a flow mapping or sequence on one line. */
export function scalarOrFlow(text: string): YamlValue | undefined {
  const first = text.charCodeAt(0);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return scalar(text);
  const cursor = { text, at: 0 };
  const value = flow(cursor, 0);
  return cursor.at === text.length ? value : undefined;
}

/** Index of the colon that ends the key which begins at `from`, or -1. */
export function keyEnd(line: string, from: number): number {
  const first = line.charCodeAt(from);
  if (first === QUOTE || first === APOSTROPHE) {
    const at = quotedEnd(line, from);
    return at >= 0 && endsKey(line, at) ? at : -1;
  }
  let at = line.indexOf(':', from);
  while (at >= 0 && !endsKey(line, at)) at = line.indexOf(':', at + 1);
  return at;
}

/** Whether what begins at `from` is a mapping, a sequence or indented further. */
export function isKeyed(line: string, from: number): boolean {
  const first = line.charCodeAt(from);
  return first === SPACE || line.startsWith('- ', from) || keyEnd(line, from) >= 0;
}

function endsKey(line: string, at: number): boolean {
  if (line.charCodeAt(at) !== COLON) return false;
  return at + 1 === line.length || line.charCodeAt(at + 1) === SPACE;
}

/** Index after the closing quote, or -1. */
function quotedEnd(text: string, from: number): number {
  const quote = text.charCodeAt(from);
  const mark = quote === QUOTE ? '"' : "'";
  for (let at = text.indexOf(mark, from + 1); at >= 0; at = text.indexOf(mark, at + 1)) {
    if (quote === APOSTROPHE && text.charCodeAt(at + 1) === APOSTROPHE) at += 1;
    else return at + 1;
  }
  return -1;
}

function isPlain(text: string, first: number): boolean {
  if (text === '' || INDICATORS.has(first)) return false;
  if (first === HYPHEN || first === QUESTION || first === COLON) {
    const second = text.charCodeAt(1);
    if (text.length === 1 || second === SPACE) return false;
    if (text === '---' || text.startsWith('--- ')) return false;
  }
  if (first === DOT && (text === '...' || text.startsWith('... '))) return false;
  let before = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === TAB) return false;
    // `: ` and ` #` end a plain scalar (rule 130 `ns-plain-char`).
    if (before === COLON && code === SPACE) return false;
    if (before === SPACE && code === HASH) return false;
    before = code;
  }
  return before !== COLON && before !== SPACE;
}

interface Cursor {
  readonly text: string;
  at: number;
}

function flow(cursor: Cursor, depth: number): YamlValue | undefined {
  if (depth > MAX_FLOW_DEPTH) return undefined;
  const opener = cursor.text.charCodeAt(cursor.at);
  if (opener === OPEN_BRACE) return flowMap(cursor, depth);
  return opener === OPEN_BRACKET ? flowList(cursor, depth) : flowScalar(cursor);
}

function flowMap(cursor: Cursor, depth: number): YamlMap | undefined {
  const map = new Map<string, YamlValue>();
  cursor.at += 1;
  while (skipSpaces(cursor) !== CLOSE_BRACE) {
    const key = flowScalar(cursor);
    const { text, at } = cursor;
    if (key === undefined || map.has(key)) return undefined;
    if (text.charCodeAt(at) !== COLON || text.charCodeAt(at + 1) !== SPACE) return undefined;
    cursor.at += 1;
    skipSpaces(cursor);
    const value = flow(cursor, depth + 1);
    if (value === undefined || !separated(cursor, CLOSE_BRACE)) return undefined;
    map.set(key, value);
  }
  cursor.at += 1;
  return map;
}

function flowList(cursor: Cursor, depth: number): readonly YamlValue[] | undefined {
  const list: YamlValue[] = [];
  cursor.at += 1;
  while (skipSpaces(cursor) !== CLOSE_BRACKET) {
    const value = flow(cursor, depth + 1);
    if (value === undefined || !separated(cursor, CLOSE_BRACKET)) return undefined;
    list.push(value);
  }
  cursor.at += 1;
  return list;
}

/** Passes a comma; without one the collection must end here. */
function separated(cursor: Cursor, closer: number): boolean {
  const next = skipSpaces(cursor);
  if (next === COMMA) cursor.at += 1;
  return next === COMMA || next === closer;
}

/** The code of the next character that is no space. */
function skipSpaces(cursor: Cursor): number {
  while (cursor.text.charCodeAt(cursor.at) === SPACE) cursor.at += 1;
  return cursor.text.charCodeAt(cursor.at);
}

function flowScalar(cursor: Cursor): string | undefined {
  const { text, at: start } = cursor;
  const first = text.charCodeAt(start);
  if (first === QUOTE || first === APOSTROPHE) {
    const end = quotedEnd(text, start);
    if (end < 0) return undefined;
    cursor.at = end;
    return scalar(text.slice(start, end));
  }
  let end = start;
  while (end < text.length && !endsFlowPlain(text, end)) end += 1;
  cursor.at = end;
  while (end > start && text.charCodeAt(end - 1) === SPACE) end -= 1;
  return scalar(text.slice(start, end));
}

/** Inside of flow collections their own marks end a plain scalar, and `:` before any of them. */
function endsFlowPlain(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code === COLON) {
    const next = text.charCodeAt(at + 1);
    return next === SPACE || at + 1 === text.length || isFlowMark(next);
  }
  return isFlowMark(code);
}

function isFlowMark(code: number): boolean {
  return (
    code === COMMA ||
    code === OPEN_BRACKET ||
    code === CLOSE_BRACKET ||
    code === OPEN_BRACE ||
    code === CLOSE_BRACE
  );
}
