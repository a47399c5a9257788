import type { Parents } from './scopes.ts';
import {
  child,
  children,
  fixedName,
  isFunction,
  isTransparent,
  type SyntaxNode,
  textField,
} from './syntax.ts';

/** The last name of what is called: `b` of `a.b()`, also behind `(0, a.b)()`. */
export function calleeName(callee: SyntaxNode): string | undefined {
  let at: SyntaxNode | undefined = callee;
  while (at !== undefined && (isTransparent(at.type) || at.type === 'SequenceExpression')) {
    at =
      at.type === 'SequenceExpression'
        ? children(at, 'expressions').at(-1)
        : child(at, 'expression');
  }
  if (at?.type === 'Identifier') return textField(at, 'name');
  return at?.type === 'MemberExpression' ? fixedName(at, 'property') : undefined;
}

/** `exports.a`, `module.exports`, `module.exports.a`. */
export function isExportsMember(node: SyntaxNode): boolean {
  if (node.type !== 'MemberExpression') return false;
  const object = child(node, 'object');
  if (object?.type === 'Identifier') {
    return (
      object['name'] === 'exports' ||
      (object['name'] === 'module' && fixedName(node, 'property') === 'exports')
    );
  }
  const inner = object?.type === 'MemberExpression' ? child(object, 'object') : undefined;
  return (
    object !== undefined &&
    inner?.['name'] === 'module' &&
    fixedName(object, 'property') === 'exports'
  );
}

/** The name a member of the exports object gives; `*` for `module.exports` itself. */
export function exportsName(member: SyntaxNode): string | undefined {
  if (!isExportsMember(member)) return undefined;
  return child(member, 'object')?.['name'] === 'module' ? '*' : fixedName(member, 'property');
}

/** The name under which a value that stands in `parent` is exported. */
export function exportName(parent: SyntaxNode, parents: Parents): string | undefined {
  if (parent.type === 'ExportDefaultDeclaration' || parent.type === 'TSExportAssignment')
    return '*';
  if (parent.type === 'ExportSpecifier') {
    const exported = child(parent, 'exported');
    const name = exported === undefined ? undefined : textField(exported, 'name');
    return name === 'default' ? '*' : name;
  }
  if (parent.type !== 'Property') return undefined;
  const object = parents.get(parent);
  const assignment = object === undefined ? undefined : parents.get(object);
  const left = assignment === undefined ? undefined : child(assignment, 'left');
  const isExports = left !== undefined && exportsName(left) === '*';
  return isExports ? fixedName(parent, 'key') : undefined;
}

/** Parents in which a node is a name, a test or a statement of its own: nobody gets the value. */
const ENDS = new Set([
  'ExpressionStatement',
  'UnaryExpression',
  'UpdateExpression',
  'BinaryExpression',
  'IfStatement',
  'WhileStatement',
  'DoWhileStatement',
  'SwitchStatement',
  'SwitchCase',
  'LabeledStatement',
  'BreakStatement',
  'ContinueStatement',
  'CatchClause',
  'MetaProperty',
  'ImportSpecifier',
  'ImportDefaultSpecifier',
  'ImportNamespaceSpecifier',
  'JSXClosingElement',
  'JSXAttribute',
  'JSXNamespacedName',
  'ObjectPattern',
  'ArrayPattern',
  'RestElement',
  'TSEnumDeclaration',
  'TSEnumMember',
  'TSModuleDeclaration',
]);

export function isHandedOn(
  node: SyntaxNode,
  parent: SyntaxNode,
  above: SyntaxNode | undefined,
): boolean {
  if (ENDS.has(parent.type)) return false;
  if (isFunction(parent)) return child(parent, 'body') === node;
  switch (parent.type) {
    case 'ClassDeclaration':
    case 'ClassExpression':
      return child(parent, 'superClass') === node;
    case 'Property':
      if (above?.type === 'ObjectPattern') return false;
      return child(parent, 'value') === node || parent['computed'] === true;
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return child(parent, 'value') === node || parent['computed'] === true;
    case 'ExportSpecifier':
      // `export { a } from 'x'` names nothing of this file.
      return (
        above !== undefined &&
        child(above, 'source') === undefined &&
        child(parent, 'local') === node
      );
    default:
      return true;
  }
}
