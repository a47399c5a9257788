import {
  append,
  IdentifierIndex,
  type Reference,
  type References,
  type Scope,
} from './identifier-index.ts';
import { child, children, fixedName, isFunction, type SyntaxNode, textField } from './syntax.ts';

/** One file's tree, walked once: who is whose parent, what is declared where, who speaks of whom. */
export interface SyntaxIndex {
  readonly root: Scope;
  readonly parents: Parents;
  /** Identifiers by name, in no particular order; declarations are among them. */
  readonly references: References;
  /** Import and export declarations, calls and assignments: all that facts are read from. */
  readonly nodes: ReadonlyMap<string, readonly Reference[]>;
}

export interface Parents {
  get(node: SyntaxNode): SyntaxNode | undefined;
}

const COLLECTED = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportDefaultDeclaration',
  'ExportAllDeclaration',
  'TSImportEqualsDeclaration',
  'TSExportAssignment',
  'ImportExpression',
  'CallExpression',
  'NewExpression',
  'AssignmentExpression',
]);

/** Fields that hold a plain name, unless they are computed: it refers to nothing. */
const NAMED_BY: Readonly<Record<string, string>> = {
  MemberExpression: 'property',
  Property: 'key',
  MethodDefinition: 'key',
  PropertyDefinition: 'key',
  AccessorProperty: 'key',
};

/** TypeScript nodes that hold values; all others are types and are erased. */
const TYPESCRIPT_VALUES = new Set([
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
  'TSEnumDeclaration',
  'TSEnumBody',
  'TSEnumMember',
  'TSModuleDeclaration',
  'TSModuleBlock',
  'TSExportAssignment',
  'TSImportEqualsDeclaration',
  'TSParameterProperty',
  'TSAbstractPropertyDefinition',
  'TSAbstractMethodDefinition',
  'TSAbstractAccessorProperty',
]);

const BLOCKS = new Set([
  'BlockStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'SwitchStatement',
  'CatchClause',
  'StaticBlock',
  'TSModuleBlock',
  'ClassExpression',
]);

/**
 * Walks a tree with a stack of its own: how deep the text nests must not matter here.
 *
 * @param keys - The fields that hold child nodes, by node type.
 */
export function indexSyntax(
  program: SyntaxNode,
  keys: Readonly<Record<string, readonly string[]>>,
): SyntaxIndex {
  const root: Scope = {
    parent: undefined,
    isFunction: true,
    functionName: undefined,
    names: undefined,
  };
  const references = new IdentifierIndex();
  const nodes = new Map<string, Reference[]>();
  // Two stacks side by side, not one of pairs: bundles have hundreds of thousands of nodes.
  const pending: SyntaxNode[] = [program];
  const scopes: Scope[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const outer = scopes.pop() ?? root;
    const type = node.type;
    if (type === 'Identifier' || type === 'JSXIdentifier') {
      references.add(node, outer);
      continue;
    }
    if (type === 'Literal') continue;
    if (COLLECTED.has(type)) append(nodes, type, { node, scope: outer });
    declare(node, outer);
    const scope = innerScope(node, parentOf(node), outer);
    const name = node['computed'] === true ? undefined : NAMED_BY[type];
    for (const key of keys[type] ?? []) {
      if (key === name) continue;
      const value = node[key];
      if (Array.isArray(value)) {
        for (const item of value) push(item as SyntaxNode | null, node, scope);
      } else {
        push(value as SyntaxNode | null | undefined, node, scope);
      }
    }
  }
  return { root, parents: { get: parentOf }, references, nodes };

  function push(value: SyntaxNode | null | undefined, parent: SyntaxNode, scope: Scope): void {
    if (value === null || value === undefined || typeof value.type !== 'string') return;
    if (value.type.startsWith('TS') && !holdsValue(value, parent)) return;
    if (value['declare'] === true) return;
    // On the node itself: a map over all of them costs more than the walk.
    (value as { parent?: SyntaxNode }).parent = parent;
    pending.push(value);
    scopes.push(scope);
  }
}

function parentOf(node: SyntaxNode): SyntaxNode | undefined {
  return (node['parent'] as SyntaxNode | null | undefined) ?? undefined;
}

function holdsValue(node: SyntaxNode, parent: SyntaxNode): boolean {
  // `import template = lodash.template` is a value under a type's name.
  if (node.type === 'TSQualifiedName') {
    return parent.type === 'TSImportEqualsDeclaration' || parent.type === 'TSQualifiedName';
  }
  return TYPESCRIPT_VALUES.has(node.type);
}

/** The scope that declares a name, seen from `scope`; `undefined` for a global. */
export function scopeOf(name: string, scope: Scope): Scope | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    if (at.names?.has(name) === true) return at;
  }
  return undefined;
}

/** Every name a binding pattern declares. */
export function patternNames(pattern: SyntaxNode): string[] {
  const names: string[] = [];
  const pending = [pattern];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.type === 'Identifier') names.push(String(node['name']));
    for (const field of ['left', 'argument', 'value', 'parameter']) {
      const part = child(node, field);
      if (part !== undefined) pending.push(part);
    }
    pending.push(...children(node, 'properties'), ...children(node, 'elements'));
  }
  return names;
}

function innerScope(node: SyntaxNode, parent: SyntaxNode | undefined, outer: Scope): Scope {
  const ofFunction = isFunction(node);
  if (!ofFunction && !BLOCKS.has(node.type)) return outer;
  const scope: Scope = {
    parent: outer,
    isFunction: ofFunction || node.type === 'StaticBlock',
    functionName: ofFunction ? nameOfFunction(node, parent) : undefined,
    names: undefined,
  };
  if (ofFunction) {
    for (const parameter of children(node, 'params')) addNames(scope, parameter);
  }
  if (node.type === 'CatchClause') addNames(scope, child(node, 'param'));
  if (node.type === 'FunctionExpression' || node.type === 'ClassExpression') {
    addNames(scope, child(node, 'id'));
  }
  return scope;
}

function nameOfFunction(node: SyntaxNode, parent: SyntaxNode | undefined): string | undefined {
  const id = child(node, 'id');
  if (id !== undefined) return textField(id, 'name');
  if (parent === undefined) return undefined;
  if (parent.type === 'VariableDeclarator') return textField(child(parent, 'id') ?? parent, 'name');
  if (parent.type === 'AssignmentExpression') {
    const left = child(parent, 'left');
    if (left === undefined) return undefined;
    return left.type === 'MemberExpression' ? fixedName(left, 'property') : textField(left, 'name');
  }
  return 'key' in parent ? fixedName(parent, 'key') : undefined;
}

function addNames(scope: Scope, pattern: SyntaxNode | undefined): void {
  if (pattern === undefined) return;
  scope.names ??= new Set();
  for (const name of patternNames(pattern)) scope.names.add(name);
}

/** Adds what a statement declares to the scope it belongs to. */
function declare(node: SyntaxNode, scope: Scope): void {
  switch (node.type) {
    case 'VariableDeclaration': {
      const target = node['kind'] === 'var' ? functionScope(scope) : scope;
      for (const one of children(node, 'declarations')) addNames(target, child(one, 'id'));
      return;
    }
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSEnumDeclaration':
      addNames(scope, child(node, 'id'));
      return;
    case 'TSModuleDeclaration':
    case 'TSImportEqualsDeclaration': {
      const id = child(node, 'id');
      if (id?.type === 'Identifier') addNames(scope, id);
      return;
    }
    case 'ImportDeclaration':
      for (const specifier of children(node, 'specifiers')) {
        addNames(scope, child(specifier, 'local'));
      }
      return;
    default:
  }
}

function functionScope(scope: Scope): Scope {
  let at = scope;
  while (!at.isFunction && at.parent !== undefined) at = at.parent;
  return at;
}
