import { corrupt } from './corrupt.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Parses a JSON lockfile whose top level is an object.
 *
 * @throws SutureError `lockfile-corrupt` with line and column.
 */
export function parseJson(text: string, file: string, regenerate: string): JsonObject {
  // npm itself ignores a byte order mark.
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    const fault = jsonFault(source);
    throw corrupt(file, source, fault.offset, fault.what, regenerate);
  }
  if (isObject(value)) return value;
  throw corrupt(file, source, 0, 'an object was expected', regenerate);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property; a hostile `__proto__` or `constructor` key reads as what the file says. */
export function field(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function textField(object: JsonObject, name: string): string | undefined {
  const value = field(object, name);
  return typeof value === 'string' ? value : undefined;
}

export function objectField(object: JsonObject, name: string): JsonObject {
  const value = field(object, name);
  return isObject(value) ? value : EMPTY;
}

/** Own properties whose value is text. */
export function textEntries(object: JsonObject): [string, string][] {
  return Object.entries(object).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
}

const EMPTY: JsonObject = Object.freeze({});

const TOKEN =
  /[ \t\r\n]*(?:("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([{}[\],:]))/y; // oxlint-disable-line no-control-regex -- RFC 8259 section 7 forbids them in strings

type Expecting = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'end';

/**
 * Where a text stops being JSON (RFC 8259). V8 gives no position for short inputs, so the first
 * token that does not fit is looked for here; only ever on the way to an error.
 */
export function jsonFault(text: string): { offset: number; what: string } {
  const closers: ('}' | ']')[] = [];
  let expecting: Expecting = 'value';
  let offset = 0;
  for (;;) {
    TOKEN.lastIndex = offset;
    const match = TOKEN.exec(text);
    const blank = /[ \t\r\n]*/y;
    blank.lastIndex = offset;
    const start = offset + (blank.exec(text)?.[0].length ?? 0);
    if (match === null) {
      const ended = start >= text.length || text.indexOf('"', start) === start;
      const what = ended ? 'the file ends too early or a string is broken' : 'this is not JSON';
      return { offset: start, what: start >= text.length ? 'the file ends too early' : what };
    }
    const next = step(expecting, match, closers);
    if (next === undefined) return { offset: start, what: `${readable(expecting)} was expected` };
    expecting = next;
    offset = TOKEN.lastIndex;
  }
}

function step(
  expecting: Expecting,
  [, string, literal, mark]: RegExpExecArray,
  closers: ('}' | ']')[],
): Expecting | undefined {
  const after = (): Expecting => (closers.length === 0 ? 'end' : 'comma-or-end');
  const closes = mark !== undefined && mark === closers.at(-1);
  switch (expecting) {
    case 'value':
    case 'value-or-end':
      if (string !== undefined || literal !== undefined) return after();
      if (mark === '{' || mark === '[') {
        closers.push(mark === '{' ? '}' : ']');
        return mark === '{' ? 'key-or-end' : 'value-or-end';
      }
      break;
    case 'key':
    case 'key-or-end':
      if (string !== undefined) return 'colon';
      break;
    case 'colon':
      return mark === ':' ? 'value' : undefined;
    case 'comma-or-end':
      if (mark === ',') return closers.at(-1) === '}' ? 'key' : 'value';
      break;
    case 'end':
      return undefined;
  }
  if (!closes || !expecting.endsWith('-end')) return undefined;
  closers.pop();
  return after();
}

function readable(expecting: Expecting): string {
  if (expecting === 'end') return 'the end of the file';
  if (expecting === 'colon') return '":"';
  if (expecting === 'comma-or-end') return '"," or the end of the list';
  return expecting.startsWith('key') ? 'a key in quotes' : 'a value';
}

/**
 * JSON with comments and trailing commas as plain JSON, the same length so that places stay right.
 */
export function plainJson(text: string): string {
  return text.replaceAll(COMMENT_OR_COMMA, (token) =>
    token.startsWith('"') ? token : token.replaceAll(/[^\r\n]/g, ' '),
  );
}

// A string is matched first so that what looks like a comment inside one is left alone.
const COMMENT_OR_COMMA =
  /"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\/|,(?=(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*[}\]])/g;
