import { corrupt } from './corrupt.ts';

export interface ClassicEntry {
  /** The requirements it answers: `name@range`. */
  readonly patterns: readonly string[];
  readonly fields: ReadonlyMap<string, string>;
  readonly dependencies: readonly (readonly [string, string])[];
  readonly optionalDependencies: readonly (readonly [string, string])[];
}

const REGENERATE = 'yarn install --ignore-scripts';
const TOKEN = /"((?:[^"\\]|\\.)*)"|[^\s",]+/y;

/**
 * yarn.lock version 1: blocks of `pattern, pattern:` with indented `key value` lines and the two
 * nested lists of dependencies. A format of its own, close to YAML but not YAML.
 *
 * @throws SutureError `lockfile-corrupt` with line and column.
 */
export function readClassicText(text: string, file: string): ClassicEntry[] {
  const entries: ClassicEntry[] = [];
  let fields: Map<string, string> | undefined;
  let lists: Record<'dependencies' | 'optionalDependencies', [string, string][]> | undefined;
  let list: [string, string][] | undefined;
  let start = 0;
  const fail = (what: string) => corrupt(file, text, start, what, REGENERATE);

  for (const raw of text.split('\n')) {
    const line = raw.trimEnd().replace(/^\uFEFF/, '');
    const indent = line.length - line.trimStart().length;
    if (line === '' || line.charAt(indent) === '#') {
      start += raw.length + 1;
      continue;
    }
    if (indent === 0) {
      const patterns = line.endsWith(':') ? patternsOf(line.slice(0, -1)) : undefined;
      if (patterns === undefined) throw fail('a list of requirements ending in ":" was expected');
      fields = new Map();
      lists = { dependencies: [], optionalDependencies: [] };
      list = undefined;
      entries.push({ patterns, fields, ...lists });
    } else if (fields === undefined || lists === undefined) {
      throw fail('an indented line before any entry');
    } else if (indent === 2 && line.endsWith(':')) {
      const name = line.slice(2, -1);
      // Unknown lists are read over, so that a newer yarn does not make the file unreadable.
      list = name === 'dependencies' || name === 'optionalDependencies' ? lists[name] : [];
    } else {
      const pair = pairOf(line, indent);
      if (pair === undefined) throw fail('a key and a value were expected');
      if (indent === 2) fields.set(...pair);
      else if (list !== undefined) list.push(pair);
      else throw fail('the indentation belongs to no list');
    }
    start += raw.length + 1;
  }
  return entries;
}

function patternsOf(text: string): string[] | undefined {
  if (!text.includes('"')) return text.split(', ');
  const patterns: string[] = [];
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    if (at > 0) {
      if (!text.startsWith(', ', at)) return undefined;
      at += 2;
    }
    const token = tokenAt(text, at);
    if (token === undefined) return undefined;
    patterns.push(token);
  }
  return patterns;
}

function pairOf(line: string, indent: number): [string, string] | undefined {
  const key = tokenAt(line, indent);
  if (key === undefined) return undefined;
  const at = TOKEN.lastIndex;
  const value = line.charAt(at) === ' ' ? tokenAt(line, at + 1) : undefined;
  return value === undefined || TOKEN.lastIndex !== line.length ? undefined : [key, value];
}

function tokenAt(text: string, at: number): string | undefined {
  TOKEN.lastIndex = at;
  const match = TOKEN.exec(text);
  if (match === null) {
    TOKEN.lastIndex = text.length;
    return undefined;
  }
  return match[1] === undefined ? match[0] : match[1].replaceAll(/\\(.)/g, '$1');
}
