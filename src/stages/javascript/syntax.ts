/**
 * An ESTree node as the parser gives it. Fields are read through the functions below, because the
 * trees come from untrusted text and are walked by field name.
 */
export interface SyntaxNode {
  readonly type: string;
  /** Offsets in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value;
}

export function child(node: SyntaxNode, field: string): SyntaxNode | undefined {
  const value = node[field];
  return isNode(value) ? value : undefined;
}

/** The nodes of a list field; holes (`[a,,b]`) are left out. */
export function children(node: SyntaxNode, field: string): SyntaxNode[] {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

export function textField(node: SyntaxNode, field: string): string | undefined {
  const value = node[field];
  return typeof value === 'string' ? value : undefined;
}

/** The text of a string literal or of a template without substitutions. */
export function literalText(node: SyntaxNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (node.type === 'Literal') return textField(node, 'value');
  if (node.type !== 'TemplateLiteral' || children(node, 'expressions').length > 0) return undefined;
  return cooked(children(node, 'quasis')[0]);
}

/** What a computed string begins with: `'./a/' + x`, `` `./a/${x}` ``; empty when unknown. */
export function literalPrefix(node: SyntaxNode | undefined): string {
  let at = node;
  while (at?.type === 'BinaryExpression' && at['operator'] === '+') at = child(at, 'left');
  if (at === undefined) return '';
  if (at.type === 'TemplateLiteral') return cooked(children(at, 'quasis')[0]) ?? '';
  return literalText(at) ?? '';
}

/** The constant end of a template; empty when it ends in a substitution. */
export function literalEnd(template: SyntaxNode): string {
  return cooked(children(template, 'quasis').at(-1)) ?? '';
}

function cooked(quasi: SyntaxNode | undefined): string | undefined {
  const value = quasi?.['value'];
  if (typeof value !== 'object' || value === null || !('cooked' in value)) return undefined;
  return typeof value.cooked === 'string' ? value.cooked : undefined;
}

/** The name of a property key or member, where it is fixed: `a.b`, `a['b']`, `{ 'b': … }`. */
export function fixedName(node: SyntaxNode, field: 'property' | 'key'): string | undefined {
  const name = child(node, field);
  if (name === undefined) return undefined;
  if (node['computed'] === true) return literalText(name);
  if (name.type === 'PrivateIdentifier') return undefined;
  return name.type === 'Literal' ? String(name['value']) : textField(name, 'name');
}

export function isFunction(node: SyntaxNode): boolean {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}

/** Wrappers that do not change the value: parentheses, TypeScript's assertions, `a?.b`. */
export function isTransparent(type: string): boolean {
  return (
    type === 'ParenthesizedExpression' ||
    type === 'ChainExpression' ||
    type === 'TSAsExpression' ||
    type === 'TSNonNullExpression' ||
    type === 'TSSatisfiesExpression' ||
    type === 'TSTypeAssertion' ||
    type === 'TSInstantiationExpression'
  );
}
