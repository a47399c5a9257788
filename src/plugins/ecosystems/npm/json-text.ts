import { corrupt } from './corrupt.ts';
import { jsonFault } from './json-fault.ts';

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
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(object)) {
    if (typeof value === 'string') entries.push([name, value]);
  }
  return entries;
}

const EMPTY: JsonObject = Object.freeze({});
