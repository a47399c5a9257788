import {
  child,
  children,
  fixedName,
  literalEnd,
  literalPrefix,
  literalText,
  type SyntaxNode,
} from './syntax.ts';

/** What the argument of `require` or `import()` may be. */
export interface Specifiers {
  readonly literals: readonly string[];
  /** Set where other values are possible too: their constant beginning, empty for none. */
  readonly computedPrefix?: string;
}

/**
 * Every module a specifier expression may name: literals, either branch of a condition, paths
 * joined onto `__dirname`.
 */
export function specifiersOf(argument: SyntaxNode | undefined): Specifiers {
  const literals: string[] = [];
  let computedPrefix: string | undefined;
  const pending = [argument];
  while (pending.length > 0) {
    const node = pending.pop();
    const text = literalText(node);
    if (text !== undefined) literals.push(text);
    else if (node?.type === 'ConditionalExpression') {
      pending.push(child(node, 'alternate'), child(node, 'consequent'));
    } else if (node?.type === 'LogicalExpression') {
      pending.push(child(node, 'right'), child(node, 'left'));
    } else if (!isData(node)) {
      const path = besideFile(node);
      if (path?.complete === true) literals.push(path.text);
      else computedPrefix = path?.text ?? literalPrefix(node);
    }
  }
  return computedPrefix === undefined ? { literals } : { literals, computedPrefix };
}

/** A name that surely ends in `.json` loads no code: `` require(`${name}/package.json`) ``. */
function isData(node: SyntaxNode | undefined): boolean {
  let at = node;
  if (at?.type === 'CallExpression') at = children(at, 'arguments').at(-1);
  if (at?.type === 'BinaryExpression' && at['operator'] === '+') at = child(at, 'right');
  if (at?.type === 'TemplateLiteral') return literalEnd(at).endsWith('.json');
  return literalText(at)?.endsWith('.json') === true;
}

/** A path built on the file's own folder, as a relative specifier. */
function besideFile(node: SyntaxNode | undefined): { text: string; complete: boolean } | undefined {
  if (node === undefined) return undefined;
  if (node.type === 'NewExpression' && child(node, 'callee')?.['name'] === 'URL') {
    const [url, base] = children(node, 'arguments');
    if (base?.type !== 'MemberExpression' || child(base, 'object')?.type !== 'MetaProperty') {
      return undefined;
    }
    const text = literalText(url);
    return text === undefined
      ? { text: literalPrefix(url), complete: false }
      : { text, complete: true };
  }
  if (node.type === 'BinaryExpression' && node['operator'] === '+') {
    const left = child(node, 'left');
    const rest = literalText(child(node, 'right'));
    if (left?.['name'] === '__dirname') return relative(rest ?? '', rest !== undefined);
    const inner = besideFile(left);
    return inner === undefined ? undefined : { text: inner.text, complete: false };
  }
  if (node.type !== 'CallExpression') return undefined;
  const callee = child(node, 'callee');
  const name =
    callee?.type === 'MemberExpression' ? fixedName(callee, 'property') : callee?.['name'];
  const [first, ...rest] = children(node, 'arguments');
  if ((name !== 'join' && name !== 'resolve') || first?.['name'] !== '__dirname') return undefined;
  const parts: string[] = [];
  for (const part of rest) {
    const text = literalText(part);
    if (text === undefined) return relative(parts.concat('').join('/'), false);
    parts.push(text);
  }
  return relative(parts.join('/'), true);
}

function relative(path: string, complete: boolean): { text: string; complete: boolean } {
  const clean = path.replace(/^\/+/, '');
  // A prefix that climbs may leave the package; saying where it starts would claim too much.
  if (!complete && clean.split('/').includes('..')) return { text: '../', complete };
  return { text: clean.startsWith('.') ? clean : `./${clean}`, complete };
}
