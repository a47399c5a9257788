import { applyEdits, type JSONPath, modify } from 'jsonc-parser';

/**
 * Sets the value at a path of a JSON text and leaves every other byte alone: indentation, line
 * ends, key order, the missing newline at the end. `undefined` removes the key.
 */
export function setInJson(text: string, path: JSONPath, value: unknown): string {
  const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? '  ';
  const edits = modify(text, path, value, {
    formattingOptions: {
      insertSpaces: !indent.startsWith('\t'),
      tabSize: indent.startsWith('\t') ? 1 : indent.length,
      eol: text.includes('\r\n') ? '\r\n' : '\n',
    },
  });
  return applyEdits(text, edits);
}

/** Removes the key at `path`, then every object above it that this leaves empty, up to `keep` levels. */
export function removeFromJson(text: string, path: JSONPath, keep: number): string {
  let result = setInJson(text, path, undefined);
  for (let depth = path.length - 1; depth > keep; depth -= 1) {
    const above = path.slice(0, depth);
    if (!isEmptyObject(valueAt(JSON.parse(result), above))) break;
    result = setInJson(result, above, undefined);
  }
  return result;
}

function valueAt(root: unknown, path: JSONPath): unknown {
  let value = root;
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key];
  return value;
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
