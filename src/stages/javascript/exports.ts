import { isExportsMember } from './expression-context.ts';
import type { ModuleExport } from './facts.ts';
import { patternNames, type SyntaxIndex } from './scopes.ts';
import {
  child,
  children,
  fixedName,
  isFunction,
  literalText,
  type SyntaxNode,
  textField,
} from './syntax.ts';

export interface ModuleExports {
  readonly names: readonly ModuleExport[];
  readonly open: boolean;
}

/** The exported names of a module, ESM and CommonJS. */
export function exportsOf(index: SyntaxIndex): ModuleExports {
  const found = new Map<string, ModuleExport>();
  let open = false;
  const add = (name: string | undefined, value?: SyntaxNode) => {
    if (name === undefined) open = true;
    else if (!found.has(name) || value !== undefined) found.set(name, describe(name, value));
  };

  for (const { node } of index.nodes.get('ExportNamedDeclaration') ?? []) {
    if (node['exportKind'] !== 'type') addNamed(node, add);
  }
  for (const { node } of index.nodes.get('ExportDefaultDeclaration') ?? []) {
    add('default', child(node, 'declaration'));
  }
  for (const { node } of index.nodes.get('ExportAllDeclaration') ?? []) {
    const exported = child(node, 'exported');
    if (node['exportKind'] !== 'type') add(exported === undefined ? undefined : nameIn(exported));
  }
  if (index.nodes.has('TSExportAssignment')) {
    add('default');
    open = true;
  }

  const carriers = new Set<string>();
  for (const { node } of index.nodes.get('AssignmentExpression') ?? []) {
    const left = child(node, 'left');
    if (left === undefined || !isExportsMember(left)) continue;
    const value = assigned(node);
    if (!isWholeExports(left)) {
      add(fixedName(left, 'property'), value);
    } else if (value?.type === 'ObjectExpression') {
      for (const property of children(value, 'properties')) {
        add(
          property.type === 'Property' ? fixedName(property, 'key') : undefined,
          child(property, 'value'),
        );
      }
    } else if (value !== undefined && !isExportsMember(value)) {
      add('default', value);
      open = true;
      const name = value.type === 'Identifier' ? textField(value, 'name') : undefined;
      if (name !== undefined) carriers.add(name);
    }
  }
  for (const { node } of index.nodes.get('AssignmentExpression') ?? []) {
    const left = child(node, 'left');
    const object = left?.type === 'MemberExpression' ? child(left, 'object') : undefined;
    if (
      left !== undefined &&
      object?.type === 'Identifier' &&
      carriers.has(String(object['name']))
    ) {
      add(fixedName(left, 'property'), assigned(node));
    }
  }
  for (const { node } of index.nodes.get('CallExpression') ?? []) addDefined(node, add);
  return { names: [...found.values()], open };
}

type Add = (name: string | undefined, value?: SyntaxNode) => void;

function addNamed(node: SyntaxNode, add: Add): void {
  const declaration = child(node, 'declaration');
  if (declaration?.type === 'VariableDeclaration') {
    for (const one of children(declaration, 'declarations')) {
      const id = child(one, 'id');
      const value = id?.type === 'Identifier' ? child(one, 'init') : undefined;
      for (const name of id === undefined ? [] : patternNames(id)) add(name, value);
    }
  } else if (declaration !== undefined && !/^TS(Interface|TypeAlias)/.test(declaration.type)) {
    const id = child(declaration, 'id');
    if (id !== undefined) add(nameIn(id), declaration);
  }
  for (const specifier of children(node, 'specifiers')) {
    const exported = child(specifier, 'exported');
    if (exported !== undefined && specifier['exportKind'] !== 'type') add(nameIn(exported));
  }
}

/** `Object.defineProperty(exports, 'x', …)` and `__exportStar(…, exports)`. */
function addDefined(call: SyntaxNode, add: Add): void {
  const args = children(call, 'arguments');
  if (!args.some(isExportsObject)) return;
  const callee = child(call, 'callee');
  const method = callee?.type === 'MemberExpression' ? fixedName(callee, 'property') : undefined;
  const name = literalText(args[1]);
  if (method !== 'defineProperty') add(undefined);
  else if (name !== '__esModule') add(name);
}

function isExportsObject(node: SyntaxNode): boolean {
  return (
    (node.type === 'Identifier' && node['name'] === 'exports') ||
    (isExportsMember(node) && isWholeExports(node))
  );
}

function isWholeExports(member: SyntaxNode): boolean {
  return child(member, 'object')?.['name'] === 'module';
}

/** The value at the end of `exports = module.exports = value`. */
function assigned(assignment: SyntaxNode): SyntaxNode | undefined {
  let value = child(assignment, 'right');
  while (value?.type === 'AssignmentExpression') value = child(value, 'right');
  return value;
}

function nameIn(node: SyntaxNode): string | undefined {
  return textField(node, 'name') ?? textField(node, 'value');
}

function describe(name: string, value: SyntaxNode | undefined): ModuleExport {
  if (value === undefined || !isFunction(value)) return { name };
  const parameters = children(value, 'params').filter((one) => one['name'] !== 'this');
  return { name, parameters: parameters.length };
}
