import { createHash } from 'node:crypto';

/**
 * JSON Canonicalization Scheme (RFC 8785): one text for one value, so that it can be hashed and
 * signed. Numbers as ECMAScript writes them (section 3.2.2.3), members sorted by the UTF-16 code
 * units of their names (3.2.3), no white space. Members that are `undefined` are left out, as
 * JSON.stringify does.
 *
 * @throws TypeError for what JSON does not know (NaN, infinities, bigint, functions, `undefined` in
 *   a list) and for lone surrogates, which RFC 8785 section 3.2.2.2 forbids.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} is no JSON number`);
      return JSON.stringify(value);
    case 'string':
      return quoted(value);
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
      return canonicalObject(value);
    case 'undefined':
    case 'bigint':
    case 'symbol':
    case 'function':
      throw new TypeError(`A ${typeof value} is no JSON value`);
  }
}

/** SHA-256 over the UTF-8 of the canonical JSON, hexadecimal. */
export function canonicalHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}

function canonicalObject(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError('Only plain objects have a canonical JSON form');
  }
  const members: string[] = [];
  // Without a comparison function, sort() compares UTF-16 code units, which is what is asked for.
  for (const name of Object.keys(value).sort()) {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    if (member !== undefined) members.push(`${quoted(name)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
}

function quoted(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('A string with a lone surrogate has no UTF-8 form');
  // JSON.stringify escapes exactly what section 3.2.2.2 asks for, in the same way.
  return JSON.stringify(text);
}
