import { DeclarationReader } from './declarations.ts';
import { calleeName } from './expression-context.ts';
import type { ImportedName, ImportKind, ModuleImport, OpaqueKind, OpaqueSpot } from './facts.ts';
import type { Scope } from './identifier-index.ts';
import { moduleOrigin, nameOf, type Origin } from './origin.ts';
import type { Positions } from './positions.ts';
import { type SyntaxIndex, scopeOf } from './scopes.ts';
import { specifiersOf } from './specifiers.ts';
import {
  child,
  children,
  fixedName,
  isTransparent,
  literalText,
  type SyntaxNode,
  textField,
} from './syntax.ts';
import { Tracer } from './tracer.ts';

/** A string that speaks of loading modules: what generated code would have to be made of. */
const LOADER_IN_STRING = /['"`][^'"`\n]*\b(?:require|import)\b[^'"`\n]*[('"`]/;

/** Finds every way a file loads others, and starts the {@link Tracer} on each. */
export class ImportCollector {
  readonly imports: ModuleImport[] = [];
  readonly opaque: OpaqueSpot[] = [];
  readonly tracer: Tracer;
  readonly #index: SyntaxIndex;
  readonly #positions: Positions;
  readonly #text: string;
  readonly #typescript: boolean;
  readonly #requireBindings: { name: string; scope: Scope }[] = [];

  constructor(index: SyntaxIndex, positions: Positions, text: string, typescript: boolean) {
    this.#index = index;
    this.#positions = positions;
    this.#text = text;
    this.#typescript = typescript;
    this.tracer = new Tracer(index, positions, text, (call, origin) =>
      this.#loaderCall(call, origin),
    );
  }

  collect(): void {
    const declarations = new DeclarationReader(this.#index, this.tracer, this.#typescript);
    declarations.read((kind, specifier, place, names, flags) => {
      this.#add(kind, specifier, place, names, flags);
    });
    for (const { node } of this.#all('ImportExpression')) this.#dynamicImport(node);
    for (const { node, scope } of this.#index.references.get('require') ?? []) {
      const declared = scopeOf('require', scope);
      if (declared === undefined) this.#followRequire(node, true);
      else this.#requireParameter(node);
    }
    for (const { node } of this.#all('CallExpression')) this.#requireMethod(node);
    this.#generatedCode();
    this.tracer.drain();
    // Aliases of require may be found while tracing (createRequire), and lead to more.
    const done = new Set<string>();
    for (let one = this.#requireBindings.pop(); one; one = this.#requireBindings.pop()) {
      for (const { node, scope } of this.#index.references.get(one.name) ?? []) {
        const key = `${one.name}:${node.start}`;
        if (scopeOf(one.name, scope) !== one.scope || done.has(key)) continue;
        done.add(key);
        this.#followRequire(node, true);
      }
      this.tracer.drain();
    }
  }

  #all(type: string): readonly { node: SyntaxNode; scope: Scope }[] {
    return this.#index.nodes.get(type) ?? [];
  }

  #dynamicImport(node: SyntaxNode): void {
    this.#load('dynamic-import', child(node, 'source'), node, true);
    for (const specifier of specifiersOf(child(node, 'source')).literals) {
      this.tracer.follow(node, { ...moduleOrigin(specifier), promise: true });
    }
  }

  /** What is done with `require` itself, or with another name for it. */
  #followRequire(reference: SyntaxNode, certain: boolean): void {
    let node = reference;
    let parent = this.#index.parents.get(node);
    while (parent !== undefined && passesOn(node, parent)) {
      node = parent;
      parent = this.#index.parents.get(node);
    }
    switch (parent?.type) {
      case undefined:
      case 'UnaryExpression':
      case 'BinaryExpression':
      case 'ExpressionStatement':
      case 'IfStatement':
      case 'LogicalExpression':
      case 'ConditionalExpression':
        return;
      case 'CallExpression':
        if (child(parent, 'callee') === node) {
          this.#requireCall(parent, certain);
          return;
        }
        break;
      case 'MemberExpression':
        if (child(parent, 'object') === node) {
          this.#requireMember(parent);
          return;
        }
        break;
      case 'VariableDeclarator':
      case 'AssignmentExpression': {
        const field = parent.type === 'VariableDeclarator' ? 'id' : 'left';
        const target = child(parent, field);
        if (target === node || this.#aliasRequire(target)) return;
        break;
      }
      default:
    }
    this.#addOpaque('computed-import', parent ?? node, '', 'require is handed on');
  }

  #aliasRequire(target: SyntaxNode | undefined): boolean {
    const name = target?.type === 'Identifier' ? textField(target, 'name') : undefined;
    if (name === undefined) return false;
    const at = this.#index.references.get(name)?.find(({ node }) => node === target);
    const scope = at === undefined ? undefined : scopeOf(name, at.scope);
    if (scope === undefined) return false;
    this.#requireBindings.push({ name, scope });
    return true;
  }

  #requireCall(call: SyntaxNode, certain: boolean): void {
    const argument = children(call, 'arguments')[0];
    // `require(require.resolve('x'))`: the inner call is an import of its own.
    const inner = argument?.type === 'CallExpression' ? child(argument, 'callee') : undefined;
    if (inner?.type === 'MemberExpression' && child(inner, 'object')?.['name'] === 'require')
      return;
    this.#load('require', argument, call, certain);
    for (const specifier of specifiersOf(argument).literals) {
      this.tracer.follow(call, moduleOrigin(specifier));
    }
  }

  #requireMember(access: SyntaxNode): void {
    const name = fixedName(access, 'property');
    const call = this.#index.parents.get(access);
    if (call?.type === 'CallExpression' && child(call, 'callee') === access) {
      const argument = children(call, 'arguments')[0];
      if (name === 'resolve') this.#load('require-resolve', argument, call, false);
      else if (name === 'context' || name === 'call' || name === 'apply' || name === undefined) {
        this.#addOpaque('computed-import', call, specifiersOf(argument).literals[0] ?? '');
      }
      return;
    }
    const outer = call?.type === 'MemberExpression' ? fixedName(call, 'property') : undefined;
    if (name === undefined || (name === 'main' && outer === 'require')) {
      this.#addOpaque('computed-import', access, '');
    }
  }

  /** `require` as a parameter: a bundle's own loader, or Node's handed in (UMD, AMD). */
  #requireParameter(reference: SyntaxNode): void {
    const parent = this.#index.parents.get(reference);
    if (parent?.type !== 'CallExpression' || child(parent, 'callee') !== reference) return;
    const { literals } = specifiersOf(children(parent, 'arguments')[0]);
    if (literals.length > 0) this.#requireCall(parent, false);
  }

  /** `module.require('x')`, also by another name for `module`. */
  #requireMethod(call: SyntaxNode): void {
    const callee = child(call, 'callee');
    if (callee?.type !== 'MemberExpression' || fixedName(callee, 'property') !== 'require') return;
    const object = child(callee, 'object');
    // `require.main.require(x)` was seen with `require`.
    if (object?.type !== 'MemberExpression') this.#requireCall(call, object?.['name'] === 'module');
  }

  /** Node's own ways to load code, seen while tracing imports of Node's modules. */
  #loaderCall(call: SyntaxNode, origin: Origin): void {
    const from = origin.specifier.replace(/^node:/, '');
    const name = nameOf(origin);
    const argument = children(call, 'arguments')[0];
    if (from === 'module' && name === 'createRequire') this.#followRequire(call, true);
    else if (from === 'module' && name === '_load') this.#load('require', argument, call, true);
    else if (
      (from === 'child_process' && name === 'fork') ||
      (from === 'worker_threads' && name === 'Worker')
    ) {
      this.#load('dynamic-import', argument, call, false);
    } else if (from === 'child_process' && isNodeItself(argument)) {
      this.#addOpaque('computed-import', call, '');
    } else if (from === 'vm' && literalText(argument) === undefined) {
      this.#addOpaque('generated-code', call, '');
    }
  }

  #generatedCode(): void {
    for (const [name, type] of [
      ['eval', 'CallExpression'],
      ['Function', 'CallExpression'],
      ['Function', 'NewExpression'],
    ] as const) {
      for (const { node, scope } of this.#index.references.get(name) ?? []) {
        const call = this.#index.parents.get(node);
        if (call?.type !== type || child(call, 'callee') !== node) continue;
        if (scopeOf(name, scope) !== undefined) continue;
        const texts = children(call, 'arguments').map(literalText);
        const known = texts.every(
          (text) => text !== undefined && !/\b(require|import)\b/.test(text),
        );
        if (!known) this.#addOpaque('generated-code', call, '');
      }
    }
  }

  /** Adds an import for each literal the argument may be, and an opaque spot for the rest. */
  #load(
    kind: ImportKind,
    argument: SyntaxNode | undefined,
    place: SyntaxNode,
    certain: boolean,
  ): void {
    const { literals, computedPrefix } = specifiersOf(argument);
    for (const specifier of literals)
      this.#add(kind, specifier, place, [{ imported: '*' }], { certain });
    if (computedPrefix !== undefined) this.#addOpaque('computed-import', place, computedPrefix);
  }

  #add(
    kind: ImportKind,
    specifier: string,
    place: SyntaxNode,
    names: readonly ImportedName[],
    flags: { typeOnly?: boolean; certain?: boolean },
  ): void {
    const { typeOnly = false, certain = true } = flags;
    const at = this.#positions.at(place.start);
    this.imports.push({ ...at, kind, specifier, names, typeOnly, certain });
  }

  #addOpaque(kind: OpaqueKind, place: SyntaxNode, prefix: string, what?: string): void {
    const at = this.#positions.at(place.start);
    const code = this.#text.slice(place.start, Math.min(place.end, place.start + 80));
    const mayLoad =
      kind !== 'generated-code' ||
      calleeName(child(place, 'callee') ?? place) === 'eval' ||
      LOADER_IN_STRING.test(this.#text);
    this.opaque.push({ ...at, kind, prefix, mayLoad, what: what ?? code.replace(/\s+/g, ' ') });
  }
}

/** `process.execPath`: what is spawned is another script. */
function isNodeItself(node: SyntaxNode | undefined): boolean {
  return node?.type === 'MemberExpression' && fixedName(node, 'property') === 'execPath';
}

function passesOn(node: SyntaxNode, parent: SyntaxNode): boolean {
  if (isTransparent(parent.type)) return true;
  if (parent.type === 'LogicalExpression')
    return child(parent, 'right') === node || parent['operator'] !== '&&';
  if (parent.type === 'SequenceExpression') return children(parent, 'expressions').at(-1) === node;
  return parent.type === 'ConditionalExpression' && child(parent, 'test') !== node;
}
