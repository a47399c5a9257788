import { isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { messageOf } from '../../domain/error.ts';
import { sourceOffset } from './scalar-offset.ts';

/** 1-based; columns count UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A YAML file as plain values, and the way back from a value to its line. */
export interface YamlFile {
  readonly value: unknown;
  readonly errors: readonly {
    readonly line?: number;
    readonly column?: number;
    readonly message: string;
  }[];
  /** 1-based line of the value at `path`, or of the nearest thing around it. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
  /** 1-based line of a key of the mapping at `path`. */
  lineOfKey(path: readonly PropertyKey[], key: string): number | undefined;
  /** Where the value at `path` begins, or the nearest thing around it. */
  placeOf(path: readonly PropertyKey[]): Place | undefined;
  /** Where a key of the mapping at `path` stands. */
  placeOfKey(path: readonly PropertyKey[], key: string): Place | undefined;
  /** Where a character of the text at `path` stands, however the text is quoted or folded. */
  placeInText(path: readonly PropertyKey[], index: number): Place | undefined;
}

/** Aliases that may be expanded: enough for people, too few for a bomb. */
const MAX_ALIASES = 100;

/** Parses YAML 1.2 (and so JSON). Defects are returned, never thrown. */
export function readYaml(text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const errors = document.errors.map((error) => ({
    ...placeAt(error.pos[0]),
    message: error.message,
  }));
  const placeOfNode = (node: unknown): Place | undefined =>
    isNode(node) && node.range ? placeAt(node.range[0]) : undefined;
  const nodeAt = (path: readonly PropertyKey[]): Node | undefined => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node: unknown =
        length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node)) return node;
    }
    return undefined;
  };
  let value: unknown;
  try {
    value = errors.length === 0 ? document.toJS({ maxAliasCount: MAX_ALIASES }) : undefined;
  } catch (error) {
    errors.push({ line: 1, column: 1, message: messageOf(error) });
  }
  const placeOf = (path: readonly PropertyKey[]) => placeOfNode(nodeAt(path));
  const placeOfKey = (path: readonly PropertyKey[], key: string) => {
    const node = nodeAt(path);
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
      : undefined;
    return placeOfNode(pair?.key) ?? placeOfNode(node);
  };
  return {
    value,
    errors,
    lineOf: (path) => placeOf(path)?.line,
    lineOfKey: (path, key) => placeOfKey(path, key)?.line,
    placeOf,
    placeOfKey,
    placeInText(path, index) {
      const node = nodeAt(path);
      const offset = isScalar(node) ? sourceOffset(text, node, index) : undefined;
      return offset === undefined ? placeOfNode(node) : placeAt(offset);
    },
  };
}
