import { isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { messageOf } from '../../domain/error.ts';

/** A YAML file as plain values, and the way back from a value to its line. */
export interface YamlFile {
  readonly value: unknown;
  readonly errors: readonly { readonly line?: number; readonly message: string }[];
  /** 1-based line of the value at `path`, or of the nearest thing around it. */
  lineOf(path: readonly PropertyKey[]): number | undefined;
  /** 1-based line of a key of the mapping at `path`. */
  lineOfKey(path: readonly PropertyKey[], key: string): number | undefined;
}

/** Aliases that may be expanded: enough for people, too few for a bomb. */
const MAX_ALIASES = 100;

/** Parses YAML 1.2 (and so JSON). Defects are returned, never thrown. */
export function readYaml(text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const errors = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    message: error.message,
  }));
  const lineAt = (node: unknown): number | undefined =>
    isNode(node) && node.range ? lines.linePos(node.range[0]).line : undefined;
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
    errors.push({ line: 1, message: messageOf(error) });
  }
  return {
    value,
    errors,
    lineOf: (path) => lineAt(nodeAt(path)),
    lineOfKey(path, key) {
      const node = nodeAt(path);
      const pair = isMap(node)
        ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
        : undefined;
      return lineAt(pair?.key) ?? lineAt(node);
    },
  };
}
