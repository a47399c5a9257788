import { calleeName, exportName, exportsName, isHandedOn } from './expression-context.ts';
import type { ImportUse, UseKind } from './facts.ts';
import type { Scope } from './identifier-index.ts';
import { isInterop, member, moduleOrigin, nameOf, type Origin } from './origin.ts';
import type { Positions } from './positions.ts';
import { type SyntaxIndex, scopeOf } from './scopes.ts';
import {
  child,
  children,
  fixedName,
  isFunction,
  isTransparent,
  type SyntaxNode,
  textField,
} from './syntax.ts';

/** Longer member chains are not followed through bindings: `x = x.next` has no end. */
const MAX_CHAIN = 5;

/** Told of calls on Node's own modules that load code (`createRequire`, `fork`, `Worker`, `vm`). */
export type LoaderCall = (call: SyntaxNode, origin: Origin) => void;

/**
 * Follows what was imported through a file: members, aliases, destructuring, `new`, until it is
 * called or handed on. Every step goes up the tree from a reference, so that only code which
 * speaks of an import costs anything.
 */
export class Tracer {
  readonly uses: ImportUse[] = [];
  readonly #index: SyntaxIndex;
  readonly #positions: Positions;
  readonly #text: string;
  readonly #onLoaderCall: LoaderCall;
  readonly #pending: { name: string; scope: Scope; origin: Origin }[] = [];
  readonly #seen = new Map<Scope, Set<string>>();

  constructor(index: SyntaxIndex, positions: Positions, text: string, onLoaderCall: LoaderCall) {
    this.#index = index;
    this.#positions = positions;
    this.#text = text;
    this.#onLoaderCall = onLoaderCall;
  }

  /** A binding holds the value: all its references will be followed. */
  bind(name: string, scope: Scope, origin: Origin): void {
    const key = `${name}\0${origin.specifier}\0${origin.chain.join('.')}\0${origin.promise}`;
    let seen = this.#seen.get(scope);
    if (seen === undefined) this.#seen.set(scope, (seen = new Set()));
    if (seen.has(key)) return;
    seen.add(key);
    this.#pending.push({ name, scope, origin });
  }

  /** Follows all bindings to the end. */
  drain(): void {
    for (let one = this.#pending.pop(); one !== undefined; one = this.#pending.pop()) {
      for (const { node, scope } of this.#index.references.get(one.name) ?? []) {
        if (scopeOf(one.name, scope) === one.scope) this.follow(node, one.origin);
      }
    }
  }

  /** Follows the value of an expression up the tree. */
  follow(expression: SyntaxNode, start: Origin): void {
    let node = expression;
    let origin = start;
    for (;;) {
      const parent = this.#index.parents.get(node);
      if (parent === undefined) return;
      const next = this.#step(node, parent, origin);
      if (next === undefined) return;
      node = parent;
      origin = next;
    }
  }

  /** A destructuring pattern or name receives the value. */
  assign(target: SyntaxNode | undefined, origin: Origin, isExported = false): void {
    const pending: [SyntaxNode | undefined, Origin][] = [[target, origin]];
    for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
      const [pattern, value] = entry;
      if (pattern === undefined) continue;
      if (pattern.type === 'Identifier') {
        this.#assignName(pattern, value, isExported);
      } else if (pattern.type === 'AssignmentPattern') {
        pending.push([child(pattern, 'left'), value]);
      } else if (pattern.type === 'ObjectPattern' && !value.promise) {
        for (const property of children(pattern, 'properties')) {
          const key = property.type === 'Property' ? fixedName(property, 'key') : undefined;
          if (key === undefined) this.#record('value', property, value);
          else pending.push([child(property, 'value'), member(value, key)]);
        }
      } else {
        this.#record('value', pattern, value, exportsName(pattern));
      }
    }
  }

  /** The re-export of a name: it is handed on as an export of this module. */
  reexport(place: SyntaxNode, specifier: string, name: string, exportedAs: string): void {
    const origin = moduleOrigin(specifier, name === '*' ? [] : [name]);
    this.#record('value', place, origin, exportedAs);
  }

  /** What the value becomes one level up; `undefined` when its way ends there. */
  #step(node: SyntaxNode, parent: SyntaxNode, origin: Origin): Origin | undefined {
    if (isTransparent(parent.type)) return origin;
    switch (parent.type) {
      case 'MemberExpression':
        return this.#member(node, parent, origin);
      case 'TSQualifiedName':
      case 'JSXMemberExpression': {
        const [left, right] =
          parent.type === 'TSQualifiedName' ? ['left', 'right'] : ['object', 'property'];
        const name = child(parent, right ?? '');
        if (child(parent, left ?? '') !== node || name === undefined) return undefined;
        return member(origin, textField(name, 'name') ?? '');
      }
      case 'CallExpression':
      case 'NewExpression':
        return this.#call(node, parent, origin);
      case 'TaggedTemplateExpression':
        if (child(parent, 'tag') === node) this.#record('call', node, origin);
        return undefined;
      case 'JSXOpeningElement':
        if (child(parent, 'name') === node) this.#record('call', node, origin);
        return undefined;
      case 'AwaitExpression':
        return { ...origin, promise: false };
      case 'SequenceExpression':
        return children(parent, 'expressions').at(-1) === node ? origin : undefined;
      case 'LogicalExpression':
        return parent['operator'] === '&&' && child(parent, 'left') === node ? undefined : origin;
      case 'ConditionalExpression':
        return child(parent, 'test') === node ? undefined : origin;
      case 'VariableDeclarator':
        if (child(parent, 'init') === node) {
          this.assign(child(parent, 'id'), origin, this.#isExportedDeclaration(parent));
        }
        return undefined;
      case 'AssignmentExpression':
        if (child(parent, 'right') !== node) return undefined;
        this.assign(child(parent, 'left'), origin);
        return this.#index.parents.get(parent)?.type === 'ExpressionStatement' ? undefined : origin;
      case 'AssignmentPattern':
        if (child(parent, 'right') === node) this.assign(child(parent, 'left'), origin);
        return undefined;
      case 'TSImportEqualsDeclaration':
        if (child(parent, 'moduleReference') === node) this.assign(child(parent, 'id'), origin);
        return undefined;
      default:
        if (isHandedOn(node, parent, this.#index.parents.get(parent))) {
          this.#record('value', node, origin, exportName(parent, this.#index.parents));
        }
        return undefined;
    }
  }

  #member(node: SyntaxNode, parent: SyntaxNode, origin: Origin): Origin | undefined {
    const name = child(parent, 'object') === node ? fixedName(parent, 'property') : undefined;
    if (name === undefined) {
      this.#record('value', node, origin);
      return undefined;
    }
    if (!origin.promise) return member(origin, name);
    if (name === 'catch' || name === 'finally') return undefined;
    const call = this.#index.parents.get(parent);
    const receiver = call?.type === 'CallExpression' ? children(call, 'arguments')[0] : undefined;
    if (name === 'then' && receiver !== undefined && isFunction(receiver)) {
      const parameter = children(receiver, 'params')[0];
      if (parameter !== undefined) this.assign(parameter, { ...origin, promise: false });
    } else {
      this.#record('value', node, origin);
    }
    return undefined;
  }

  #call(node: SyntaxNode, call: SyntaxNode, origin: Origin): Origin | undefined {
    const callee = child(call, 'callee');
    if (callee !== node) {
      if (callee !== undefined && isInterop(calleeName(callee))) return origin;
      this.#record('value', node, origin);
      return undefined;
    }
    const isNew = call.type === 'NewExpression';
    this.#record(isNew ? 'new' : 'call', node, origin, undefined, children(call, 'arguments'));
    this.#onLoaderCall(call, origin);
    return isNew ? { ...origin, instanceLength: origin.chain.length } : undefined;
  }

  #assignName(name: SyntaxNode, origin: Origin, isExported: boolean): void {
    const text = textField(name, 'name') ?? '';
    const at = this.#index.references.get(text)?.find(({ node }) => node === name);
    const scope = at === undefined ? undefined : scopeOf(text, at.scope);
    const followed = scope !== undefined && origin.chain.length <= MAX_CHAIN;
    if (followed) this.bind(text, scope, origin);
    if (!followed || isExported) {
      this.#record('value', name, origin, isExported ? text : undefined);
    }
  }

  #isExportedDeclaration(declarator: SyntaxNode): boolean {
    const declaration = this.#index.parents.get(declarator);
    if (declaration === undefined) return false;
    return this.#index.parents.get(declaration)?.type === 'ExportNamedDeclaration';
  }

  #record(
    kind: UseKind,
    node: SyntaxNode,
    origin: Origin,
    exportedAs?: string,
    args?: readonly SyntaxNode[],
  ): void {
    if (origin.chain.length <= origin.instanceLength) return;
    const counted = args !== undefined && !args.some(({ type }) => type === 'SpreadElement');
    this.uses.push({
      ...this.#positions.at(node.start),
      specifier: origin.specifier,
      name: nameOf(origin),
      kind,
      as: this.#text.slice(node.start, Math.min(node.end, node.start + 80)).replace(/\s+/g, ' '),
      ...(counted ? { argumentCount: args.length } : {}),
      ...(exportedAs === undefined ? {} : { exportedAs }),
    });
  }
}
