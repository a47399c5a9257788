import { isMap, isScalar, type Pair, parseDocument, Scalar, stringify, type YAMLMap } from 'yaml';

/**
 * Sets a string at a path of a YAML text (`pnpm-workspace.yaml`, `.yarnrc.yml`) by splicing the
 * source, so that comments, quoting of everything else, and line ends stay byte for byte.
 */
export function setInYaml(text: string, path: readonly string[], value: string): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const document = parseDocument(text);
  const existing = document.getIn(path, true);
  if (isScalar(existing) && existing.range) {
    const [start, end] = existing.range;
    return text.slice(0, start) + scalar(value, existing.type) + text.slice(end);
  }
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const above = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (!isMap(above) || above.items.length === 0) continue;
    if (above.flow) break;
    const indent = columnOf(text, above);
    const lines = nested(path.slice(depth), value, indent, eol);
    const at = endOfBlock(text, above);
    const before = text.slice(0, at);
    return `${before}${before.endsWith('\n') ? '' : eol}${lines}${text.slice(at)}`;
  }
  if (document.contents !== null && !isEmptyMap(document.contents)) {
    document.setIn(path, value);
    return document.toString({ lineWidth: 0 }).replaceAll('\n', eol);
  }
  return `${text}${text === '' || text.endsWith('\n') ? '' : eol}${nested(path, value, 0, eol)}`;
}

/** Removes the key at `path` with its line, and every map above it that this leaves empty. */
export function removeFromYaml(text: string, path: readonly string[]): string {
  const document = parseDocument(text);
  for (let depth = 1; depth <= path.length; depth += 1) {
    const above = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const last = depth === path.length;
    if (!isMap(above)) return text;
    const pair = above.items.find((item) => keyOf(item) === path[depth - 1]);
    if (pair === undefined) return text;
    if (!last && !onlyLeadsTo(pair, path.slice(depth))) continue;
    if (above.flow) {
      document.deleteIn(path.slice(0, depth));
      return document.toString({ lineWidth: 0 });
    }
    const start = lineStart(text, (pair.key as Scalar).range?.[0] ?? 0);
    const end = isMap(pair.value)
      ? endOfBlock(text, pair.value)
      : lineEnd(text, (pair.value as Scalar | null)?.range?.[1] ?? start);
    return text.slice(0, start) + text.slice(end);
  }
  return text;
}

/** Every map on the way down holds nothing but the next key. */
function onlyLeadsTo(pair: Pair, rest: readonly string[]): boolean {
  if (rest.length === 0) return true;
  if (!isMap(pair.value) || pair.value.items.length !== 1) return false;
  const [next] = pair.value.items;
  return next !== undefined && keyOf(next) === rest[0] && onlyLeadsTo(next, rest.slice(1));
}

function keyOf(pair: Pair): unknown {
  return isScalar(pair.key) ? pair.key.value : undefined;
}

function isEmptyMap(node: unknown): boolean {
  return isMap(node) && node.items.length === 0 && !node.flow;
}

function nested(path: readonly string[], value: string, indent: number, eol: string): string {
  return path
    .map((key, index) => {
      const end = index === path.length - 1 ? ` ${scalar(value, undefined)}` : '';
      return `${' '.repeat(indent + 2 * index)}${scalar(key, undefined)}:${end}${eol}`;
    })
    .join('');
}

function scalar(value: string, type: Scalar.Type | undefined): string {
  if (type === Scalar.QUOTE_DOUBLE) return JSON.stringify(value);
  if (type === Scalar.QUOTE_SINGLE) return `'${value.replaceAll("'", "''")}'`;
  return stringify(value, { singleQuote: true, lineWidth: 0 }).trimEnd();
}

function columnOf(text: string, map: YAMLMap): number {
  const first = (map.items[0]?.key as Scalar | undefined)?.range?.[0] ?? 0;
  return first - lineStart(text, first);
}

function endOfBlock(text: string, map: YAMLMap): number {
  const last = map.items.at(-1);
  const value = last?.value;
  if (isMap(value) && !value.flow && value.items.length > 0) return endOfBlock(text, value);
  const range =
    (value as Scalar | null | undefined)?.range ?? (last?.key as Scalar | undefined)?.range;
  return lineEnd(text, range?.[1] ?? text.length);
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The offset after the line's end; a block sequence's range already ends there. */
function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}
