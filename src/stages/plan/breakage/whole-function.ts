import { parseSource } from '../../javascript/parser.ts';
import {
  child,
  children,
  fixedName,
  isFunction,
  literalText,
  type SyntaxNode,
} from '../../javascript/syntax.ts';
import { resolveRelative } from './resolve.ts';

/** Signature of the function that a module is, where it is one. */
export interface WholeFunction {
  readonly parameters: number;
  /** It takes any number of arguments: a rest parameter. */
  readonly variadic: boolean;
}

/** Assignments, wrappers and files followed from an entry file to the function. */
const MAX_STEPS = 12;

/**
 * Follows `module.exports = …`, `export default …` and what compilers make of it (`exports.default`,
 * `Object.assign(f, …)`, `require('./f').default`) to a plain function declared in the package.
 */
export function wholeFunction(
  files: ReadonlyMap<string, string>,
  path: string,
  steps = MAX_STEPS,
): WholeFunction | undefined {
  const text = files.get(path);
  const program = text === undefined ? undefined : parseSource(path, text).program;
  if (program === undefined) return undefined;
  const values = topLevelValues(program);
  let value = values.get('module.exports') ?? values.get('default');
  for (let left = steps; value !== undefined && left > 0; left -= 1) {
    if (isFunction(value)) return signature(value);
    const specifier = requiredPath(value, values);
    if (specifier !== undefined) {
      const next = specifier.startsWith('.') ? resolveRelative(files, path, specifier) : undefined;
      return next === undefined ? undefined : wholeFunction(files, next, left - 1);
    }
    value = next(value, values);
  }
  return undefined;
}

function signature(node: SyntaxNode): WholeFunction {
  const params = children(node, 'params');
  return { parameters: params.length, variadic: params.some(({ type }) => type === 'RestElement') };
}

/** Functions and variables of the top level by name, and what is exported as a whole. */
function topLevelValues(program: SyntaxNode): Map<string, SyntaxNode> {
  const values = new Map<string, SyntaxNode>();
  for (const statement of children(program, 'body')) {
    const declaration = statement.type.startsWith('Export')
      ? child(statement, 'declaration')
      : undefined;
    const node = declaration ?? statement;
    if (statement.type === 'ExportDefaultDeclaration' && declaration !== undefined) {
      values.set('default', declaration);
    }
    const name = child(node, 'id')?.['name'];
    if (typeof name === 'string') values.set(name, node);
    for (const one of children(node, 'declarations')) {
      const value = child(one, 'init');
      const variable = child(one, 'id')?.['name'];
      if (typeof variable === 'string' && value !== undefined) values.set(variable, value);
    }
    const expression = child(node, 'expression');
    if (expression?.type === 'AssignmentExpression') assign(expression, values);
  }
  return values;
}

/** `exports = module.exports = value`, `exports.default = value`. */
function assign(expression: SyntaxNode, values: Map<string, SyntaxNode>): void {
  const targets: SyntaxNode[] = [];
  let value: SyntaxNode | undefined = expression;
  while (value?.type === 'AssignmentExpression') {
    const left = child(value, 'left');
    if (left !== undefined) targets.push(left);
    value = child(value, 'right');
  }
  if (value === undefined || value.type === 'UnaryExpression') return;
  for (const target of targets.filter(({ type }) => type === 'MemberExpression')) {
    const object = child(target, 'object')?.['name'];
    const property = fixedName(target, 'property');
    if (object === 'module' && property === 'exports') values.set('module.exports', value);
    if (object === 'exports' && property === 'default') values.set('default', value);
  }
}

function next(value: SyntaxNode, values: ReadonlyMap<string, SyntaxNode>): SyntaxNode | undefined {
  if (value.type === 'Identifier') return values.get(String(value['name']));
  if (value.type !== 'CallExpression') return undefined;
  const callee = child(value, 'callee');
  const assigns = callee?.type === 'MemberExpression' && fixedName(callee, 'property') === 'assign';
  return assigns ? children(value, 'arguments')[0] : undefined;
}

/** The specifier behind `require('./f')`, `x.default` with `x = require('./f')`, and interop calls. */
function requiredPath(
  value: SyntaxNode,
  values: ReadonlyMap<string, SyntaxNode>,
): string | undefined {
  if (value.type === 'MemberExpression') {
    const object = child(value, 'object');
    if (fixedName(value, 'property') !== 'default' || object === undefined) return undefined;
    const held = object.type === 'Identifier' ? values.get(String(object['name'])) : object;
    return held === undefined ? undefined : requiredPath(held, values);
  }
  if (value.type !== 'CallExpression') return undefined;
  const [argument] = children(value, 'arguments');
  const callee = child(value, 'callee')?.['name'];
  if (callee === 'require') return literalText(argument);
  const interop = typeof callee === 'string' && /^_*(?:importDefault|interop)/i.test(callee);
  return interop && argument !== undefined ? requiredPath(argument, values) : undefined;
}
