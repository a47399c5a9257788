import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';

type Path = readonly string[];

/**
 * Sets the value at a path of a JSON text and leaves every other byte alone: indentation, line
 * ends, key order, one-line objects, the missing newline at the end. (jsonc-parser's own `modify`
 * formats the lines around its edit as well.)
 */
export function setInJson(text: string, path: Path, value: unknown): string {
  const root = parseTree(text.replace(/^\uFEFF/, ' '));
  if (!root) return text;
  const existing = findNodeAtLocation(root, [...path]);
  if (existing)
    return splice(text, existing.offset, existing.length, format(text, existing, value));
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const above = findNodeAtLocation(root, path.slice(0, depth));
    if (above?.type !== 'object') continue;
    const rest = path.slice(depth + 1).reduceRight((inner, key) => ({ [key]: inner }), value);
    return insert(text, above, path[depth] ?? '', rest);
  }
  return text;
}

/** Removes the key at `path`, then every object above it that this leaves empty, down to `keep` keys deep. */
export function removeFromJson(text: string, path: Path, keep: number): string {
  const root = parseTree(text.replace(/^\uFEFF/, ' '));
  let depth = path.length;
  while (depth - 1 > keep) {
    const above = root && findNodeAtLocation(root, path.slice(0, depth - 1));
    if (above?.children?.length !== 1) break;
    depth -= 1;
  }
  const value = root && findNodeAtLocation(root, path.slice(0, depth));
  const property = value?.parent;
  const siblings = property?.parent?.children;
  if (!property || !siblings) return text;
  const index = siblings.indexOf(property);
  const before = siblings[index - 1];
  const after = siblings[index + 1];
  if (before) return cut(text, endOf(before), endOf(property));
  if (after) return cut(text, property.offset, after.offset);
  const object = property.parent;
  return object ? splice(text, object.offset, object.length, '{}') : text;
}

function insert(text: string, object: Node, key: string, value: unknown): string {
  const last = object.children?.at(-1);
  const property = (node: Node | undefined) =>
    `${JSON.stringify(key)}: ${format(text, node ?? object, value, node === undefined)}`;
  if (!last) {
    const eol = eolOf(text);
    const inner = lineIndent(text, object.offset) + indentOf(text);
    const content = `{${eol}${inner}${property(undefined)}${eol}${lineIndent(text, object.offset)}}`;
    return splice(text, object.offset, object.length, content);
  }
  // What stands between two properties, or before the first: a line break or a blank.
  const first = object.children?.[0] ?? last;
  const gap = text.slice(object.offset + 1, first.offset);
  const separator = gap.includes('\n') ? `${eolOf(text)}${lineIndent(text, last.offset)}` : ' ';
  return splice(text, endOf(last), 0, `,${separator}${property(last)}`);
}

/** A value as the file would write it, at the indentation of the line that `at` starts on. */
function format(text: string, at: Node, value: unknown, deeper = false): string {
  const unit = indentOf(text);
  const base = lineIndent(text, at.offset) + (deeper ? unit : '');
  return JSON.stringify(value, null, unit).replaceAll('\n', eolOf(text) + base);
}

function indentOf(text: string): string {
  return /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  ';
}

function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function lineIndent(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

function endOf(node: Node): number {
  return node.offset + node.length;
}

function cut(text: string, start: number, end: number): string {
  return text.slice(0, start) + text.slice(end);
}

function splice(text: string, offset: number, length: number, content: string): string {
  return text.slice(0, offset) + content + text.slice(offset + length);
}
