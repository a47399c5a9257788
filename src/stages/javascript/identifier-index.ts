import type { SyntaxNode } from './syntax.ts';

/** A lexical scope and the names declared in it. */
export interface Scope {
  readonly parent: Scope | undefined;
  /** `var` lands in the next one of these. */
  readonly isFunction: boolean;
  /** The name the scope's function is known by, where it is one and has one. */
  readonly functionName: string | undefined;
  /** Absent while there are none: most scopes declare nothing. */
  names: Set<string> | undefined;
}

export interface Reference {
  readonly node: SyntaxNode;
  readonly scope: Scope;
}

export interface References {
  get(name: string): readonly Reference[] | undefined;
  has(name: string): boolean;
}

/** Only a few of a file's names are ever asked for; sorting all by name is put off until many are. */
export class IdentifierIndex implements References {
  readonly #nodes: SyntaxNode[] = [];
  readonly #scopes: Scope[] = [];
  readonly #asked = new Map<string, readonly Reference[]>();
  #all: Map<string, Reference[]> | undefined;

  add(node: SyntaxNode, scope: Scope): void {
    this.#nodes.push(node);
    this.#scopes.push(scope);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  get(name: string): readonly Reference[] | undefined {
    if (this.#all === undefined && this.#asked.size > 24) {
      this.#all = new Map();
      for (const [at, node] of this.#nodes.entries()) {
        append(this.#all, String(node['name']), this.#reference(node, at));
      }
    }
    if (this.#all !== undefined) return this.#all.get(name);
    let found = this.#asked.get(name);
    if (found === undefined) {
      const made: Reference[] = [];
      for (const [at, node] of this.#nodes.entries()) {
        if (node['name'] === name) made.push(this.#reference(node, at));
      }
      found = made;
      this.#asked.set(name, found);
    }
    return found.length === 0 ? undefined : found;
  }

  #reference(node: SyntaxNode, at: number): Reference {
    const scope = this.#scopes[at];
    if (scope === undefined) throw new RangeError('an identifier without a scope');
    return { node, scope };
  }
}

export function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
